import { EventEmitter, once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BulkheadError, errorCatalogue } from '../../src-shared/contract/errors.ts';
import { countsOf, isFinal, type Operation } from '../../src-shared/domain/operation.ts';
import { RunOptions } from '../../src-shared/domain/run-options.ts';
import { expectEnded, expectHistoryHolds } from '../builders/books.ts';
import { seed } from '../builders/property.ts';
import { randomFrom } from '../builders/random.ts';
import { seedTickets } from '../builders/seed.ts';
import { everyTicket, theseTickets } from '../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../builders/workspace.ts';
import { arm, type Fault, leaveNewThreadsAlone, sabotageNewThreads } from './fault.ts';
import { miscounted } from './harness.ts';
import { size } from './size.ts';

const count = size({ short: 4_000, long: 20_000 });
const wanted = size({ short: 12, long: 200 });
const random = randomFrom(seed);
const options = RunOptions.parse({ retry: { attempts: 20, baseMs: 1, maxMs: 5 } });
const everything = { conditions: [], text: '', deleted: false };
// A thread that hoards memory is ended at this many MB instead of the system's gigabytes.
setFlagsFromString('--max-old-space-size=400');
let folder: string;
let app: TestConsole;
/** The living threads of the console, by name. */
const threads = new Map<string, Set<Worker>>();

const ends = new EventEmitter();

function watch(worker: Worker): void {
  const name = worker.threadName ?? '';
  const alike = threads.get(name) ?? new Set();
  threads.set(name, alike.add(worker));
  worker.once('exit', () => {
    alike.delete(worker);
    ends.emit(name);
  });
}

function thread(name: string): Worker {
  const [worker] = threads.get(name) ?? [];
  if (!worker) throw new Error(`no ${name} thread`);
  return worker;
}

beforeEach(async () => {
  folder = makeFolder();
  seedTickets(folder, count);
  process.on('worker', watch);
  sabotageNewThreads(null);
  app = await openTestConsole(folder);
});
afterEach(async () => {
  leaveNewThreadsAlone();
  await app.close();
  process.off('worker', watch);
  expect([...threads].filter(([, alike]) => alike.size > 0)).toEqual([]);
  threads.clear();
  removeFolder(folder);
});

function plan(category: string, selection = everyTicket): Promise<Operation> {
  return app.ask('operations.plan', {
    action: 'update_category',
    collection: 'tickets',
    selection,
    input: { category },
  });
}

function codeOf(error: unknown): string {
  return (error as BulkheadError).code;
}

function expectWorkerLost(error: unknown): void {
  expect(codeOf(error)).toBe('worker_lost');
}

/** Resolves when an operation has ended or stands still, with what was told of it last. */
async function atRest(id: number): Promise<Operation> {
  const { operation } = await app.event(
    'operation.updated',
    ({ operation: { id: its, state, stoppedBy } }) =>
      its === id && (isFinal(state) || (state === 'paused' && stoppedBy !== null)),
  );
  return operation;
}

/** Resolves when a thread of this name has ended. */
async function death(name: string): Promise<null> {
  await once(ends, name);
  return null;
}

/** Asks until no thread dies of it: the fault of one reader may have been meant for the other. */
async function insist<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      expectWorkerLost(error);
    }
  }
}

/** Gives a command until it is carried out: of one whose answer was lost it is said that it was too late. */
async function command(name: 'operations.start' | 'operations.resume', id: number): Promise<void> {
  let isFirst = true;
  await insist(async () => {
    try {
      await app.ask(name, name === 'operations.start' ? { id, options } : { id });
    } catch (error) {
      if (isFirst || codeOf(error) !== 'wrong_state') throw error;
    } finally {
      isFirst = false;
    }
  });
}

/**
 * Whoever asks meanwhile is told, or answered by the new thread. A thread begins when it is asked for something, and only one that is
 * there can be armed.
 */
async function wake(id: number): Promise<void> {
  await insist(() => app.ask('settings.update', { theme: 'dark' }));
  await insist(() => app.ask('operations.get', { id }));
}

