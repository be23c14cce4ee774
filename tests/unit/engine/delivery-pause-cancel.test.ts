import { describe, expect, it, vi } from 'vitest';
import { RunOptions } from '../../../src-shared/domain/run-options.ts';
import { expectBooksBalance } from '../../builders/books.ts';
import { theseTickets } from '../../builders/tickets.ts';
import { patient, useToldServer } from './told-server.ts';

/** Half of them are the remote's. */
const count = 40;
const setup = useToldServer(count);
const { open, connect, plan, deliveries, statesOf, sentOf, once } = setup;

describe('pause and cancel', () => {
  it('pause: nothing is sent any more, what was in flight is written down, and it goes on later', async () => {
    await open({ treat: () => ({ beforeMs: 60 }) }, { batchMax: 1 });
    const draft = await plan();
    await setup.app.ask('operations.start', { id: draft.id });
    await setup.app.event('operation.updated', ({ progress }) => (progress?.processed ?? 0) > count / 2);
    await setup.app.ask('operations.pause', { id: draft.id });
    const sent = sentOf(draft.id);
    expect(sent).toBeLessThan(20);
    await expect.poll(() => setup.app.console.runningOperations()).toBe(0);
    await setup.app.close();
    expect(setup.server.requests.length).toBe(sent);
    expect(statesOf(draft.id)).toEqual({ confirmed: sent, waiting: 20 - sent });
    await connect({ batchMax: 1 });
    await setup.app.ask('operations.resume', { id: draft.id });
    expect((await setup.app.ended(draft.id)).state).toBe('completed');
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
    await open({ treat: () => ({ beforeMs: 60 }) }, { batchMax: 1 });
    const draft = await plan();
    await setup.app.ask('operations.start', { id: draft.id });
    await setup.app.event('operation.updated', ({ progress }) => (progress?.processed ?? 0) > count / 2);
    await setup.app.ask('operations.cancel', { id: draft.id });
    const sent = sentOf(draft.id);
    const operation = await setup.app.ended(draft.id);
    expect(operation.state).toBe('cancelled');
    expect(setup.server.requests.length).toBe(sent);
    expect(statesOf(draft.id)).toEqual({ confirmed: sent, cancelled: 20 - sent });
    expect([...setup.server.effects.values()]).toEqual(Array.from({ length: sent }, () => 1));
    expectBooksBalance(setup.folder, draft.id);
  });
});
