import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countsOf, type Operation } from '../../../src-shared/domain/operation.ts';
import { defaultRunOptions } from '../../../src-shared/domain/run-options.ts';
import { everyTicket, fillTickets, makeTickets } from '../../builders/tickets.ts';
import { createTestTime, type TestTime } from '../../builders/time.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../../builders/workspace.ts';

const startMs = Date.UTC(2026, 0, 15, 12);
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

let folder: string;
let time: TestTime;
let app: TestConsole;

beforeEach(async () => {
  folder = makeFolder();
  time = createTestTime(startMs);
  app = await openTestConsole(folder, time, time);
  fillTickets(folder, makeTickets(5));
});
afterEach(async () => {
  await app.close();
  expect(app.reports).toEqual([]);
  removeFolder(folder);
});

/** Closes the console, lets time pass, and opens it again. */
async function awayFor(ms: number): Promise<void> {
  await app.close();
  time.jump(ms);
  app = await openTestConsole(folder, time, time);
}

function planned(): Promise<Operation> {
  const input = { assignee: 'Ada' };
  return app.ask('operations.plan', {
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
    expect(await app.ask('operations.start', { id, options })).toMatchObject({ state: 'pending', options });
    expect(app.console.runningOperations()).toBe(0);
    time.pass(30 * minute);
    await awayFor(29 * minute);
    time.pass(minute - 1);
    expect(await app.ask('operations.get', { id })).toMatchObject({ state: 'pending' });
    time.pass(1);
    expect(await app.ended(id)).toMatchObject({ state: 'completed', startedAt: startMs });
  });

  it('is started by a console that opens after its moment', async () => {
    const { id } = await planned();
    await app.ask('operations.start', { id, options });
    await awayFor(day);
    expect(await app.ended(id)).toMatchObject({ state: 'completed' });
  });

  it('can be cancelled before', async () => {
    const { id } = await planned();
    await app.ask('operations.start', { id, options });
    await app.ask('operations.cancel', { id });
    const cancelled = await app.ended(id);
    expect(cancelled).toMatchObject({ state: 'cancelled', endedAt: startMs });
    expect(countsOf(cancelled.tallies)).toMatchObject({ cancelled: 5, done: 0 });
  });

  it('can be paused before and goes on waiting when it is resumed', async () => {
    const { id } = await planned();
    await app.ask('operations.start', { id, options });
    expect(await app.ask('operations.pause', { id })).toMatchObject({ state: 'paused' });
    time.pass(30 * minute);
    expect(await app.ask('operations.resume', { id })).toMatchObject({ state: 'pending' });
    expect(await app.ask('operations.get', { id })).toMatchObject({ state: 'pending' });
    time.pass(30 * minute);
    expect(await app.ended(id)).toMatchObject({ state: 'completed' });
  });

  it('stays paused when its moment comes', async () => {
    const { id } = await planned();
    await app.ask('operations.start', { id, options });
    await app.ask('operations.pause', { id });
    time.pass(2 * hour);
    expect(await app.ask('operations.get', { id })).toMatchObject({ state: 'paused' });
    await app.ask('operations.resume', { id });
    expect(await app.ended(id)).toMatchObject({ state: 'completed' });
  });
});
