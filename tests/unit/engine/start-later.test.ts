import { describe, expect, it } from 'vitest';
import { countsOf, type Operation } from '../../../src-shared/domain/operation.ts';
import { defaultRunOptions } from '../../../src-shared/domain/run-options.ts';
import { everyTicket } from '../../builders/tickets.ts';
import { day, hour, minute, startMs, useTimedConsole } from './timed-console.ts';

const setup = useTimedConsole(5);
const { awayFor } = setup;

function planned(): Promise<Operation> {
  const input = { assignee: 'Ada' };
  return setup.app.ask('operations.plan', {
    action: 'assign',
    collection: 'tickets',
    selection: everyTicket,
    input,
  });
}

describe('an operation that is to start later', () => {
  const options = { ...defaultRunOptions, startAt: startMs + hour };

  it('waits for its moment, also through a restart, and does not count as under way', async () => {
    const { id } = await planned();
    expect(await setup.app.ask('operations.start', { id, options })).toMatchObject({
      state: 'pending',
      options,
    });
    expect(setup.app.console.runningOperations()).toBe(0);
    setup.time.pass(30 * minute);
    await awayFor(29 * minute);
    setup.time.pass(minute - 1);
    expect(await setup.app.ask('operations.get', { id })).toMatchObject({ state: 'pending' });
    setup.time.pass(1);
    expect(await setup.app.ended(id)).toMatchObject({ state: 'completed', startedAt: startMs });
    // What it waited is none of the time that it took.
    await expect.poll(() => setup.app.notices).toEqual(['Assign to Ada: Done after under 1 s']);
    const { actions } = await setup.app.ask('history.statistics', { since: null });
    expect(actions).toMatchObject([{ action: 'assign', p50Ms: 0, p95Ms: 0 }]);
  });

  it('is started by a console that opens after its moment', async () => {
    const { id } = await planned();
    await setup.app.ask('operations.start', { id, options });
    await awayFor(day);
    expect(await setup.app.ended(id)).toMatchObject({ state: 'completed' });
  });

  it('can be cancelled before', async () => {
    const { id } = await planned();
    await setup.app.ask('operations.start', { id, options });
    await setup.app.ask('operations.cancel', { id });
    const cancelled = await setup.app.ended(id);
    expect(cancelled).toMatchObject({ state: 'cancelled', endedAt: startMs });
    expect(countsOf(cancelled.tallies)).toMatchObject({ cancelled: 5, done: 0 });
  });

  it('can be paused before and goes on waiting when it is resumed', async () => {
    const { id } = await planned();
    await setup.app.ask('operations.start', { id, options });
    expect(await setup.app.ask('operations.pause', { id })).toMatchObject({ state: 'paused' });
    setup.time.pass(30 * minute);
    expect(await setup.app.ask('operations.resume', { id })).toMatchObject({ state: 'pending' });
    expect(await setup.app.ask('operations.get', { id })).toMatchObject({ state: 'pending' });
    setup.time.pass(30 * minute);
    expect(await setup.app.ended(id)).toMatchObject({ state: 'completed' });
  });

  it('stays paused when its moment comes', async () => {
    const { id } = await planned();
    await setup.app.ask('operations.start', { id, options });
    await setup.app.ask('operations.pause', { id });
    setup.time.pass(2 * hour);
    expect(await setup.app.ask('operations.get', { id })).toMatchObject({ state: 'paused' });
    await setup.app.ask('operations.resume', { id });
    expect(await setup.app.ended(id)).toMatchObject({ state: 'completed' });
  });
});
