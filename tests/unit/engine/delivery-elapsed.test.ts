import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createElapsed } from '../../../src-main/engine/delivery/elapsed.ts';
import { runs } from '../../builders/property.ts';

const hourMs = 3_600_000;

/** What can happen to a clock: time passes, the computer sleeps (which the count does not see), somebody sets it. */
const step = fc.oneof(
  fc.record({ what: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: hourMs }) }),
  fc.record({ what: fc.constant('sleep' as const), ms: fc.integer({ min: 2_000, max: 10 * hourMs }) }),
  fc.record({ what: fc.constant('set' as const), ms: fc.integer({ min: -2 * hourMs, max: 2 * hourMs }) }),
);

describe('elapsed time', () => {
  it('is never more than surely and never less than possibly has gone by, whatever is done to the clock', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let clockMs = 1_000_000;
        let countMs = 500;
        let trueMs = 1_000_000;
        const elapsed = createElapsed({ now: () => clockMs }, () => countMs);
        let lastSure = elapsed.sureMs();
        let lastPossible = elapsed.possibleMs();
        for (const { what, ms } of steps) {
          clockMs += ms;
          if (what !== 'set') trueMs += ms;
          if (what === 'pass') countMs += ms;
          const [sure, possible] = [elapsed.sureMs(), elapsed.possibleMs()];
          expect(sure).toBeLessThanOrEqual(trueMs);
          expect(possible).toBeGreaterThanOrEqual(trueMs);
          expect(sure).toBeGreaterThanOrEqual(lastSure);
          expect(possible).toBeGreaterThanOrEqual(lastPossible);
          [lastSure, lastPossible] = [sure, possible];
        }
      }),
      runs(500),
    );
  });

  it('agrees with a clock that nobody touches, to the second', () => {
    let ms = 0;
    const elapsed = createElapsed({ now: () => 7_000 + Math.round(ms) }, () => ms);
    for (let at = 0; at < 100_000; at += 1) {
      ms += 0.3;
      elapsed.possibleMs();
    }
    expect(elapsed.sureMs()).toBeCloseTo(7_000 + ms, -1);
    expect(Math.abs(elapsed.possibleMs() - 7_000 - ms)).toBeLessThanOrEqual(1_001);
  });
});
