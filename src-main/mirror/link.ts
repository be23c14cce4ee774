import type { CollectionName } from '../../src-shared/collections/index.ts';
import { countOf } from '../../src-shared/domain/number-words.ts';
import type { Remote as RemoteDto, RemoteState } from '../../src-shared/domain/remote.ts';
import { failureWords } from '../remotes/gate.ts';
import { HttpFailure } from '../remotes/http-failure.ts';
import { type Remote, RemoteError, type Shut } from '../remotes/remote.ts';
import type { MirrorRef, StoredRemote } from '../store/store.ts';
import { connectRemote } from './connected-remote.ts';
import type { MirrorPorts, OpenedRemote } from './ports.ts';
import { type PullPorts, pullMirror, rereadStale } from './pull-mirror.ts';
import { isRestoring } from './restoring.ts';

/** What changes there is seen here after this long, and the time that asking takes. */
const pullEveryMs = 2_000;
/** A pull that failed though the remote may be asked is tried again after so long, doubled each time. */
const retryMs = { base: 1_000, longest: 60_000 } as const;

/** One remote in use: pulled again and again, as long as it may be asked. */
export interface Link {
  /** As the engine has it. */
  readonly remote: Remote;
  /** How it stands, for what the database knows of it and how many records of it are here. */
  describe(stored: StoredRemote, records: ReadonlyMap<CollectionName, number>): RemoteDto;
  /** Asks now. */
  pull(): void;
  setOffline(isOffline: boolean): void;
  signIn(opened: OpenedRemote, keysSinceAt: number | null): void;
  /** Deliveries may have been settled without being sent. */
  wake(): void;
  /** Asks nothing more. Resolves when what was under way has ended. */
  stop(): Promise<void>;
}

export interface LinkPorts extends Pick<MirrorPorts, 'store' | 'clock' | 'timer' | 'report'> {
  /** Something about it is to be shown afresh. */
  readonly onChange: () => void;
  /** Records changed here. */
  readonly onRecords: (collection: CollectionName) => void;
}

export function createLink(
  ports: LinkPorts,
  { id, name, mirrors, isOffline, keysSinceAt }: StoredRemote,
  opened: OpenedRemote,
  hasKey: boolean,
): Link {
  const stopping = new AbortController();
  const connected = connectRemote({ opened, hasKey, isOffline, keysSinceAt }, () => {
    callOff();
    if (connected.shut() === null) pull();
    ports.onChange();
  });
  /** Records that came with the pull that is under way. */
  const pulled = new Map<CollectionName, number>();
  const pulling: PullPorts = {
    store: ports.store,
    clock: ports.clock,
    remote: connected,
    onPage: ({ collection, records, changed, settled, isMore }) => {
      if (isMore || pulled.has(collection)) pulled.set(collection, (pulled.get(collection) ?? 0) + records);
      if (changed > 0) ports.onRecords(collection);
      if (settled > 0) connected.wake();
      if (pulled.size > 0) ports.onChange();
    },
    mayHurry: () => !connected.isAligned(),
    signal: stopping.signal,
  };
  let callOff: () => void = () => undefined;
  let running: Promise<void> | null = null;
  let isAsked = false;
  let failures = 0;
  let message: string | null = null;

  function pull(): void {
    isAsked = true;
    running ??= pullWhileAsked().finally(() => {
      running = null;
      if (isAsked && mayPull()) pull();
    });
  }

  function mayPull(): boolean {
    return !stopping.signal.aborted && connected.shut() === null;
  }

  async function pullWhileAsked(): Promise<void> {
    while (isAsked && mayPull()) {
      isAsked = false;
      callOff();
      const isDone = await pullAll();
      if (mayPull()) callOff = ports.timer.set(isDone ? pullEveryMs : waitMs(), pull);
    }
  }

  function waitMs(): number {
    return Math.min(retryMs.base * 2 ** (failures - 1), retryMs.longest);
  }

  /** Answers whether all is here that is there; what went wrong is shown until then. */
  async function pullAll(): Promise<boolean> {
    try {
      for (const { collection } of mirrors) await pullMirror(pulling, mirrorOf(collection));
      // Out of reach meanwhile: what changed then is not here yet.
      if (!isAsked) connected.align();
      // A record that cannot be read holds up nobody else: nothing of ours is under way for it.
      for (const { collection } of mirrors) await rereadStale(pulling, mirrorOf(collection));
      failures = 0;
      message = null;
      ports.onChange();
      return true;
    } catch (error) {
      if (stopping.signal.aborted) return false;
      failures += 1;
      if (!(error instanceof RemoteError) && !isRestoring(error)) ports.report(error, `pull from ${name}`);
      message = wordsOf(error);
      ports.onChange();
      return false;
    } finally {
      pulled.clear();
    }
  }

  function mirrorOf(collection: CollectionName): MirrorRef {
    return { remoteId: id, name, collection };
  }

  function describe(stored: StoredRemote, records: ReadonlyMap<CollectionName, number>): RemoteDto {
    const shut = connected.shut();
    const isPulling = pulled.size > 0 || !connected.isAligned();
    const state = shut ? stateOf(shut) : message !== null ? 'unreachable' : isPulling ? 'pulling' : 'ready';
    const { mirrors: known, paused: _, kept: __, keysSinceAt: ___, ...facts } = stored;
    const refused = known.reduce((sum, one) => sum + one.refused, 0);
    return {
      ...facts,
      state,
      message: shut?.message ?? message ?? refusedWords(refused),
      retryAt: shut?.untilAt ?? null,
      mirrors: known.map(({ collection, pulledAt }) => ({
        collection,
        records: records.get(collection) ?? 0,
        pulledAt,
        pulled: pulled.get(collection) ?? null,
      })),
    };
  }

  return {
    remote: connected,
    describe,
    pull: () => {
      connected.tryNow();
      if (mayPull()) pull();
    },
    setOffline: connected.setOffline,
    signIn: connected.signIn,
    wake: connected.wake,
    stop: async () => {
      stopping.abort();
      callOff();
      connected.close();
      await running;
    },
  };
}

function stateOf({ reason }: Shut): RemoteState {
  switch (reason) {
    case 'rate_limited':
      return 'waiting';
    default:
      return reason;
  }
}

function wordsOf(error: unknown): string {
  if (error instanceof HttpFailure) return failureWords(error);
  return error instanceof Error ? error.message : String(error);
}

function refusedWords(count: number): string | null {
  if (count === 0) return null;
  return `${countOf(count, 'record of it is', 'records of it are')} not here: the database refused what stands there.`;
}
