import { renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStore, type Store } from '../../../src-main/store/store.ts';
import { makeFolder, removeFolder } from '../../builders/workspace.ts';

let folder: string;
let store: Store;
let readers: number;
/** Threads that have not said yet that they are ready, and how many of them there were at a time; threads that have not ended. */
const starting = new Set<Worker>();
let mostStarting: number;
const living = new Set<Worker>();

function watch(worker: Worker): void {
  if (worker.threadName === 'reader') readers += 1;
  living.add(worker);
  worker.once('exit', () => living.delete(worker));
  starting.add(worker);
  worker.once('message', () => starting.delete(worker));
  mostStarting = Math.max(mostStarting, starting.size);
}

beforeEach(async () => {
  folder = makeFolder();
  [readers, mostStarting] = [0, 0];
  process.on('worker', watch);
  store = await openStore(join(folder, 'bulkhead.db'), 1);
});
afterEach(async () => {
  await store.close();
  process.off('worker', watch);
  removeFolder(folder);
});

it('a reader begins with the first question, and none before', async () => {
  expect(readers).toBe(0);
  expect(await store.read('readSettings')).toEqual({});
  await store.read('readSettings');
  expect(readers).toBe(1);
});

it('a second one begins where much is asked at once, and no third', async () => {
  const answers = await Promise.all(Array.from({ length: 40 }, () => store.read('readSettings')));
  expect(answers).toHaveLength(40);
  expect(readers).toBe(2);
  // The native module is loaded by one after the other.
  expect(mostStarting).toBe(1);
});

it('no second one begins for what was answered', async () => {
  for (let round = 0; round < 3; round += 1)
    await Promise.all(Array.from({ length: 3 }, () => store.read('readSettings')));
  expect(readers).toBe(1);
});

it('a reader that could not begin keeps none from beginning later', async () => {
  const { file } = store;
  renameSync(file, `${file}.away`);
  await expect(store.read('readSettings')).rejects.toThrow('cannot be opened');
  renameSync(`${file}.away`, file);
  expect(await store.read('readSettings')).toEqual({});
});

it('what is asked while a reader begins is answered when the store closes', async () => {
  const asked = store.read('readSettings');
  await store.close();
  expect(living.size).toBe(0);
  expect(await asked).toEqual({});
  await expect(store.read('readSettings')).rejects.toMatchObject({ code: 'stopping' });
});
