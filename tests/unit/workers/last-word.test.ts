import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { lastWord } from '../../../src-main/workers/last-word.ts';

/** What became of the last word of a thread that runs this, and whether it was gone by then. */
async function endOf(source: string): Promise<unknown[]> {
  const worker = new Worker(`const { parentPort } = require('node:worker_threads'); ${source}`, {
    eval: true,
  });
  let isGone = false;
  worker.once('exit', () => {
    isGone = true;
  });
  const word = await lastWord<string>(worker).catch((error: Error) => error.message);
  return [word, isGone];
}

it.each([
  ['what it said last', 'parentPort.postMessage("one"); parentPort.postMessage("two");', 'two'],
  ['nothing where it said nothing', '', null],
  ['the error that ended it', 'parentPort.postMessage("one"); throw new Error("broken");', 'broken'],
])('of a thread is, once that is gone, %s', async (_what, source, word) => {
  expect(await endOf(source)).toEqual([word, true]);
});
