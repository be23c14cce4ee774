import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Checked, startHistoryJob } from '../../../src-main/engine/history/history-job.ts';
import type { Job } from '../../../src-main/workers/job.ts';
import { seedOperation } from '../../builders/history.ts';
import { makeFolder, removeFolder } from '../../builders/workspace.ts';

let folder: string;
let told: Checked[];
let isGone: boolean;

beforeEach(() => {
  folder = makeFolder();
  told = [];
  isGone = false;
});
afterEach(() => {
  expect(isGone).toBe(true);
  removeFolder(folder);
});

function start(treat: (worker: Worker) => void = () => undefined): Job<unknown> {
  process.once('worker', (worker: Worker) => {
    worker.once('exit', () => {
      isGone = true;
    });
    treat(worker);
  });
  const order = { databaseFile: join(folder, 'bulkhead.db'), nowMs: 1, report: null };
  return startHistoryJob(order, (checked) => told.push(checked));
}

it('tells how far it is and answers what came of it', async () => {
  seedOperation(folder, 20_000);
  await expect(start().done).resolves.toMatchObject({ verification: { items: 20_000 }, bytes: null });
  expect(told.length).toBeGreaterThan(0);
});

it('rejects with what it could not do', async () => {
  await expect(start().done).rejects.toMatchObject({ code: 'storage_error' });
});

it('rejects with `stopped` when it was', async () => {
  seedOperation(folder, 20_000);
  const job = start();
  job.stop();
  await expect(job.done).rejects.toMatchObject({ code: 'stopped' });
});

it('rejects with `worker_lost` when its thread ended without a word', async () => {
  seedOperation(folder, 20_000);
  const job = start((worker) => void worker.terminate());
  await expect(job.done).rejects.toMatchObject({
    code: 'worker_lost',
    message: 'Checking the history ended unexpectedly. Nothing was changed.',
  });
});
