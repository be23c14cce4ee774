import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ExchangeArgs } from '../../../src-main/sql/delivery/delivery-exchange.ts';
import type { BulkheadError } from '../../../src-shared/contract/errors.ts';
import { RunOptions } from '../../../src-shared/domain/run-options.ts';
import { expectBooksBalance } from '../../builders/books.ts';
import { killThreadsAt } from '../../builders/deadly-calls.ts';
import { holdCall } from '../../builders/held-calls.ts';
import { changeDatabase, theseTickets } from '../../builders/tickets.ts';
import { patient, useToldServer } from './told-server.ts';

/** Half of them are the remote's. */
const count = 40;
const setup = useToldServer(count);
const { open, connect, plan, deliveries, statesOf, sentOf, once } = setup;

/** Starts an operation that a remote is told of one by one; resolves when some of it was answered, and no more is until `answer`. */
async function startAndMeet(): Promise<{ id: number; answer: () => void }> {
  const held = Promise.withResolvers<void>();
  await open({ treat: (nth) => (nth > 3 ? { answered: held.promise } : {}) }, { batchMax: 1 });
  const { id } = await plan();
  const met = setup.app.event('operation.updated', ({ progress }) => (progress?.processed ?? 0) > count / 2);
  await setup.app.ask('operations.start', { id });
  await met;
  return { id, answer: held.resolve };
}

