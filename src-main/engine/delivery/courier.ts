import { setImmediate } from 'node:timers/promises';
import { type CollectionName, collectionNames } from '../../../src-shared/collections/index.ts';
import { type BulkheadError, isRetryable } from '../../../src-shared/contract/errors.ts';
import type { Waiting } from '../../../src-shared/domain/operation.ts';
import { doublingMs } from '../../platform/backoff.ts';
import type { Clock } from '../../platform/clock.ts';
import { toBulkheadError } from '../../platform/coded-error.ts';
import { waitable } from '../../platform/wait.ts';
import type { Remote } from '../../remotes/remote.ts';
import type { ClaimedBatch, Settlement, Store, StoredOperation } from '../../store/store.ts';
import { runBatch } from './batch-run.ts';
import type { Elapsed } from './elapsed.ts';

/** How long what is in flight is waited for when the console stops; then nobody knows what became of it. */
const graceMs = 1_000;
/** How long until the database is tried again that could not be written. */
const pause = { baseMs: 200, maxMs: 5_000 } as const;
/** So many failures in a row are trouble, also of what passes by itself. */
const troubleAfter = 5;
/** A figure that moves four times a second is as live as one needs. */
const tellEveryMs = 250;

export interface CourierPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly elapsed: Elapsed;
  readonly random: () => number;
  /** Tells this process from all others. */
  readonly fence: number;
  readonly report: (error: unknown, context: string) => void;
  /** An operation has nothing left to tell any remote. */
  readonly onSettled: (id: number) => void;
  /** An operation was paused, or is over. */
  readonly onInactive: (id: number) => void;
  /** Records changed here, by what stands at a remote. */
  readonly onRecords: (collection: CollectionName) => void;
  /** An operation's state now, and why nothing is sent for it at present. */
  readonly onProgress: (stored: StoredOperation, waiting: Waiting | null) => void;
  /** Nothing can be sent for these operations before somebody has looked into it. */
  readonly onTrouble: (ids: readonly number[], error: BulkheadError) => void;
}

/** Tells one remote of changes: takes them from the database, sends them, and writes down what became of them. */
export interface Courier {
  /** There may be something to tell for this operation. */
  take(id: number): void;
  /** Sends nothing more. Resolves when what was in flight is written down. */
  stop(): Promise<void>;
}

/** How far the remote has come with a batch, and who waits until that is on the disk. */
interface KeptCursor {
  readonly batchId: number;
  readonly cursor: string;
  readonly isKept: () => void;
}

/** What is still to be told: to the database and, of the gate, to windows. */
interface News {
  readonly settlements: Settlement[];
  readonly cursors: KeptCursor[];
  /** The gate has opened or shut. */
  isGateTurned: boolean;
}

