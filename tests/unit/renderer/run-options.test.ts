import { describe, expect, test } from 'vitest';
import {
  emptyRunOptions,
  type RunOptionsDraft,
  readRunOptions,
  runOptionsDraft,
} from '../../../src-renderer/components/run-options/run-options-draft.ts';
import { runOptionWords } from '../../../src-renderer/format/run-options.ts';
import {
  AskedRunOptions,
  defaultRunOptions,
  longestTimeLimitMs,
  RunOptions,
} from '../../../src-shared/domain/run-options.ts';

const nowMs = new Date(2026, 10, 21, 14, 2).getTime();
const read = (change: Partial<RunOptionsDraft>) => readRunOptions({ ...emptyRunOptions, ...change }, nowMs);

test('an untouched form means the defaults, which have no words', () => {
  expect(read({})).toEqual({ options: defaultRunOptions, problems: {} });
  expect(runOptionWords(defaultRunOptions, nowMs)).toEqual([]);
});

describe('what is typed is what the console gets', () => {
  test.each([
    [{ stopAt: 'first' }, { maxErrors: 0 }, 'stops at the first failure'],
    // One less is put up with than stops it.
    [{ stopAt: 'count', stopCount: '25' }, { maxErrors: 24 }, 'stops at 25 failures'],
    [{ stopAt: 'share', stopPercent: '2.5' }, { maxErrorShare: 0.025 }, 'stops when more than 2.5% fail'],
    [
      { canary: 'wait', canaryCount: '1,000' },
      { canary: { count: 1000, isPausing: true } },
      'first 1,000 alone, then waits',
    ],
    [
      { canary: 'go_on', canaryCount: '50' },
      { canary: { count: 50, isPausing: false } },
      'first 50 alone, then continues',
    ],
    [{ timeLimit: '20,000' }, { timeLimitMs: longestTimeLimitMs }, 'at most 333 h 20 min'],
    [{ timeLimit: '90' }, { timeLimitMs: 5_400_000 }, 'at most 1 h 30 min'],
    [{ startAt: '2026-11-21T18:00' }, { startAt: new Date(2026, 10, 21, 18).getTime() }, 'starts 18:00'],
    [
      { startAt: '2026-11-22T08:30' },
      { startAt: new Date(2026, 10, 22, 8, 30).getTime() },
      'starts tomorrow 08:30',
    ],
    [
      { startAt: '2027-01-04T08:30' },
      { startAt: new Date(2027, 0, 4, 8, 30).getTime() },
      'starts 4 Jan 2027, 08:30',
    ],
  ] satisfies [Partial<RunOptionsDraft>, Partial<RunOptions>, string][])('%j', (typed, means, words) => {
    const { options, problems } = read(typed);
    expect(problems).toEqual({});
    expect(options).toEqual({ ...defaultRunOptions, ...means });
    expect(AskedRunOptions.parse(options)).toEqual(options);
    expect(runOptionWords(options, nowMs)).toEqual([words]);
    expect(readRunOptions(runOptionsDraft(options), nowMs).options).toEqual(options);
  });
});

test.each([
  [{ stopAt: 'count', stopCount: '0' }, 'stopCount'],
  [{ stopAt: 'count', stopCount: 'many' }, 'stopCount'],
  [{ stopAt: 'share', stopPercent: '' }, 'stopPercent'],
  [{ stopAt: 'share', stopPercent: '100' }, 'stopPercent'],
  [{ canary: 'wait', canaryCount: '100001' }, 'canaryCount'],
  [{ timeLimit: '1.5' }, 'timeLimit'],
  [{ timeLimit: '20001' }, 'timeLimit'],
  [{ startAt: '2026-11-21T14:02' }, 'startAt'],
] satisfies [Partial<RunOptionsDraft>, keyof RunOptionsDraft][])(
  '%j is a problem of that field',
  (typed, field) => {
    expect(Object.keys(read(typed).problems)).toEqual([field]);
  },
);

test('what is typed in a field that is not shown does not matter', () => {
  expect(read({ stopCount: 'x', canaryCount: 'x', stopPercent: 'x' }).problems).toEqual({});
});

test('what the form does not ask for stays as it was', () => {
  const before = RunOptions.parse({
    itemTimeoutMs: 5_000,
    retry: { attempts: 2, baseMs: 10, maxMs: 100 },
    maxErrors: 3,
  });
  const { options } = readRunOptions({ ...runOptionsDraft(before), stopAt: 'never' }, nowMs, before);
  expect(options).toEqual({ ...before, maxErrors: null });
});
