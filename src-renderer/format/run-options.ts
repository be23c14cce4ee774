import { formatDuration, formatNumber } from '../../src-shared/domain/number-words.ts';
import type { RunOptions } from '../../src-shared/domain/run-options.ts';
import { formatMoment } from './times.ts';

/** What is set of an operation's run options, each in a few words; empty where it starts at once and runs to the end. */
export function runOptionWords(options: RunOptions, nowMs: number): string[] {
  const { maxErrors, maxErrorShare, canary, timeLimitMs, startAt } = options;
  const words: string[] = [];
  if (maxErrors === 0) words.push('stops at the first failure');
  else if (maxErrors !== null) words.push(`stops at ${formatNumber(maxErrors + 1)} failures`);
  if (maxErrorShare !== null) words.push(`stops when more than ${percentOf(maxErrorShare)}% fail`);
  if (canary) {
    const then = canary.isPausing ? 'waits' : 'continues';
    words.push(`first ${formatNumber(canary.count)} alone, then ${then}`);
  }
  if (timeLimitMs !== null) words.push(`at most ${formatDuration(timeLimitMs)}`);
  if (startAt !== null) words.push(`starts ${formatMoment(startAt, nowMs)}`);
  return words;
}

function percentOf(share: number): number {
  return Math.round(share * 1000) / 10;
}
