import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { countsOf, type Operation } from '../../src-shared/domain/operation.ts';
import { seedTickets } from '../builders/seed.ts';
import { everyTicket, theseTickets } from '../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../builders/workspace.ts';
import { size } from './size.ts';

const count = size({ short: 5_000, long: 100_000 });
const created = size({ short: 500, long: 10_000 });
const readerCount = 4;
const megabyte = 2 ** 20;

let folder: string;
let app: TestConsole;
let stop: Int32Array;
let readers: Worker[];

beforeEach(async () => {
  folder = makeFolder();
  seedTickets(folder, count);
  app = await openTestConsole(folder);
  stop = new Int32Array(new SharedArrayBuffer(4));
  readers = [];
  for (let reader = 0; reader < readerCount; reader += 1) {
    const thread = new Worker(new URL('log-reader.ts', import.meta.url), { workerData: { folder, stop } });
    readers.push(thread);
    // One after the other: loading the native module twice at once is not safe.
    await once(thread, 'message');
  }
});
afterEach(async () => {
  Atomics.store(stop, 0, 1);
  await Promise.all(readers.map((reader) => once(reader, 'exit')));
  await app.close();
  removeFolder(folder);
});

function logBytes(): number {
  return statSync(join(folder, 'bulkhead.db-wal'), { throwIfNoEntry: false })?.size ?? 0;
}

/** The largest the log was while something was done: looked at all the time and at every event. */
async function largestWhile(work: () => Promise<unknown>): Promise<number> {
  let largest = 0;
  const look = () => {
    largest = Math.max(largest, logBytes());
  };
  const timer = setInterval(look, 10);
  const unsubscribe = app.console.subscribe(look);
  await work();
  unsubscribe();
  clearInterval(timer);
  return largest / megabyte;
}

/** Carries a plan out; all of it gets done. */
async function carryOut(plan: Promise<Operation>): Promise<Operation> {
  const draft = await plan;
  const ended = await app.run(draft);
  expect(countsOf(ended.tallies).done).toBe(countsOf(draft.tallies).planned);
  return ended;
}

it(`the log stays small under operations on ${count} tickets with ${readerCount} readers, and is cut off after them`, async () => {
  const edit = (action: string, input: Record<string, unknown>, selection = everyTicket) =>
    app.ask('operations.plan', { action, collection: 'tickets', selection, input });
  const farApart = Array.from({ length: count / 10 }, (_, at) => at * 10 + 1);
  const largest = {
    operation: await largestWhile(async () => {
      const { id } = await carryOut(edit('update_category', { category: 'Everything' }));
      await carryOut(app.ask('operations.undo', { id }));
    }),
    import: await largestWhile(() => carryOut(app.ask('sample.plan', { count: created, seed: 1 }))),
    scattered: await largestWhile(() => carryOut(edit('delete', {}, theseTickets(...farApart)))),
  };
  process.stdout.write(`log, most MB: ${JSON.stringify(largest)}\n`);
  expect(Math.max(...Object.values(largest))).toBeLessThanOrEqual(64);
  await expect.poll(() => logBytes() / megabyte).toBeLessThanOrEqual(4);
}, 300_000);
