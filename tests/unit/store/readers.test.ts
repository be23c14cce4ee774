import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStore, type Store } from '../../../src-main/store/store.ts';
import { makeFolder, removeFolder } from '../../builders/workspace.ts';

let folder: string;
let store: Store;
let readers: number;

function watch({ threadName }: Worker): void {
  if (threadName === 'reader') readers += 1;
}

beforeEach(async () => {
  folder = makeFolder();
  readers = 0;
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
});

it('what is asked while a reader begins is answered when the store closes', async () => {
  const asked = store.read('readSettings');
  await store.close();
  expect(await asked).toEqual({});
  await expect(store.read('readSettings')).rejects.toMatchObject({ code: 'stopping' });
});
