import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock, systemTimer } from '../../../src-main/platform/clock.ts';
import type { Remote, Shut } from '../../../src-main/remotes/remote.ts';
import type { ExchangeArgs } from '../../../src-main/sql/delivery/delivery-exchange.ts';
import type { BulkheadError } from '../../../src-shared/contract/errors.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { expectBooksBalance } from '../../builders/books.ts';
import { type DeadlyCalls, killThreadsAt } from '../../builders/deadly-calls.ts';
import {
  changeDatabase,
  everyTicket,
  fillTickets,
  makeTickets,
  readDatabase,
} from '../../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../../builders/workspace.ts';
import { type EffectServer, startEffectServer } from '../../fakes/effect-server.ts';
import { createHttpRemote } from '../../fakes/http-remote.ts';
import { openGate } from '../../fakes/open-gate.ts';

const count = 30;
const once = Array.from({ length: count }, () => 1);
let folder: string;
let app: TestConsole;
let server: EffectServer;
let deadly: DeadlyCalls;
/** The exchanges, counted from 1, of which the writer's thread dies, and whether they were carried out before. */
let deadlyExchanges: readonly number[];
let dies: 'first' | 'answer';
/** Whether outcomes were carried out of which nobody heard: which exchanges have some depends on how quickly the remote answers. */
let areUnheard: boolean;
let exchanges: number;
let shut: Shut | null;
/** Tells the courier that the gate has opened or shut. */
let turn: () => void;

beforeEach(async () => {
  deadlyExchanges = [];
  dies = 'first';
  areUnheard = false;
  exchanges = 0;
  shut = null;
  turn = () => undefined;
  deadly = killThreadsAt(({ method, args }) => {
    if (method !== 'exchangeDeliveries') return false;
    exchanges += 1;
    if (!deadlyExchanges.includes(exchanges)) return false;
    areUnheard ||= dies === 'answer' && (args as ExchangeArgs).settlements.length > 0;
    return dies === 'first' || dies;
  });
  folder = makeFolder();
  fillTickets(folder, makeTickets(count));
  server = await startEffectServer({ honoursKeys: false });
  const http = createHttpRemote(server.url, {
    idempotency: 'none',
    settleMs: 20,
    batchMax: 3,
    concurrency: 2,
  });
  const remote: Remote = {
    ...http,
    gate: {
      shut: () => shut,
      onChange: (listener) => {
        turn = listener;
        return openGate.onChange(listener);
      },
    },
    send: async function* (batch, signal) {
      try {
        yield { kind: 'cursor', cursor: 'begun' };
        yield* http.send(batch, signal);
      } finally {
        // It takes a while to end.
        for (let turn = 0; turn < 10; turn += 1) await setImmediate();
      }
    },
  };
  app = await openTestConsole(folder, systemClock, systemTimer, new Map([['test', remote]]));
});
afterEach(async () => {
  await app.close();
  deadly.stop();
  await server.close();
  removeFolder(folder);
});

async function start(): Promise<number> {
  const { id } = await app.ask('operations.plan', {
    action: 'add_comment',
    collection: 'tickets',
    selection: everyTicket,
    input: { comment: 'Hello' },
  });
  await app.ask('operations.start', { id });
  return id;
}

function expectAllTold(operation: Operation): void {
  expect(operation.state).toBe('completed');
  expect([...server.effects.values()]).toEqual(once);
  const states = readDatabase(folder, (db) =>
    db.prepare('SELECT DISTINCT state FROM deliveries').pluck().all(),
  );
  expect(states).toEqual(['confirmed']);
  expectBooksBalance(folder, operation.id);
}

describe('a database that cannot be written', () => {
  it.each([
    ['first', [1]],
    ['first', [2]],
    ['first', [3, 5, 7, 9, 11]],
    ['first', [3, 4]],
    ['answer', [1]],
    ['answer', [3, 5, 7]],
  ] as const)(
    'because its thread dies (%s) at exchanges %j with the remote: nothing is told twice, nothing is forgotten',
    async (how, exchanges) => {
      [dies, deadlyExchanges] = [how, exchanges];
      expectAllTold(await app.ended(await start()));
      // Outcomes of which nobody heard that they were written down come once more, and too late.
      const isLate = (error: unknown) =>
        how === 'answer' && (error as Error).message.endsWith('came too late');
      const codes = new Set(
        app.reports.filter((error) => !isLate(error)).map((error) => (error as BulkheadError).code),
      );
      expect(codes).toEqual(new Set(['worker_lost']));
      expect(app.reports.some(isLate)).toBe(areUnheard);
    },
  );

  it('because its thread dies when the remote goes away: the operation says why it waits all the same', async () => {
    const waitingFor = (reason: string) =>
      app.event('operation.updated', ({ progress }) => progress?.waiting?.reason === reason);
    shut = { reason: 'unreachable', untilAt: null, message: 'It does not answer.' };
    const isUnreachable = waitingFor('unreachable');
    const id = await start();
    await isUnreachable;
    const isOffline = waitingFor('offline');
    shut = { reason: 'offline', untilAt: null, message: 'You work without it.' };
    deadlyExchanges = [exchanges + 1];
    turn();
    await deadly.death;
    await isOffline;
    shut = null;
    turn();
    expectAllTold(await app.ended(id));
  });

  it('because its thread dies again and again stops the operation with the reason', async () => {
    deadlyExchanges = Array.from({ length: 100 }, (_, at) => at + 3);
    const stopped = app.event('operation.updated', ({ operation }) => operation.stoppedBy !== null);
    const id = await start();
    expect((await stopped).operation).toMatchObject({ state: 'paused', stoppedBy: { code: 'worker_lost' } });
    deadlyExchanges = [];
    await app.ask('operations.cancel', { id });
    expect((await app.ended(id)).state).toBe('cancelled');
    expectBooksBalance(folder, id);
  });

  describe('at all', () => {
    /** The reason with which an operation stops next. */
    async function nextStop(): Promise<string | undefined> {
      const { operation } = await app.event('operation.updated', (told) => told.operation.stoppedBy !== null);
      expect(operation.state).toBe('paused');
      return operation.stoppedBy?.code;
    }

    /** Starts an operation that stops because no outcome can be written down. */
    async function startAndStop(): Promise<number> {
      changeDatabase(folder, (db) =>
        db.exec(`CREATE TRIGGER refuse BEFORE UPDATE ON deliveries WHEN new.settled_at IS NOT NULL
          BEGIN SELECT RAISE(ABORT, 'no'); END`),
      );
      const stop = nextStop();
      const id = await start();
      expect(await stop).toBe('storage_error');
      return id;
    }

    const letBe = () => changeDatabase(folder, (db) => db.exec('DROP TRIGGER refuse'));

    it('stops the operation with the reason, each time; outcomes are kept in mind until it can be', async () => {
      const id = await startAndStop();
      const stop = nextStop();
      await app.ask('operations.resume', { id });
      expect(await stop).toBe('storage_error');
      expect(server.requests.length).toBeLessThanOrEqual(2);
      letBe();
      await app.ask('operations.resume', { id });
      expectAllTold(await app.ended(id));
    });

    it('is written when the console closes, if it can be then', async () => {
      await startAndStop();
      letBe();
      await app.close();
      const states = readDatabase(folder, (db) =>
        db.prepare('SELECT state FROM deliveries GROUP BY state ORDER BY state').pluck().all(),
      );
      expect(states).toEqual(['confirmed', 'waiting']);
    });
  });
});
