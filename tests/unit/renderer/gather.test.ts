import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { gather } from '../../../src-renderer/bridge/gather.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('what comes within a moment is handed on in its order, and drawn once', async () => {
  const log: (number | 'drawn')[] = [];
  const { add } = gather<number>((one) => {
    if (log.length === 0 || log.at(-1) === 'drawn') void Promise.resolve().then(() => log.push('drawn'));
    log.push(one);
  });
  for (const one of [1, 2, 3, 4, 5]) {
    add(one);
    await Promise.resolve();
    if (one === 3) await vi.runAllTimersAsync();
  }
  await vi.runAllTimersAsync();
  expect(log).toEqual([1, 2, 3, 'drawn', 4, 5, 'drawn']);
});

test('one that cannot be taken is reported and keeps nothing after it', () => {
  const reportError = vi.fn<(error: unknown) => void>();
  vi.stubGlobal('reportError', reportError);
  const taken: number[] = [];
  const { add, handOn } = gather<number>((one) => {
    if (one === 2) throw new Error('not in the contract');
    taken.push(one);
  });
  for (const one of [1, 2, 3]) add(one);
  handOn();
  expect(taken).toEqual([1, 3]);
  expect(reportError).toHaveBeenCalledExactlyOnceWith(new Error('not in the contract'));
});

test('what waits can be handed on at once, and is not again', () => {
  const taken: number[] = [];
  const { add, handOn } = gather<number>((one) => taken.push(one));
  add(1);
  handOn();
  expect(taken).toEqual([1]);
  add(2);
  vi.runAllTimers();
  expect(taken).toEqual([1, 2]);
});
