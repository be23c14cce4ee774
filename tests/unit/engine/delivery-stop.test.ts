import { beforeEach, describe, expect, it } from 'vitest';
import type { Shut } from '../../../src-main/remotes/remote.ts';
import { applyChunk } from '../../../src-main/sql/operations/apply.ts';
import { moveOperation } from '../../../src-main/sql/operations/operation-changes.ts';
import { RunOptions } from '../../../src-shared/domain/run-options.ts';
import { expectEndedWell } from '../../builders/books.ts';
import { changeDatabase, theseTickets } from '../../builders/tickets.ts';
import { exchangeFor } from '../../builders/told-changes.ts';
import { useToldServer } from './told-server.ts';

/** Half of the tickets are the remote's. */
const setup = useToldServer(20);
const { open, connect, plan, statesOf } = setup;

const away: Shut = { reason: 'unreachable', untilAt: null, message: 'It does not answer.' };
const capabilities = { idempotency: 'none', settleMs: 0 } as const;
let shut: Shut | null;
const watchers = new Set<() => void>();
const gate = {
  shut: () => shut,
  onChange: (listener: () => void) => {
    watchers.add(listener);
    return () => watchers.delete(listener);
  },
};

beforeEach(async () => {
  watchers.clear();
  shut = away;
  await open({}, capabilities, gate);
});

function setGate(now: Shut | null): void {
  shut = now;
  for (const watcher of watchers) watcher();
}

const planOf = (...ids: number[]) => plan('update_category', { category: 'Mine' }, theseTickets(...ids));

/**
 * Closes the console and leaves the operations as one would that was killed: ten items of each applied in five seconds,
 * three changes sent that nobody knows the answer of. Then a console is opened that does not reach the remote.
 */
async function killWhileSending(ids: readonly number[], options: Partial<RunOptions> = {}): Promise<void> {
  await setup.app.close();
  changeDatabase(setup.folder, (db) => {
    for (const id of ids) {
      const started = { event: 'started', options: RunOptions.parse(options) } as const;
      moveOperation(db, { id, from: ['draft'], to: 'pending', nowMs: 1, ...started });
      moveOperation(db, { id, from: ['pending'], to: 'in_progress', event: 'running', nowMs: 2 });
      applyChunk(db, { operationId: id, limit: 10, nowMs: 3, runMs: 5_000, remotes: ['Desk'] });
      exchangeFor(db, [id], { remote: 'Desk', fence: 7, at: { nowMs: 4, sureMs: 4 }, lanes: 1, batchMax: 3 });
    }
  });
  shut = away;
  await connect(capabilities, gate);
}

describe('an operation that a rule has stopped while its remote is away', () => {
  it('is paused in vain: it ends when the remote has said what became of the rest', async () => {
    const { id } = await plan();
    changeDatabase(setup.folder, (db) => db.exec('UPDATE tickets SET version = version + 1 WHERE id = 9'));
    await killWhileSending([id], { maxErrors: 0 });
    await expect.poll(() => statesOf(id)).toEqual({ checking: 3, cancelled: 1 });
    await setup.app.ask('operations.pause', { id });
    setGate(null);
    const operation = await setup.app.ended(id);
    expect(operation).toMatchObject({ state: 'failed', stoppedBy: { code: 'too_many_errors' } });
    expect(statesOf(id)).toEqual({ cancelled: 4 });
    expectEndedWell(setup.folder, operation);
    await expect.poll(() => setup.app.console.runningOperations()).toBe(0);
  });

  it('says so meanwhile, and why: what was not started is cancelled, and nothing of it goes on', async () => {
    const { id } = await plan();
    changeDatabase(setup.folder, (db) => db.exec('UPDATE tickets SET version = version + 1 WHERE id = 9'));
    await killWhileSending([id], { maxErrors: 0 });
    await expect.poll(() => statesOf(id)).toEqual({ checking: 3, cancelled: 1 });
    expect(await setup.app.ask('operations.get', { id })).toMatchObject({
      state: 'in_progress',
      isCancelling: true,
      stoppedBy: { code: 'too_many_errors' },
    });
    // Ends as the rule has it, though somebody else wants the same.
    await setup.app.ask('operations.cancel', { id });
    setGate(null);
    expect(await setup.app.ended(id)).toMatchObject({
      state: 'failed',
      stoppedBy: { code: 'too_many_errors' },
    });
  });

  it('by its time limit is known after a restart', async () => {
    const { id } = await plan();
    await killWhileSending([id], { timeLimitMs: 1_000 });
    await expect.poll(() => statesOf(id)).toEqual({ checking: 3, cancelled: 2 });
    await setup.app.close();
    // What becomes of the remote is nobody's business any more.
    expect(watchers.size).toBe(0);
    shut = null;
    await connect(capabilities, gate);
    const operation = await setup.app.ended(id);
    expect(operation).toMatchObject({ state: 'failed', stoppedBy: { code: 'time_limit' } });
    expect(operation.tallies).toContainEqual({ state: 'cancelled', reason: null, count: 10 });
  });
});

describe('operations that wait for a remote to be ended', () => {
  it('take no turn from others', async () => {
    const ids = [(await planOf(2, 4, 6)).id, (await planOf(8, 10, 12)).id];
    await killWhileSending(ids);
    for (const id of ids) await setup.app.ask('operations.cancel', { id });
    await expect.poll(() => ids.map(statesOf)).toEqual([{ checking: 3 }, { checking: 3 }]);
    const local = await setup.app.run(await planOf(1, 3));
    expect(local.state).toBe('completed');
    await expect.poll(() => setup.app.console.runningOperations()).toBe(2);
    setGate(null);
    for (const id of ids) expect((await setup.app.ended(id)).state).toBe('cancelled');
  });
});
