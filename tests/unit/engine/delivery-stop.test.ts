import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock, systemTimer } from '../../../src-main/platform/clock.ts';
import type { Remote, Shut } from '../../../src-main/remotes/remote.ts';
import { exchangeDeliveries } from '../../../src-main/sql/delivery/delivery-exchange.ts';
import { applyChunk } from '../../../src-main/sql/operations/apply.ts';
import { moveOperation } from '../../../src-main/sql/operations/operation-changes.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { RunOptions } from '../../../src-shared/domain/run-options.ts';
import { expectEndedWell } from '../../builders/books.ts';
import {
  changeDatabase,
  everyTicket,
  fillTickets,
  makeTickets,
  readDatabase,
  theseTickets,
} from '../../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../../builders/workspace.ts';
import { type EffectServer, startEffectServer } from '../../fakes/effect-server.ts';
import { createHttpRemote } from '../../fakes/http-remote.ts';

/** Half of them are the remote's. */
const count = 20;
const away: Shut = { reason: 'unreachable', untilAt: null, message: 'It does not answer.' };
let folder: string;
let app: TestConsole;
let server: EffectServer;
let shut: Shut | null;
let watchers: Set<() => void>;

beforeEach(async () => {
  folder = makeFolder();
  fillTickets(
    folder,
    makeTickets(count, (id) => ({ source: id % 2 === 0 ? 'desk' : 'file' })),
  );
  server = await startEffectServer({ honoursKeys: false });
  watchers = new Set();
  await connect(away);
});
afterEach(async () => {
  await app.close();
  await server.close();
  expect(app.reports).toEqual([]);
  removeFolder(folder);
});

async function connect(now: Shut | null): Promise<void> {
  shut = now;
  const gate = {
    shut: () => shut,
    onChange: (listener: () => void) => {
      watchers.add(listener);
      return () => watchers.delete(listener);
    },
  };
  const remote: Remote = {
    ...createHttpRemote(server.url, { idempotency: 'none', settleMs: 0, batchMax: 4 }),
    gate,
  };
  app = await openTestConsole(folder, systemClock, systemTimer, new Map([['Desk', remote]]));
}

function setGate(now: Shut | null): void {
  shut = now;
  for (const watcher of watchers) watcher();
}

function plan(selection = everyTicket): Promise<Operation> {
  const input = { category: 'Mine' };
  return app.ask('operations.plan', { action: 'update_category', collection: 'tickets', selection, input });
}

/**
 * Closes the console and leaves the operations as one would that was killed: ten items of each applied in five seconds,
 * three changes sent that nobody knows the answer of. Then a console is opened that does not reach the remote.
 */
async function killWhileSending(ids: readonly number[], options: Partial<RunOptions> = {}): Promise<void> {
  await app.close();
  changeDatabase(folder, (db) => {
    for (const id of ids) {
      const started = { event: 'started', options: RunOptions.parse(options) } as const;
      moveOperation(db, { id, from: ['draft'], to: 'pending', nowMs: 1, ...started });
      moveOperation(db, { id, from: ['pending'], to: 'in_progress', event: 'running', nowMs: 2 });
      applyChunk(db, { operationId: id, limit: 10, nowMs: 3, runMs: 5_000, remotes: ['Desk'] });
      exchangeDeliveries(db, {
        remote: 'Desk',
        fence: 7,
        at: { nowMs: 4, sureMs: 4 },
        settlements: [],
        cursors: [],
        held: null,
        operationIds: [id],
        lanes: 1,
        batchMax: 3,
        bulk: [],
        settleMs: 0,
        isIdle: false,
        tellOf: [],
        tellIfOpen: [],
      });
    }
  });
  await connect(away);
}

function statesOf(id: number): Record<string, number> {
  const rows = readDatabase(
    folder,
    (db) =>
      db
        .prepare('SELECT state, count FROM delivery_tallies WHERE operation_id = ? AND count > 0')
        .all(id) as { state: string; count: number }[],
  );
  return Object.fromEntries(rows.map((row) => [row.state, row.count]));
}

describe('an operation that a rule has stopped while its remote is away', () => {
  it('is paused in vain: it ends when the remote has said what became of the rest', async () => {
    const { id } = await plan();
    changeDatabase(folder, (db) => db.exec('UPDATE tickets SET version = version + 1 WHERE id = 9'));
    await killWhileSending([id], { maxErrors: 0 });
    await expect.poll(() => statesOf(id)).toEqual({ checking: 3, cancelled: 1 });
    await app.ask('operations.pause', { id });
    setGate(null);
    const operation = await app.ended(id);
    expect(operation).toMatchObject({ state: 'failed', stoppedBy: { code: 'too_many_errors' } });
    expect(statesOf(id)).toEqual({ cancelled: 4 });
    expectEndedWell(folder, operation);
    await expect.poll(() => app.console.runningOperations()).toBe(0);
  });

  it('says so meanwhile, and why: what was not started is cancelled, and nothing of it goes on', async () => {
    const { id } = await plan();
    changeDatabase(folder, (db) => db.exec('UPDATE tickets SET version = version + 1 WHERE id = 9'));
    await killWhileSending([id], { maxErrors: 0 });
    await expect.poll(() => statesOf(id)).toEqual({ checking: 3, cancelled: 1 });
    expect(await app.ask('operations.get', { id })).toMatchObject({
      state: 'in_progress',
      isCancelling: true,
      stoppedBy: { code: 'too_many_errors' },
    });
    // Ends as the rule has it, though somebody else wants the same.
    await app.ask('operations.cancel', { id });
    setGate(null);
    expect(await app.ended(id)).toMatchObject({ state: 'failed', stoppedBy: { code: 'too_many_errors' } });
  });

  it('by its time limit is known after a restart', async () => {
    const { id } = await plan();
    await killWhileSending([id], { timeLimitMs: 1_000 });
    await expect.poll(() => statesOf(id)).toEqual({ checking: 3, cancelled: 2 });
    await app.close();
    await connect(null);
    const operation = await app.ended(id);
    expect(operation).toMatchObject({ state: 'failed', stoppedBy: { code: 'time_limit' } });
    expect(operation.tallies).toContainEqual({ state: 'cancelled', reason: null, count: 10 });
  });
});

describe('operations that wait for a remote to be ended', () => {
  it('take no turn from others', async () => {
    const ids = [(await plan(theseTickets(2, 4, 6))).id, (await plan(theseTickets(8, 10, 12))).id];
    await killWhileSending(ids);
    for (const id of ids) await app.ask('operations.cancel', { id });
    await expect.poll(() => ids.map(statesOf)).toEqual([{ checking: 3 }, { checking: 3 }]);
    const local = await app.run(await plan(theseTickets(1, 3)));
    expect(local.state).toBe('completed');
    await expect.poll(() => app.console.runningOperations()).toBe(2);
    setGate(null);
    for (const id of ids) expect((await app.ended(id)).state).toBe('cancelled');
  });
});
