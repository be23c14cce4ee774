import type { RunOptions } from '../../../src-shared/domain/run-options.ts';

/**
 * How long to wait (whole ms) before something is tried again: any time up to `min(baseMs × 2^attempt, maxMs)`, so that
 * those who failed together do not come back together. `attempt` counts the waits before this one, from 0.
 */
export function backoffMs(
  attempt: number,
  { baseMs, maxMs }: Pick<RunOptions['retry'], 'baseMs' | 'maxMs'>,
  random: () => number,
): number {
  return Math.round(random() * Math.min(baseMs * 2 ** attempt, maxMs));
}
