import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BulkheadError } from '../../../src-shared/contract/errors.ts';
import { countsOf, type Operation } from '../../../src-shared/domain/operation.ts';
import { RunOptions } from '../../../src-shared/domain/run-options.ts';
import { expectBooksBalance, expectEndedWell } from '../../builders/books.ts';
import { atChunksOf, type DeadlyCalls, killThreadsAt, type ThreadCall } from '../../builders/deadly-calls.ts';
import { contents, everyTicket, fillTickets, makeTickets, readDatabase } from '../../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../../builders/workspace.ts';

const count = 1_500;
const quick = { attempts: 5, baseMs: 1, maxMs: 5 };
let folder: string;
let app: TestConsole;
let isDeadly: (call: ThreadCall) => boolean;
let deadly: DeadlyCalls;

beforeEach(async () => {
  isDeadly = () => false;
  deadly = killThreadsAt((call) => isDeadly(call));
  folder = makeFolder();
  fillTickets(folder, makeTickets(count));
  app = await openTestConsole(folder);
});
afterEach(async () => {
  await app.close();
  deadly.stop();
  expect(app.reports.map((report) => (report as BulkheadError).code)).toEqual(
    app.reports.map(() => 'worker_lost'),
  );
  removeFolder(folder);
});

function plan(): Promise<Operation> {
  return app.ask('operations.plan', {
    action: 'update_category',
    collection: 'tickets',
    selection: everyTicket,
    input: { category: 'Mine' },
  });
}

async function start(options: Partial<RunOptions>): Promise<number> {
  const { id } = await plan();
  await app.ask('operations.start', { id, options: RunOptions.parse(options) });
  return id;
}

/** Deadly so many times, whenever a thread is asked for this. */
function times(most: number, thread: string, method: string): typeof isDeadly {
  let left = most;
  return (call) => {
    if (call.thread !== thread || call.method !== method || left === 0) return false;
    left -= 1;
    return true;
  };
}

async function paused(id: number): Promise<Operation> {
  const told = app.event(
    'operation.updated',
    ({ operation }) => operation.id === id && operation.state === 'paused',
  );
  const now = await app.ask('operations.get', { id });
  return now.state === 'paused' ? now : (await told).operation;
}

async function retriesOf(id: number): Promise<unknown[]> {
  const { entries } = await app.ask('operations.journal', { id });
  return entries.filter(({ event }) => event === 'tried_again').map(({ detail }) => detail['failures']);
}

describe('a thread that dies under an operation', () => {
  it.each([
    ['writer', 'moveOperation'],
    ['writer', 'applyChunk'],
    ['writer', 'finishOperation'],
    ['reader', 'getOperation'],
  ])('costs nothing but time: the %s, asked for %s', async (thread, method) => {
    const { id } = await plan();
    const hit = times(2, thread, method);
    let isStarted = false;
    isDeadly = (call) => {
      // What goes wrong up to the start itself is told to who starts it.
      if (isStarted) return hit(call);
      isStarted = call.method === 'moveOperation';
      return false;
    };
    await app.ask('operations.start', { id, options: RunOptions.parse({ retry: quick }) });
    const ended = await app.event('operation.updated', ({ operation }) => operation.endedAt !== null);
    isDeadly = () => false;
    const operation = await app.ask('operations.get', { id });
    expect(operation.endedAt).toBe(ended.operation.endedAt);
    expect(operation).toMatchObject({ state: 'completed', stoppedBy: null });
    expectEndedWell(folder, operation);
    expect(contents(folder).every(({ category }) => category === 'Mine')).toBe(true);
  });

  it('again and again stops the operation after so many tries, to be resumed', async () => {
    isDeadly = times(3, 'writer', 'applyChunk');
    const id = await start({ retry: { ...quick, attempts: 3 } });
    const stopped = await paused(id);
    expect(stopped.stoppedBy).toMatchObject({ code: 'worker_lost' });
    expect(await retriesOf(id)).toEqual([1, 2]);
    expectBooksBalance(folder, id);
    expect((await app.ask('operations.resume', { id })).stoppedBy).toBeNull();
    const done = await app.ended(id);
    expectEndedWell(folder, done);
    expect(countsOf(done.tallies).done).toBe(count);
  });

  it('stops the operation at once when nothing is to be tried twice', async () => {
    isDeadly = times(1, 'writer', 'applyChunk');
    const id = await start({ retry: { ...quick, attempts: 1 } });
    expect((await paused(id)).stoppedBy).toMatchObject({ code: 'worker_lost' });
    expect(await retriesOf(id)).toEqual([]);
  });
});

