import { beforeEach, describe, expect, it, vi } from 'vitest';
import { countsOf } from '../../../src-shared/domain/operation.ts';
import { RunOptions } from '../../../src-shared/domain/run-options.ts';
import { expectBooksBalance, expectEndedWell } from '../../builders/books.ts';
import { holdCall } from '../../builders/held-calls.ts';
import { changeDatabase, contents, readDatabase } from '../../builders/tickets.ts';
import { quick, times, useDeadlyConsole } from './deadly-console.ts';

const count = 1_500;
const setup = useDeadlyConsole(count);
const { plan, start, reopen, paused, retriesOf, workedMs } = setup;

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
    setup.dieAt((call) => {
      // What goes wrong up to the start itself is told to who starts it.
      if (isStarted) return hit(call);
      isStarted = call.method === 'moveOperation';
      return false;
    });
    await setup.app.ask('operations.start', { id, options: RunOptions.parse({ retry: quick }) });
    const ended = await setup.app.event('operation.updated', ({ operation }) => operation.endedAt !== null);
    setup.dieAt(() => false);
    const operation = await setup.app.ask('operations.get', { id });
    expect(operation.endedAt).toBe(ended.operation.endedAt);
    expect(operation).toMatchObject({ state: 'completed', stoppedBy: null });
    expectEndedWell(setup.folder, operation);
    expect(contents(setup.folder).every(({ category }) => category === 'Mine')).toBe(true);
  });

  it('again and again stops the operation after so many tries, to be resumed', async () => {
    setup.dieAt(times(3, 'writer', 'applyChunk'));
    const id = await start({ retry: { ...quick, attempts: 3 } });
    const stopped = await paused(id);
    expect(stopped.stoppedBy).toMatchObject({ code: 'worker_lost' });
    expect(await retriesOf(id)).toEqual([1, 2]);
    expect(workedMs(id)).toBeGreaterThan(0);
    expectBooksBalance(setup.folder, id);
    expect((await setup.app.ask('operations.resume', { id })).stoppedBy).toBeNull();
    const done = await setup.app.ended(id);
    expectEndedWell(setup.folder, done);
    expect(countsOf(done.tallies).done).toBe(count);
  });

  it('counts for the chunk that it died of alone, and anew after each that is done', async () => {
    const [atChunk, atEnd] = [times(1, 'writer', 'applyChunk'), times(1, 'writer', 'finishOperation')];
    setup.dieAt((call) => atChunk(call) || atEnd(call));
    const { id } = await setup.app.ended(await start({ retry: quick }));
    expect(await retriesOf(id)).toEqual([1, 1]);
    const { entries } = await setup.app.ask('operations.journal', { id });
    const chunksMs = entries.reduce((sum, { detail }) => sum + Number(detail['tookMs'] ?? 0), 0);
    // A thread that begins anew takes longer than what is rounded off.
    expect(workedMs(id)).toBeGreaterThan(chunksMs + 1);
  });

  it('leaves alone what the user paused before the stop could be written down', async () => {
    // Of the thread that takes the place of the one that dies.
    const stop = holdCall('call', 'moveOperation');
    setup.dieAt(times(1, 'writer', 'applyChunk'));
    const id = await start({ retry: { ...quick, attempts: 1 } });
    await stop.held;
    await setup.app.ask('operations.pause', { id });
    stop.release();
    await expect.poll(() => setup.app.console.runningOperations()).toBe(0);
    expect(await setup.app.ask('operations.get', { id })).toMatchObject({ state: 'paused', stoppedBy: null });
  });

  it('stops the operation at once when nothing is to be tried twice', async () => {
    setup.dieAt(times(1, 'writer', 'applyChunk'));
    const id = await start({ retry: { ...quick, attempts: 1 } });
    expect((await paused(id)).stoppedBy).toMatchObject({ code: 'worker_lost' });
    expect(await retriesOf(id)).toEqual([]);
  });

  it('stops nothing while the console closes: the next one goes on', async () => {
    let closing = Promise.resolve();
    const atChunk = times(1, 'writer', 'applyChunk');
    setup.dieAt((call) => {
      const isHit = atChunk(call);
      if (isHit) closing = setup.app.close();
      return isHit;
    });
    const id = await start({ retry: { ...quick, attempts: 1 } });
    await setup.death();
    await closing;
    await reopen();
    expectEndedWell(setup.folder, await setup.app.ended(id));
  });
});

