import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs } from '../../../src-main/platform/backoff.ts';
import { type ErrorCode, errorCatalogue, isRetryable } from '../../../src-shared/contract/errors.ts';
import { runs } from '../../builders/property.ts';

const longest = () => 1;

describe('the wait before something is tried again', () => {
  it('may take twice as long each time, up to a limit', () => {
    const waits = [0, 1, 2, 3, 4, 5].map((attempt) =>
      backoffMs(attempt, { baseMs: 500, maxMs: 6_000 }, longest),
    );
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 6_000, 6_000]);
    expect(backoffMs(20, { baseMs: 60_000, maxMs: 3_600_000 }, longest)).toBe(3_600_000);
    expect(backoffMs(5_000, { baseMs: 1, maxMs: 50 }, longest)).toBe(50);
  });

  it('is anywhere between nothing and that, in whole milliseconds', () => {
    expect(backoffMs(3, { baseMs: 500, maxMs: 60_000 }, () => 0)).toBe(0);
    expect(backoffMs(3, { baseMs: 500, maxMs: 60_000 }, () => 0.5)).toBe(2_000);
    fc.assert(
      fc.property(
        fc.nat(40),
        fc.integer({ min: 1, max: 60_000 }),
        fc.integer({ min: 1, max: 3_600_000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (attempt, baseMs, maxMs, random) => {
          const waitMs = backoffMs(attempt, { baseMs, maxMs }, () => random);
          expect(Number.isInteger(waitMs)).toBe(true);
          expect(waitMs).toBeGreaterThanOrEqual(0);
          expect(waitMs).toBeLessThanOrEqual(Math.min(maxMs, baseMs * 2 ** attempt));
        },
      ),
      runs(200),
    );
  });
});

describe('what is tried again by itself', () => {
  it('is what passes by itself, and nothing that needs a decision', () => {
    const codes = Object.keys(errorCatalogue) as ErrorCode[];
    expect(codes.filter(isRetryable).toSorted()).toEqual([
      'rate_limited',
      'restoring',
      'storage_busy',
      'worker_lost',
    ]);
  });
});