describe('an operation that stands still, though not even that could be written down', () => {
  /** The writer dies of a chunk, and again when the operation is to be marked as paused. */
  async function strand(): Promise<number> {
    const { id } = await plan();
    const atChunk = times(1, 'writer', 'applyChunk');
    const atMove = times(1, 'writer', 'moveOperation');
    let isStopping = false;
    isDeadly = (call) => {
      if (isStopping) return atMove(call);
      isStopping = atChunk(call);
      return isStopping;
    };
    const told = app.event('operation.updated', ({ operation }) => operation.state === 'paused');
    const options = RunOptions.parse({ retry: { ...quick, attempts: 1 } });
    await app.ask('operations.start', { id, options });
    await told;
    return id;
  }

  it('is shown as paused with the reason wherever it is shown, and can be resumed', async () => {
    const id = await strand();
    const shown = { id, state: 'paused', stoppedBy: { code: 'worker_lost' } };
    expect(await app.ask('operations.get', { id })).toMatchObject(shown);
    expect((await app.ask('operations.list', { limit: 5 })).operations).toMatchObject([shown]);
    const stored = readDatabase(folder, (db) => db.prepare('SELECT state FROM operations').pluck().all());
    expect(stored).toEqual(['in_progress']);
    expect(app.console.runningOperations()).toBe(0);
    await app.ask('operations.resume', { id });
    const operation = await app.ended(id);
    expectEndedWell(folder, operation);
    expect(operation).toMatchObject({ state: 'completed', stoppedBy: null });
  });

  it('can be cancelled', async () => {
    const id = await strand();
    await app.ask('operations.cancel', { id });
    const operation = await app.ended(id);
    expectEndedWell(folder, operation);
    expect(operation).toMatchObject({ state: 'cancelled', stoppedBy: null });
  });

  it('goes on with the next console', async () => {
    const id = await strand();
    const { reports } = app;
    await app.close();
    app = await openTestConsole(folder);
    app.reports.push(...reports);
    expectEndedWell(folder, await app.ended(id));
  });
});

describe('a record that kills its thread', () => {
  it('is set aside after three deaths, and all others are done', async () => {
    isDeadly = atChunksOf(() => folder, [777]);
    const id = await start({ retry: quick });
    const operation = await app.ended(id);
    expectEndedWell(folder, operation);
    expect(operation.state).toBe('partial');
    expect(operation.tallies).toEqual([
      { state: 'done', reason: null, count: count - 1 },
      { state: 'failed', reason: 'quarantined', count: 1 },
    ]);
    const { items } = await app.ask('operations.items', { id, states: ['failed'], limit: 5 });
    expect(items).toMatchObject([{ seq: 777, reason: 'quarantined' }]);
    expect(items[0]?.attempts).toBeGreaterThanOrEqual(3);
    expect(
      contents(folder)
        .filter(({ category }) => category !== 'Mine')
        .map((ticket) => ticket.id),
    ).toEqual([777]);
    const { entries } = await app.ask('operations.journal', { id });
    expect(entries.filter(({ event }) => event === 'quarantined')).toMatchObject([
      { detail: { item: 777, ticket: 777 } },
    ]);
  });

  it('is found among others like it, at both ends too', async () => {
    isDeadly = atChunksOf(() => folder, [1, 640, count]);
    const id = await start({ retry: quick });
    const operation = await app.ended(id);
    expectEndedWell(folder, operation);
    expect(operation.tallies).toContainEqual({ state: 'failed', reason: 'quarantined', count: 3 });
    const { items } = await app.ask('operations.items', { id, states: ['failed'], limit: 5 });
    expect(items.map(({ seq }) => seq)).toEqual([1, 640, count]);
  });

  it('counts as a failure for the rules', async () => {
    isDeadly = atChunksOf(() => folder, [50]);
    const operation = await app.ended(await start({ retry: quick, maxErrors: 0 }));
    expectEndedWell(folder, operation);
    expect(operation).toMatchObject({ state: 'failed', stoppedBy: { code: 'too_many_errors' } });
    expect(countsOf(operation.tallies)).toMatchObject({ done: 49, failed: 1 });
  });

  it('is not blamed where every record does: the operation waits for someone to look at it', async () => {
    isDeadly = ({ method }) => method === 'applyChunk';
    const id = await start({ retry: quick });
    const stopped = await paused(id);
    expect(stopped.stoppedBy).toMatchObject({ code: 'worker_lost' });
    expect(countsOf(stopped.tallies)).toMatchObject({ done: 0, failed: 1 });
  });
});

describe('a wait before the next try', () => {
  const slow = { attempts: 5, baseMs: 60_000, maxMs: 60_000 };

  beforeEach(() => {
    vi.spyOn(Math, 'random').mockReturnValue(0.9);
    isDeadly = times(1, 'writer', 'applyChunk');
  });

  /** Starts an operation and resolves when it waits, most of a minute. */
  async function startAndMeet(options: Partial<RunOptions> = {}): Promise<number> {
    const id = await start({ retry: slow, ...options });
    await deadly.death;
    return id;
  }

  it('ends with a pause, and a resume does not wait for it either', async () => {
    const id = await startAndMeet();
    await app.ask('operations.pause', { id });
    await app.ask('operations.resume', { id });
    expectEndedWell(folder, await app.ended(id));
  });

  it('ends with a cancel', async () => {
    const id = await startAndMeet();
    await app.ask('operations.cancel', { id });
    const operation = await app.ended(id);
    expectEndedWell(folder, operation);
    expect(countsOf(operation.tallies)).toMatchObject({ cancelled: count });
  });

  it('ends with the console, and the next one goes on', async () => {
    const id = await startAndMeet();
    const { reports } = app;
    await app.close();
    app = await openTestConsole(folder);
    app.reports.push(...reports);
    expectEndedWell(folder, await app.ended(id));
  });

  it('ends with the time limit', async () => {
    const operation = await app.ended(await startAndMeet({ timeLimitMs: 1_000 }));
    expectEndedWell(folder, operation);
    expect(operation).toMatchObject({ state: 'failed', stoppedBy: { code: 'time_limit' } });
  });
});
