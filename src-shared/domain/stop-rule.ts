import { countOf, formatDuration, formatNumber } from './number-words.ts';
import type { Counts } from './operation.ts';
import type { RunOptions } from './run-options.ts';

/** A share of fewer tried items says nothing: the first failure of one would be all of them. */
const shareSample = 20;

/** Why an operation stopped by itself: a stable code and a sentence. */
export interface StoppedBy {
  readonly code: string;
  readonly message: string;
}

/** How many items were tried so far, and how many of them failed. */
export interface Tried {
  readonly tried: number;
  readonly failed: number;
}

export function triedOf(counts: Counts): Tried {
  return { tried: counts.done + counts.failed, failed: counts.failed };
}

/** The rule that failures have broken so far, or null. Asked after every single item, it names the one that was too many. */
export function brokenRule(
  { canary, maxErrors, maxErrorShare }: RunOptions,
  { tried, failed }: Tried,
): StoppedBy | null {
  if (failed === 0) return null;
  const left = 'What was not started was left alone.';
  if (canary && tried <= canary.count) {
    const message = `Record ${formatNumber(tried)} of the first ${formatNumber(canary.count)} failed. ${left}`;
    return { code: 'canary_failed', message };
  }
  if (maxErrors !== null && failed > maxErrors) {
    const most =
      maxErrors === 0 ? 'It was to stop at the first one.' : `At most ${formatNumber(maxErrors)} may fail.`;
    return {
      code: 'too_many_errors',
      message: `${countOf(failed, 'record', 'records')} failed. ${most} ${left}`,
    };
  }
  if (maxErrorShare !== null && tried >= shareSample && failed / tried > maxErrorShare) {
    const message = `${formatNumber(failed)} of ${countOf(tried, 'record', 'records')} failed. At most ${percent(maxErrorShare)} may fail. ${left}`;
    return { code: 'too_many_errors', message };
  }
  return null;
}

/** The rule that says that an operation has been in progress for long enough, or null. */
export function brokenTimeLimit({ timeLimitMs }: RunOptions, runMs: number): StoppedBy | null {
  if (timeLimitMs === null || runMs < timeLimitMs) return null;
  const message = `It was in progress for ${formatDuration(timeLimitMs)}, the longest allowed. What was not started was left alone.`;
  return { code: 'time_limit', message };
}

/** Why an operation waits when its first records went well and are to be looked at. */
export function canaryDone(count: number): StoppedBy {
  const message = `The first ${countOf(count, 'record', 'records')} went well. Look at them, then resume or cancel.`;
  return { code: 'canary_done', message };
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}
