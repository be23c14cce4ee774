import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createPace } from '../../../src-renderer/state/pace.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('what is asked for often is done at once, then once when the time is over, and never twice at a time', async () => {
  let begun = 0;
  let end: () => void = () => undefined;
  const ask = createPace(() => {
    begun += 1;
    return new Promise((resolve) => {
      end = resolve;
    });
  }, 1_000);
  ask();
  ask();
  await vi.advanceTimersByTimeAsync(0);
  expect(begun).toBe(1);

  ask();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(begun).toBe(1);
  end();
  await vi.advanceTimersByTimeAsync(999);
  expect(begun).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(begun).toBe(2);

  end();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(begun).toBe(2);
  ask();
  await vi.advanceTimersByTimeAsync(0);
  expect(begun).toBe(3);
});
