import { setFlagsFromString } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { countsOf } from '../../../src-shared/domain/operation.ts';
import { RunOptions } from '../../../src-shared/domain/run-options.ts';
import { expectEnded, expectHistoryHolds } from '../../builders/books.ts';
import { seed } from '../../builders/property.ts';
import { randomFrom } from '../../builders/random.ts';
import { arm, type Fault } from '../fault.ts';
import { miscounted } from '../harness.ts';
import { size } from '../size.ts';
import { codeOf, expectWorkerLost, useThreads } from './use-threads.ts';

const count = size({ short: 4_000, long: 20_000 });
const wanted = size({ short: 12, long: 200 });
const random = randomFrom(seed);
const options = RunOptions.parse({ retry: { attempts: 20, baseMs: 1, maxMs: 5 } });
// A thread that hoards memory is ended at this many MB instead of the system's gigabytes.
setFlagsFromString('--max-old-space-size=400');
const setup = useThreads(count);
const { thread, death, plan, atRest } = setup;

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
      await setup.app.ask(name, name === 'operations.start' ? { id, options } : { id });
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
  await insist(() => setup.app.ask('settings.update', { theme: 'dark' }));
  await insist(() => setup.app.ask('operations.get', { id }));
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
      const operation = await insist(() => setup.app.ask('operations.get', { id }));
      expectEnded(setup.folder, operation);
      // What killed the thread three times all by itself was set aside.
      const { done, failed } = countsOf(operation.tallies);
      expect(done + failed).toBe(count);
      const reasons = operation.tallies.filter(({ state }) => state === 'failed').map(({ reason }) => reason);
      expect(reasons.filter((reason) => reason !== 'quarantined')).toEqual([]);
    }
    process.stdout.write(`${JSON.stringify(Object.fromEntries(met))}\n`);
    expect(miscounted(setup.folder)).toEqual([]);
    expectHistoryHolds(setup.folder);
    for (const how of ['throw', 'exit', 'memory', 'terminate'])
      expect(met.get(`writer ${how}`) ?? 0, how).toBeGreaterThanOrEqual(size({ short: 0, long: 1 }));
    expect(setup.app.reports.map(codeOf).filter((code) => code !== 'worker_lost')).toEqual([]);
  });
});
