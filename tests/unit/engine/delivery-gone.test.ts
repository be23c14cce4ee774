import { describe, expect, it } from 'vitest';
import { RunOptions } from '../../../src-shared/domain/run-options.ts';
import { allTickets, theseTickets } from '../../builders/tickets.ts';
import { patient, treating, useToldServer } from './told-server.ts';

/** Half of them are the remote's. */
const count = 40;
const setup = useToldServer(count);
const { open, connect, connectToNone, plan, run, statesOf, once } = setup;

describe('a remote that is gone', () => {
  it('keeps its operation waiting, and no other one', async () => {
    await open({ judge: () => ({ result: 'busy' }) });
    const waiting = await plan('update_category', { category: 'Mine' }, theseTickets(2, 4));
    await setup.app.ask('operations.start', {
      id: waiting.id,
      options: RunOptions.parse({ retry: patient }),
    });
    const other = await plan('update_category', { category: 'Mine' }, theseTickets(6, 8));
    await setup.app.ask('operations.start', { id: other.id, options: RunOptions.parse({ retry: patient }) });
    const local = await run(await plan('update_category', { category: 'Mine' }, theseTickets(1, 3)));
    expect(local.state).toBe('completed');
    expect((await setup.app.ask('operations.get', { id: waiting.id })).state).toBe('in_progress');
    expect(setup.app.console.runningOperations()).toBe(2);
    for (const { id } of [waiting, other]) await setup.app.ask('operations.cancel', { id });
    expect((await setup.app.ended(waiting.id)).state).toBe('cancelled');
    expect((await setup.app.ended(other.id)).state).toBe('cancelled');
    await expect.poll(() => setup.app.console.runningOperations()).toBe(0);
  });

  it('from the console as well: the operation says so and can be cancelled', async () => {
    await open(treating({ beforeMs: 60_000 }, 1), { concurrency: 1 });
    const draft = await plan();
    await setup.app.ask('operations.start', { id: draft.id, options: RunOptions.parse({ retry: patient }) });
    await expect.poll(() => setup.server.requests.length).toBe(1);
    await setup.app.close();
    await connectToNone();
    const stopped = setup.app.event('operation.updated', ({ operation }) => operation.stoppedBy !== null);
    const now = await setup.app.ask('operations.get', { id: draft.id });
    const { stoppedBy } = now.stoppedBy ? now : (await stopped).operation;
    expect(stoppedBy).toMatchObject({ code: 'remote_missing', message: expect.stringContaining('Desk') });
    expect(setup.app.reports.splice(0)).toEqual([expect.objectContaining({ code: 'remote_missing' })]);
    await setup.app.ask('operations.cancel', { id: draft.id });
    expect((await setup.app.ended(draft.id)).state).toBe('cancelled');
    // Nobody can be asked about what was in flight.
    expect(statesOf(draft.id)).toEqual({ cancelled: 16, unknown: 4 });
  });

  it('does not keep a console from closing, and loses nothing by it', async () => {
    const never = new Promise(() => undefined);
    await open({ treat: (nth) => (nth <= 2 ? { answered: never } : {}) });
    const draft = await plan();
    await setup.app.ask('operations.start', { id: draft.id });
    await expect.poll(() => setup.server.requests.length).toBe(2);
    await setup.app.close();
    expect(statesOf(draft.id)).toEqual({ waiting: 20 });
    await connect();
    expect((await setup.app.ended(draft.id)).state).toBe('completed');
    expect(setup.server.effects).toEqual(once);
    expect(allTickets(setup.folder).filter(({ category }) => category === 'Mine')).toHaveLength(count);
  });
});