/** The end of the writer from outside, when it has answered so often. */
interface Termination {
  readonly thread: 'writer';
  readonly nth: number;
  readonly how: 'terminate';
}

/** A way to die: at a statement, mostly of a chunk, or from outside; memory takes longest and so is rare. */
function nextFault(): Fault | Termination {
  const nth = 1 + Math.floor(random() * 40);
  if (random() < 0.2) return { thread: 'writer', nth: 1 + (nth % 4), how: 'terminate' };
  const how = random() < 0.05 ? 'memory' : random() < 0.5 ? 'throw' : 'exit';
  if (random() < 0.2) return { thread: 'reader', kind: 'statement', nth: 1 + (nth % 2), how };
  const isInChunk = random() < 0.8;
  return { thread: 'writer', kind: 'statement', nth, how, ...(isInChunk ? { method: 'applyChunk' } : {}) };
}

/** Brings a fault about. What it answers calls off the end of a thread that has not come. */
async function bring(fault: Fault | Termination): Promise<() => void> {
  const isFromOutside = fault.how === 'terminate';
  await arm(fault.thread, isFromOutside ? null : fault);
  if (!isFromOutside) return () => undefined;
  const worker = thread(fault.thread);
  let answers = 0;
  const count = () => {
    answers += 1;
    // Half of the time when it has its next order already.
    if (answers === fault.nth && fault.nth % 2 === 0) void worker.terminate();
    else if (answers === fault.nth) setImmediate(() => void worker.terminate());
  };
  worker.on('message', count);
  return () => worker.off('message', count);
}

describe(`threads that die ${wanted} times under operations`, { timeout: 60_000 + wanted * 3_000 }, () => {
  it('are replaced; the operation goes on, nothing is lost, nothing is done twice', async () => {
    const met = new Map<string, number>();
    for (let deaths = 0, round = 1; deaths < wanted; round += 1) {
      const { id } = await insist(() => plan(`Round ${round}`));
      let resting = atRest(id);
      await command('operations.start', id);
      for (;;) {
        const fault = deaths < wanted ? nextFault() : null;
        const died = fault ? death(fault.thread) : new Promise<null>(() => undefined);
        const callOff = fault && (await bring(fault));
        const rest = await Promise.race([died, resting]);
        callOff?.();
        if (fault && !rest) {
          deaths += 1;
          met.set(`${fault.thread} ${fault.how}`, (met.get(`${fault.thread} ${fault.how}`) ?? 0) + 1);
          await wake(id);
        } else if (rest?.state === 'paused') {
          expect(rest.stoppedBy?.code).toBe('worker_lost');
          resting = atRest(id);
          await command('operations.resume', id);
        } else break;
      }
      // Its end may have been the last answer of a thread.
      await wake(id);
      await arm('writer', null);
      await arm('reader', null);
      const operation = await insist(() => app.ask('operations.get', { id }));
      expectEnded(folder, operation);
      // What killed the thread three times all by itself was set aside.
      const { done, failed } = countsOf(operation.tallies);
      expect(done + failed).toBe(count);
      const reasons = operation.tallies.filter(({ state }) => state === 'failed').map(({ reason }) => reason);
      expect(reasons.filter((reason) => reason !== 'quarantined')).toEqual([]);
    }
    process.stdout.write(`${JSON.stringify(Object.fromEntries(met))}\n`);
    expect(miscounted(folder)).toEqual([]);
    expectHistoryHolds(folder);
    for (const how of ['throw', 'exit', 'memory', 'terminate'])
      expect(met.get(`writer ${how}`) ?? 0, how).toBeGreaterThanOrEqual(size({ short: 0, long: 1 }));
    expect(app.reports.map(codeOf).filter((code) => code !== 'worker_lost')).toEqual([]);
  });
});

