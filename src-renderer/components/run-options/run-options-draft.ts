import { formatNumber } from '../../../src-shared/domain/number-words.ts';
import {
  defaultRunOptions,
  longestTimeLimitMs,
  type RunOptions,
} from '../../../src-shared/domain/run-options.ts';
import { toLocalInput } from '../../format/times.ts';

/** Run options as they stand in the form: numbers and the moment as typed. */
export interface RunOptionsDraft {
  readonly stopAt: 'never' | 'first' | 'count' | 'share';
  readonly stopCount: string;
  readonly stopPercent: string;
  readonly canary: 'none' | 'go_on' | 'wait';
  readonly canaryCount: string;
  /** Minutes; empty for no limit. */
  readonly timeLimit: string;
  /** As a `datetime-local` input has it; empty for at once. */
  readonly startAt: string;
}

export const emptyRunOptions: RunOptionsDraft = {
  stopAt: 'never',
  stopCount: '25',
  stopPercent: '5',
  canary: 'none',
  canaryCount: '50',
  timeLimit: '',
  startAt: '',
};

/** The form of what is set. */
export function runOptionsDraft(options: RunOptions): RunOptionsDraft {
  const { maxErrors, maxErrorShare, canary, timeLimitMs, startAt } = options;
  return {
    stopAt: stopAtOf(options),
    stopCount: maxErrors === null ? emptyRunOptions.stopCount : String(maxErrors + 1),
    stopPercent: maxErrorShare === null ? emptyRunOptions.stopPercent : percentOf(maxErrorShare),
    canary: canary === null ? 'none' : canary.isPausing ? 'wait' : 'go_on',
    canaryCount: canary === null ? emptyRunOptions.canaryCount : String(canary.count),
    timeLimit: timeLimitMs === null ? '' : String(timeLimitMs / minuteMs),
    startAt: startAt === null ? '' : toLocalInput(startAt),
  };
}

/** Without the digits that binary fractions add. */
function percentOf(share: number): string {
  return String(Number((share * 100).toFixed(6)));
}

function stopAtOf({ maxErrors, maxErrorShare }: RunOptions): RunOptionsDraft['stopAt'] {
  if (maxErrors !== null) return maxErrors === 0 ? 'first' : 'count';
  return maxErrorShare === null ? 'never' : 'share';
}

export interface ReadRunOptions {
  /** What the understood fields mean. */
  readonly options: RunOptions;
  /** What is wrong with a field, by its name. */
  readonly problems: Partial<Record<keyof RunOptionsDraft, string>>;
}

const mostCanary = 100_000;
const minuteMs = 60_000;

/**
 * Reads the form; a field that cannot be read is a problem and never a default in silence. What the form does not ask for
 * is as it was `before`.
 */
export function readRunOptions(
  draft: RunOptionsDraft,
  nowMs: number,
  before: RunOptions = defaultRunOptions,
): ReadRunOptions {
  const problems: Partial<Record<keyof RunOptionsDraft, string>> = {};
  const whole = (name: keyof RunOptionsDraft, most: number): number | null => {
    const value = Number(draft[name].replaceAll(',', ''));
    if (draft[name].trim() !== '' && Number.isInteger(value) && value >= 1 && value <= most) return value;
    problems[name] = `Give a whole number from 1 to ${formatNumber(most)}.`;
    return null;
  };

  let { maxErrors, maxErrorShare, canary, timeLimitMs, startAt } = defaultRunOptions;
  if (draft.stopAt === 'first') maxErrors = 0;
  if (draft.stopAt === 'count') {
    const count = whole('stopCount', 1_000_000);
    // One less is put up with than stops it.
    if (count !== null) maxErrors = count - 1;
  }
  if (draft.stopAt === 'share') {
    const percent = Number(draft.stopPercent);
    if (draft.stopPercent.trim() !== '' && percent >= 0 && percent < 100) maxErrorShare = percent / 100;
    else problems.stopPercent = 'Give a share from 0 to less than 100.';
  }
  if (draft.canary !== 'none') {
    const count = whole('canaryCount', mostCanary);
    if (count !== null) canary = { count, isPausing: draft.canary === 'wait' };
  }
  if (draft.timeLimit.trim() !== '') {
    const minutes = whole('timeLimit', longestTimeLimitMs / minuteMs);
    if (minutes !== null) timeLimitMs = minutes * minuteMs;
  }
  if (draft.startAt !== '') {
    startAt = new Date(draft.startAt).getTime();
    if (startAt <= nowMs)
      problems.startAt = 'This moment has passed. Choose a later one, or none to start now.';
  }
  return {
    options: { ...before, maxErrors, maxErrorShare, canary, timeLimitMs, startAt },
    problems,
  };
}