export function createCourier(ports: CourierPorts, name: string, remote: Remote): Courier {
  const { store, clock, elapsed, random, fence } = ports;
  const { batchMax, bulk, concurrency, settleMs } = remote.capabilities;
  const operations = new Set<number>();
  /** Taken since the last exchange began, which may not have seen what there is. */
  const fresh = new Set<number>();
  const running = new Map<ClaimedBatch, Promise<void>>();
  const stopping = new AbortController();
  let news = noNews(isShutToSome());
  let exchanging: Promise<void> | null = null;
  let isAsked = false;
  let isStopped = false;
  let failures = 0;
  /** Those of whose trouble was told. */
  const troubled = new Set<number>();
  let timer: NodeJS.Timeout | undefined;
  const unwatch = remote.gate.onChange(() => {
    news.isGateTurned = true;
    exchange();
  });
  let toldMs = Number.NEGATIVE_INFINITY;

  /** Those of which the remote may be told. */
  function openCollections(): CollectionName[] {
    return collectionNames.filter((collection) => remote.gate.shut(collection) === null);
  }

  function isShutToSome(): boolean {
    return openCollections().length < collectionNames.length;
  }

  /** Exchanges with the database, once more when asked meanwhile: what comes in during one goes with the next. */
  function exchange(): void {
    isAsked = true;
    exchanging ??= exchangeWhileAsked().finally(() => {
      exchanging = null;
    });
  }

  async function exchangeWhileAsked(): Promise<void> {
    while (isAsked) {
      // What came in one piece from the remote goes into one transaction.
      await setImmediate();
      isAsked = false;
      await exchangeOnce();
    }
  }

  async function exchangeOnce(): Promise<void> {
    const isAlone = [...running.keys()].some((batch) => batch.isAlone);
    const open = openCollections();
    const lanes = isStopped || isAlone || open.length === 0 ? 0 : concurrency - running.size;
    if (!isAnything(news) && (lanes === 0 || operations.size === 0)) return;
    clearTimeout(timer);
    const given = news;
    news = noNews();
    fresh.clear();
    const isDue = performance.now() - toldMs >= tellEveryMs;
    const touched = [...new Set(given.settlements.map(({ operationId }) => operationId))];
    try {
      const answer = await store.write('exchangeDeliveries', {
        remote: name,
        fence,
        at: { nowMs: clock.now(), sureMs: elapsed.sureMs() },
        settlements: given.settlements,
        cursors: given.cursors.map(({ batchId, cursor }) => ({ batchId, cursor })),
        held: failures > 0 ? heldBesides(given.settlements) : null,
        operationIds: [...operations],
        collections: open,
        lanes,
        batchMax,
        bulk,
        settleMs,
        isIdle: [...running.keys()].every(({ purpose }) => purpose === 'check'),
        tellOf: isDue ? touched : [],
        tellIfOpen: given.isGateTurned ? [...operations] : [],
      });
      failures = 0;
      for (const { isKept } of given.cursors) isKept();
      if (answer.stale > 0)
        ports.report(new Error(`${answer.stale} outcomes came too late`), `deliveries to ${name}`);
      for (const batch of answer.batches) launch(batch);
      for (const collection of answer.changed) ports.onRecords(collection);
      if (answer.nextInMs !== null && !isStopped) timer = setTimeout(exchange, waitable(answer.nextInMs));
      if (answer.told.length > 0) toldMs = performance.now();
      for (const stored of answer.told) ports.onProgress(stored, waitingOf(stored));
      for (const id of leave(answer.inactive)) ports.onInactive(id);
      for (const id of leave(answer.settled)) ports.onSettled(id);
    } catch (error) {
      news = joined(given, news);
      fail(toBulkheadError(error));
    }
  }

  function waitingOf({ operation }: StoredOperation): Waiting | null {
    const shut = remote.gate.shut(operation.collection);
    return shut && { remote: name, reason: shut.reason, untilAt: shut.untilAt };
  }

  /** What is in the hands of a running batch or waits to be written down. */
  function heldBesides(given: readonly Settlement[]): { operationId: number; seq: number }[] {
    const deliveries = [...running.keys()].flatMap((batch) => batch.deliveries);
    return [...deliveries, ...given].map(({ operationId, seq }) => ({ operationId, seq }));
  }

  /** Lets go of operations, unless something came for them meanwhile; answers which. */
  function leave(ids: readonly number[]): number[] {
    return ids.filter((id) => !fresh.has(id) && operations.delete(id));
  }

  function launch(batch: ClaimedBatch): void {
    const context = {
      remote,
      possibleMs: elapsed.possibleMs,
      random,
      signal: stopping.signal,
      settle: (settlement: Settlement) => {
        news.settlements.push(settlement);
        exchange();
      },
      keep: (batchId: number, cursor: string) =>
        new Promise<void>((isKept) => {
          news.cursors.push({ batchId, cursor, isKept });
          exchange();
        }),
      report: (error: unknown) => ports.report(error, `deliveries to ${name}`),
    };
    const done = runBatch(context, batch).finally(() => {
      running.delete(batch);
      exchange();
    });
    running.set(batch, done);
  }

  function fail(error: BulkheadError): void {
    ports.report(error, `deliveries to ${name}`);
    const waitMs = doublingMs(failures, pause);
    failures += 1;
    if (isStopped) return;
    const isTold = failures >= troubleAfter || !isRetryable(error.code);
    const ids = isTold ? [...operations].filter((id) => !troubled.has(id)) : [];
    for (const id of ids) troubled.add(id);
    if (ids.length > 0) ports.onTrouble(ids, error);
    clearTimeout(timer);
    timer = setTimeout(exchange, waitMs);
  }

  return {
    take: (id) => {
      operations.add(id);
      fresh.add(id);
      troubled.delete(id);
      news.isGateTurned ||= isShutToSome();
      exchange();
    },
    stop: async () => {
      isStopped = true;
      unwatch();
      clearTimeout(timer);
      const grace = setTimeout(() => stopping.abort(), graceMs);
      await exchanging;
      await Promise.all(running.values());
      clearTimeout(grace);
      exchange();
      await exchanging;
    },
  };
}

function noNews(isGateTurned = false): News {
  return { settlements: [], cursors: [], isGateTurned };
}

function isAnything({ settlements, cursors, isGateTurned }: News): boolean {
  return settlements.length > 0 || cursors.length > 0 || isGateTurned;
}

function joined(one: News, other: News): News {
  return {
    settlements: [...one.settlements, ...other.settlements],
    cursors: [...one.cursors, ...other.cursors],
    isGateTurned: one.isGateTurned || other.isGateTurned,
  };
}