describe('a reader that dies', () => {
  it('rejects the calls it held and is replaced for later ones', async () => {
    for (let round = 0; round < 3; round += 1) {
      // So many that it is not through with them before it ends.
      const held = Array.from({ length: 100 }, () =>
        app.ask('records.count', { collection: 'tickets', filter: { ...everything, text: 'customer' } }),
      );
      await thread('reader').terminate();
      const outcomes = await Promise.allSettled(held);
      const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
      for (const { reason } of lost) {
        expect((reason as BulkheadError).code).toBe('worker_lost');
        expect((reason as BulkheadError).message).toContain('Nothing is half done');
      }
      expect(lost.length).toBeGreaterThan(0);
      const after = await Promise.all(
        Array.from({ length: 8 }, () =>
          app.ask('records.count', { collection: 'tickets', filter: everything }),
        ),
      );
      expect(after).toEqual(after.map(() => ({ count })));
      expect(threads.get('reader')?.size).toBe(2);
    }
    // Each death is told, and by whoever in the console waited for the thread.
    expect(app.reports.length).toBeGreaterThanOrEqual(3);
    expect(new Set(app.reports.map(codeOf))).toEqual(new Set(['worker_lost']));
    expect(errorCatalogue.worker_lost.next).toContain('Try again');
  });
});

describe('a writer that dies', () => {
  it('keeps the workspace to its one owner', async () => {
    await thread('writer').terminate();
    const operation = await app.run(await plan('Mine', theseTickets(1)));
    expect(operation.state).toBe('completed');
    await expect(openTestConsole(folder)).rejects.toMatchObject({ code: 'workspace_in_use' });
  });

  it('says what it died of', async () => {
    await arm('writer', { thread: 'writer', kind: 'statement', nth: 1, how: 'throw' });
    await app.ask('settings.update', { theme: 'dark' }).catch(expectWorkerLost);
    const cause = expect.objectContaining({ message: 'sabotage' }) as unknown;
    expect(app.reports).toContainEqual(expect.objectContaining({ code: 'worker_lost', cause }));
  });

  it('keeps no operation from going on, though a full disk hides for a while what became of the command', async () => {
    const { id } = await plan('Mine', theseTickets(1, 2));
    const canary = { count: 1, isPausing: true };
    await app.ask('operations.start', { id, options: RunOptions.parse({ canary }) });
    await atRest(id);
    const ended = app.event(
      'operation.updated',
      ({ operation }) => operation.id === id && isFinal(operation.state),
    );
    await arm('reader', {
      thread: 'reader',
      kind: 'statement',
      method: 'getOperation',
      nth: 1,
      how: 'SQLITE_FULL',
    });
    await arm('writer', {
      thread: 'writer',
      kind: 'write',
      method: 'moveOperation',
      text: 'COMMIT',
      nth: 1,
      how: 'exit-after',
    });
    await app.ask('operations.resume', { id }).catch(expectWorkerLost);
    expect((await ended).operation.state).toBe('completed');
  });

  it('costs a plan that was being made, and leaves no draft behind for long', async () => {
    const begun = app.event('operation.planning', () => true);
    const planned = plan('Everything');
    const outcome = planned.then(
      () => 'planned',
      (error: BulkheadError) => error.code,
    );
    await begun;
    await thread('writer').terminate();
    expect(await outcome).toBe('worker_lost');
    const { operations } = await app.ask('operations.list', { limit: 10 });
    expect(operations).toEqual([]);
    const again = await plan('Everything');
    expect(countsOf(again.tallies).planned).toBe(count);
    await expect(app.ask('operations.get', { id: again.id - 1 })).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

describe('a console that is closing', () => {
  it('says so to what comes too late', async () => {
    const closing = app.close();
    const late = app.ask('records.count', { collection: 'tickets', filter: everything });
    const code = await late.then(
      () => 'answered',
      (error: BulkheadError) => error.code,
    );
    await closing;
    expect(['answered', 'stopping']).toContain(code);
    await expect(app.ask('operations.list', { limit: 1 })).rejects.toMatchObject({ code: 'stopping' });
    app = await openTestConsole(folder);
  });
});