describe('pause and cancel', () => {
  it('pause: nothing is sent any more, what was in flight is written down, and it goes on later', async () => {
    const { id, answer } = await startAndMeet();
    await setup.app.ask('operations.pause', { id });
    const sent = sentOf(id);
    expect(sent).toBeLessThan(20);
    answer();
    await expect.poll(() => setup.app.console.runningOperations()).toBe(0);
    await setup.app.close();
    expect(setup.server.requests.length).toBe(sent);
    expect(statesOf(id)).toEqual({ confirmed: sent, waiting: 20 - sent });
    await connect({ batchMax: 1 });
    await setup.app.ask('operations.resume', { id });
    expect((await setup.app.ended(id)).state).toBe('completed');
    expect(setup.server.effects).toEqual(once);
  });

  it('pause: is told of also where nobody heard that it was carried out', async () => {
    const calls = killThreadsAt(
      ({ method, args }) =>
        method === 'moveOperation' && (args as { to: string }).to === 'paused' && ('answer' as const),
    );
    onTestFinished(calls.stop);
    const { id, answer } = await startAndMeet();
    const told = setup.app.event('operation.updated', ({ operation }) => operation.state === 'paused');
    await expect(setup.app.ask('operations.pause', { id })).rejects.toMatchObject({ code: 'worker_lost' });
    await told;
    calls.stop();
    answer();
    await setup.app.ask('operations.resume', { id });
    expect((await setup.app.ended(id)).state).toBe('completed');
    expect(setup.server.effects).toEqual(once);
    // An answer that was lost with the thread was written down all the same.
    for (const report of setup.app.reports.splice(0))
      expect(String(report)).toMatch(/ended unexpectedly|came too late/);
  });

  it('resume: is heard also while it is being let go of for the pause', async () => {
    const looked = holdCall('answer', 'listOpenRemotes', 2);
    const isOfDesk = (args: unknown) => (args as ExchangeArgs).remote === 'Desk';
    const letGo = holdCall('answer', 'exchangeDeliveries', 2, isOfDesk);
    const answered = Promise.withResolvers<void>();
    await open({ treat: () => ({ answered: answered.promise }) }, { concurrency: 1 });
    const { id } = await plan();
    await setup.app.ask('operations.start', { id });
    await expect.poll(() => setup.server.requests.length).toBe(1);
    await setup.app.ask('operations.pause', { id });
    answered.resolve();
    await letGo.held;
    await setup.app.ask('operations.resume', { id });
    await looked.held;
    looked.release();
    await setImmediate();
    letGo.release();
    expect((await setup.app.ended(id)).state).toBe('completed');
    expect(setup.server.effects).toEqual(once);
  });

  it('resume: what kept it from being told before is over', async () => {
    const rest = holdCall('call', 'applyChunk', 2);
    await open();
    changeDatabase(setup.folder, (db) =>
      db.exec(`CREATE TRIGGER refuse BEFORE UPDATE ON deliveries WHEN new.settled_at IS NOT NULL
        BEGIN SELECT RAISE(ABORT, 'no'); END`),
    );
    const { id } = await plan();
    const options = RunOptions.parse({ canary: { count: 10, isPausing: false } });
    await setup.app.ask('operations.start', { id, options });
    await rest.held;
    await expect.poll(() => setup.app.reports).not.toEqual([]);
    await setup.app.ask('operations.pause', { id });
    changeDatabase(setup.folder, (db) => db.exec('DROP TRIGGER refuse'));
    rest.release();
    await setup.app.ask('operations.resume', { id });
    expect((await setup.app.ended(id)).state).toBe('completed');
    const codes = setup.app.reports.splice(0).map((error) => (error as BulkheadError).code);
    expect(new Set(codes)).toEqual(new Set(['storage_error']));
  });

  it('closing: what was handed out in that moment is sent, and its outcome written down', async () => {
    const handedOut = holdCall('answer', 'exchangeDeliveries');
    await open();
    const { id } = await plan();
    await setup.app.ask('operations.start', { id });
    await handedOut.held;
    const closing = setup.app.close();
    for (let turn = 0; turn < 10; turn += 1) await setImmediate();
    handedOut.release();
    await closing;
    expect(statesOf(id)).not.toHaveProperty('sending');
    await connect();
    expect((await setup.app.ended(id)).state).toBe('completed');
    expect(setup.server.effects).toEqual(once);
  });

  it('closing: of what would be taken up in that moment nothing is left without its outcome', async () => {
    await open();
    const { id } = await plan();
    await setup.leaveUntold(id);
    const looked = holdCall('answer', 'listOpenRemotes');
    await connect();
    await looked.held;
    const closing = setup.app.close();
    for (let turn = 0; turn < 10; turn += 1) await setImmediate();
    looked.release();
    await closing;
    expect(statesOf(id)).not.toHaveProperty('sending');
    await connect();
    expect((await setup.app.ended(id)).state).toBe('completed');
    expect(setup.server.effects).toEqual(once);
  });

  it('cancel, twice, and closing the console meanwhile: the next one ends it', async () => {
    await open({ treat: (nth) => (nth === 1 ? { beforeMs: 60_000 } : {}) }, { concurrency: 1 });
    const draft = await plan();
    await setup.app.ask('operations.start', { id: draft.id });
    await expect.poll(() => setup.server.requests.length).toBe(1);
    for (const _time of [1, 2]) await setup.app.ask('operations.cancel', { id: draft.id });
    await expect.poll(() => statesOf(draft.id)).toEqual({ cancelled: 16, sending: 4 });
    await setup.app.close();
    expect(statesOf(draft.id)).toEqual({ cancelled: 16, checking: 4 });
    await connect();
    expect((await setup.app.ended(draft.id)).state).toBe('cancelled');
    expect(setup.server.requests).toHaveLength(1);
    expect(statesOf(draft.id)).toEqual({ cancelled: 20 });
  });

  it('cancel: what got no answer is asked about when it has had the time to take effect', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.9);
    let cancelledMs = Number.POSITIVE_INFINITY;
    // The answer is lost at once, and what it was about is done a while after the cancel.
    const recall = () => (performance.now() - cancelledMs > 400 ? 'known' : 'not_known');
    await open({ treat: () => ({ cut: 'before' }), recall }, { settleMs: 500 });
    const { id } = await plan('update_category', { category: 'Mine' }, theseTickets(2));
    await setup.app.ask('operations.start', { id, options: RunOptions.parse({ retry: patient }) });
    await expect.poll(() => deliveries(id)).toMatchObject([{ state: 'waiting', attempts: 1 }]);
    cancelledMs = performance.now();
    await setup.app.ask('operations.cancel', { id });
    expect((await setup.app.ended(id)).state).toBe('completed');
    expect(statesOf(id)).toEqual({ confirmed: 1 });
  });

  it('cancel: what was not sent is cancelled, what was in flight is waited for', async () => {
    const { id, answer } = await startAndMeet();
    await setup.app.ask('operations.cancel', { id });
    const sent = sentOf(id);
    answer();
    const operation = await setup.app.ended(id);
    expect(operation.state).toBe('cancelled');
    expect(setup.server.requests.length).toBe(sent);
    expect(statesOf(id)).toEqual({ confirmed: sent, cancelled: 20 - sent });
    expect([...setup.server.effects.values()]).toEqual(Array.from({ length: sent }, () => 1));
    expectBooksBalance(setup.folder, id);
  });
});