describe('an operation that stands still, though not even that could be written down', () => {
  /** The writer dies of a chunk, and again when the operation is to be marked as paused. */
  async function strand(): Promise<number> {
    const { id } = await plan();
    const atChunk = times(1, 'writer', 'applyChunk');
    const atMove = times(1, 'writer', 'moveOperation');
    let isStopping = false;
    setup.dieAt((call) => {
      if (isStopping) return atMove(call);
      isStopping = atChunk(call);
      return isStopping;
    });
    const told = setup.app.event('operation.updated', ({ operation }) => operation.state === 'paused');
    const options = RunOptions.parse({ retry: { ...quick, attempts: 1 } });
    await setup.app.ask('operations.start', { id, options });
    await told;
    return id;
  }

  it('is shown as paused with the reason wherever it is shown, and can be resumed', async () => {
    const id = await strand();
    const shown = { id, state: 'paused', stoppedBy: { code: 'worker_lost' } };
    expect(await setup.app.ask('operations.get', { id })).toMatchObject(shown);
    expect((await setup.app.ask('operations.list', { limit: 5 })).operations).toMatchObject([shown]);
    const stored = readDatabase(setup.folder, (db) =>
      db.prepare('SELECT state FROM operations').pluck().all(),
    );
    expect(stored).toEqual(['in_progress']);
    expect(setup.app.console.runningOperations()).toBe(0);
    // Two threads, the operation, and that it could not be marked.
    expect(setup.app.reports).toHaveLength(4);
    await setup.app.ask('operations.resume', { id });
    expect((await setup.app.ask('operations.get', { id })).state).not.toBe('paused');
    const operation = await setup.app.ended(id);
    expectEndedWell(setup.folder, operation);
    expect(operation).toMatchObject({ state: 'completed', stoppedBy: null });
  });

  it('can be cancelled', async () => {
    const id = await strand();
    await setup.app.ask('operations.cancel', { id });
    const operation = await setup.app.ended(id);
    expectEndedWell(setup.folder, operation);
    expect(operation).toMatchObject({ state: 'cancelled', stoppedBy: null });
  });

  it('says why while it is being cancelled, which may be asked for again', async () => {
    setup.dieAt(times(1, 'writer', 'cancelRest'));
    const { id } = await plan();
    const options = RunOptions.parse({ retry: { ...quick, attempts: 1 }, startAt: Date.now() + 3_600_000 });
    await setup.app.ask('operations.start', { id, options });
    await setup.app.ask('operations.cancel', { id });
    expect(await paused(id)).toMatchObject({ isCancelling: true, stoppedBy: { code: 'worker_lost' } });
    await setup.app.ask('operations.cancel', { id });
    expectEndedWell(setup.folder, await setup.app.ended(id));
  });

  it('goes on with the next console', async () => {
    const id = await strand();
    await reopen();
    expectEndedWell(setup.folder, await setup.app.ended(id));
  });
});

describe('a wait before the next try', () => {
  const slow = { attempts: 5, baseMs: 60_000, maxMs: 60_000 };

  beforeEach(() => {
    vi.spyOn(Math, 'random').mockReturnValue(0.9);
    setup.dieAt(times(1, 'writer', 'applyChunk'));
  });

  /** Starts an operation and resolves when it waits, most of a minute. */
  async function startAndMeet(): Promise<number> {
    const id = await start({ retry: slow });
    await setup.death();
    return id;
  }

  it('ends with a pause, and a resume does not wait for it either', async () => {
    const id = await startAndMeet();
    await setup.app.ask('operations.pause', { id });
    expect(workedMs(id)).toBeGreaterThan(0);
    await setup.app.ask('operations.resume', { id });
    expectEndedWell(setup.folder, await setup.app.ended(id));
  });

  it('ends with a cancel', async () => {
    const id = await startAndMeet();
    await setup.app.ask('operations.cancel', { id });
    const operation = await setup.app.ended(id);
    expectEndedWell(setup.folder, operation);
    expect(countsOf(operation.tallies)).toMatchObject({ cancelled: count });
  });

  it('ends with the console, and the next one goes on', async () => {
    const id = await startAndMeet();
    await reopen();
    expectEndedWell(setup.folder, await setup.app.ended(id));
  });

  it('ends with the time limit, of which earlier runs have had their part', async () => {
    const { id } = await plan();
    changeDatabase(setup.folder, (db) => db.exec('UPDATE operations SET run_ms = 59000'));
    const options = RunOptions.parse({ retry: slow, timeLimitMs: 60_000 });
    await setup.app.ask('operations.start', { id, options });
    const operation = await setup.app.ended(id);
    expectEndedWell(setup.folder, operation);
    expect(operation).toMatchObject({ state: 'failed', stoppedBy: { code: 'time_limit' } });
  });
});
