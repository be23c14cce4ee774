import { countsOf, type Operation, type Progress } from '../../../src-shared/domain/operation.ts';

/** Events per operation: ten a second are as many as an eye can use. */
const minGapMs = 100;
/** The rate is that of the last few seconds, so that it follows changes but does not jump. */
const windowMs = 3_000;

/** Measures one running operation and says when it is time to tell. */
export interface ProgressMeter {
  /** Takes note of the operation's counters, and of how much of it is still to be told to a remote, at a moment (epoch ms). */
  update(operation: Operation, nowMs: number, undelivered?: number): Progress;
  /** True at most ten times a second. */
  isDue(nowMs: number): boolean;
}

export function createProgressMeter(): ProgressMeter {
  const samples: { atMs: number; processed: number }[] = [];
  let lastToldMs = Number.NEGATIVE_INFINITY;

  return {
    update: (operation, nowMs, undelivered = 0) => {
      const counts = countsOf(operation.tallies);
      const total = counts.total - counts.skipped;
      const processed = total - counts.planned - counts.applying - undelivered;
      samples.push({ atMs: nowMs, processed });
      while (samples.length > 2 && Math.abs(nowMs - (samples[0]?.atMs ?? nowMs)) > windowMs) samples.shift();
      const oldest = samples[0] ?? { atMs: nowMs, processed };
      const elapsedMs = nowMs - oldest.atMs;
      const ratePerSecond = elapsedMs > 0 ? ((processed - oldest.processed) / elapsedMs) * 1000 : 0;
      const etaMs = ratePerSecond > 0 ? Math.round(((total - processed) / ratePerSecond) * 1000) : null;
      return { processed, total, ratePerSecond: Math.max(0, ratePerSecond), etaMs };
    },
    isDue: (nowMs) => {
      // The clock may be set back.
      if (Math.abs(nowMs - lastToldMs) < minGapMs) return false;
      lastToldMs = nowMs;
      return true;
    },
  };
}
