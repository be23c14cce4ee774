import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock, systemTimer } from '../../../src-main/platform/clock.ts';
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

const count = 30;
const once = Array.from({ length: count }, () => 1);
let folder: string;
let app: TestConsole;
let server: EffectServer;
let deadly: DeadlyCalls;
/** The exchanges, counted from 1, of which the writer's thread dies, and whether they were carried out before. */
let deadlyExchanges: readonly number[];
let dies: 'first' | 'answer';

beforeEach(async () => {
  deadlyExchanges = [];
  dies = 'first';
  let exchanges = 0;
  deadly = killThreadsAt(({ method }) => {
    if (method !== 'exchangeDeliveries') return false;
    exchanges += 1;
    return deadlyExchanges.includes(exchanges) && (dies === 'first' || dies);
  });
  folder = makeFolder();
  fillTickets(folder, makeTickets(count));
  server = await startEffectServer({ honoursKeys: false });
  const remote = createHttpRemote(server.url, {
    idempotency: 'none',
    settleMs: 20,
    batchMax: 3,
    concurrency: 2,
  });
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
    ['first', [3, 5, 7]],
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
    },
  );

  it('at all stops the operation with the reason; outcomes are kept in mind until it can be', async () => {
    const refuse = (name: string, what: string) =>
      changeDatabase(folder, (db) =>
        db.exec(
          `CREATE TRIGGER ${name} BEFORE UPDATE ON deliveries ${what} BEGIN SELECT RAISE(ABORT, 'no'); END`,
        ),
      );
    refuse('refuse', `WHEN new.settled_at IS NOT NULL`);
    const stopped = app.event('operation.updated', ({ operation }) => operation.stoppedBy !== null);
    const id = await start();
    const { operation } = await stopped;
    expect(operation).toMatchObject({ state: 'paused', stoppedBy: { code: 'storage_error' } });
    const sent = server.requests.length;
    expect(sent).toBeLessThanOrEqual(2);
    changeDatabase(folder, (db) => db.exec('DROP TRIGGER refuse'));
    await app.ask('operations.resume', { id });
    expectAllTold(await app.ended(id));
  });
});
