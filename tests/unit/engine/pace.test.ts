import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nextChunkSize } from '../../../src-main/engine/run/chunk-size.ts';
import { createProgressMeter } from '../../../src-main/engine/run/progress.ts';
import { createThrottle } from '../../../src-main/engine/run/throttle.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';

describe('the size of chunks', () => {
  it('follows what the last one took, within bounds, and at most doubles', () => {
    expect(nextChunkSize(2_000, 80)).toBe(2_000);
    expect(nextChunkSize(2_000, 160)).toBe(1_000);
    expect(nextChunkSize(2_000, 1)).toBe(4_000);
    expect(nextChunkSize(2_000, 0)).toBe(4_000);
    expect(nextChunkSize(8_000, 10)).toBe(10_000);
    expect(nextChunkSize(300, 60_000)).toBe(200);
  });
});

describe('the progress meter', () => {
  function at(done: number, planned: number): Operation {
    const tallies = [
      { state: 'done' as const, reason: null, count: done },
      { state: 'planned' as const, reason: null, count: planned },
      { state: 'skipped' as const, reason: 'already_so' as const, count: 7 },
    ];
    return { tallies } as Partial<Operation> as Operation;
  }

  it('counts what is processed of what is to be, at the rate of the last seconds', () => {
    const meter = createProgressMeter();
    expect(meter.update(at(0, 1_000), 0)).toEqual({
      processed: 0,
      total: 1_000,
      ratePerSecond: 0,
      etaMs: null,
    });
    expect(meter.update(at(100, 900), 1_000)).toEqual({
      processed: 100,
      total: 1_000,
      ratePerSecond: 100,
      etaMs: 9_000,
    });
    // Ten times as fast from then on: after the window nothing is left of the slow start.
    expect(meter.update(at(300, 700), 5_000).etaMs).toBeGreaterThan(0);
    const { ratePerSecond } = meter.update(at(900, 100), 6_000);
    expect(Math.round(ratePerSecond)).toBe(600);
  });

  it('never tells a negative rate or time, even when the clock is set back', () => {
    const meter = createProgressMeter();
    meter.update(at(0, 1_000), 10_000);
    const { ratePerSecond, etaMs } = meter.update(at(500, 500), 2_000);
    expect(ratePerSecond).toBeGreaterThanOrEqual(0);
    expect(etaMs === null || etaMs >= 0).toBe(true);
  });

  it('is due at most ten times a second', () => {
    const meter = createProgressMeter();
    const due = Array.from({ length: 1_000 }, (_, ms) => ms).filter((ms) => meter.isDue(ms));
    expect(due).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900]);
  });

  it('goes on telling when the clock was set back', () => {
    const meter = createProgressMeter();
    expect(meter.isDue(1_000_000)).toBe(true);
    expect(meter.isDue(5_000)).toBe(true);
    expect(meter.isDue(5_050)).toBe(false);
  });
});

describe('a throttle', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('tells the first at once, the rest once per gap, and never forgets the last', () => {
    const told: number[] = [];
    const throttle = createThrottle(() => told.push(performance.now()), 250);
    const startMs = performance.now();
    for (let ms = 0; ms < 600; ms += 50) {
      throttle.note();
      vi.advanceTimersByTime(50);
    }
    vi.advanceTimersByTime(1_000);
    expect(told.map((ms) => ms - startMs)).toEqual([0, 250, 500, 750]);
  });

  it('tells what is still to be told when it is flushed, and nothing twice', () => {
    let told = 0;
    const throttle = createThrottle(() => {
      told += 1;
    }, 250);
    throttle.flush();
    expect(told).toBe(0);
    throttle.note();
    throttle.note();
    expect(told).toBe(1);
    throttle.flush();
    expect(told).toBe(2);
    vi.advanceTimersByTime(1_000);
    expect(told).toBe(2);
  });
});
