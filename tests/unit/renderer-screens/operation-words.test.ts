import { describe, expect, test } from 'vitest';
import { nextAfterStop } from '../../../src-renderer/format/stop-words.ts';
import { retryLabel, undoneWords } from '../../../src-renderer/format/tallies.ts';
import { waitingWords } from '../../../src-renderer/format/waiting-words.ts';
import { reportName } from '../../../src-renderer/screens/history/report-name.ts';
import { cancelWords } from '../../../src-renderer/screens/operations/card-figures.ts';
import { errorCatalogue } from '../../../src-shared/contract/errors.ts';
import { isEnding, type Tally } from '../../../src-shared/domain/operation.ts';
import { defaultRunOptions } from '../../../src-shared/domain/run-options.ts';
import { brokenRule, brokenTimeLimit, canaryDone } from '../../../src-shared/domain/stop-rule.ts';
import { buildOperation, deliveryCounts } from '../../builders/operations.ts';

const full = { code: 'disk_full', message: 'The disk is full.' };

test.each([
  ['running', {}, false],
  ['cancelled while it runs', { isCancelling: true }, true],
  ['paused', { state: 'paused' }, false],
  ['cancelled while it is paused', { state: 'paused', isCancelling: true }, true],
  [
    'cancelled, but that could not be written down',
    { state: 'paused', isCancelling: true, stoppedBy: full },
    false,
  ],
] as const)(
  'of an operation that is %s it is known whether it comes to its end',
  (_name, fields, expected) => {
    expect(isEnding(buildOperation({ state: 'in_progress', ...fields }))).toBe(expected);
  },
);

describe('an operation that stopped by itself says what to do', () => {
  const failed = { tried: 30, failed: 30 };
  test.each([
    brokenRule({ ...defaultRunOptions, maxErrors: 0 }, failed),
    brokenRule({ ...defaultRunOptions, canary: { count: 50, isPausing: true } }, failed),
    brokenTimeLimit({ ...defaultRunOptions, timeLimitMs: 1_000 }, 2_000),
  ])('by rule: $code', (stopped) => {
    expect(nextAfterStop(stopped?.code ?? '')).toMatch(/[Rr]etry/);
  });

  test('by a first part that went well, in the reason itself', () => {
    const { code, message } = canaryDone(50);
    expect(message).toContain('resume');
    expect(nextAfterStop(code)).toBeNull();
  });

  test.each(['disk_full', 'worker_lost', 'storage_error'] as const)('by an error: %s', (code) => {
    expect(nextAfterStop(code)).toBe(errorCatalogue[code].next);
  });
});

test('a button promises to retry what failed only if nothing else would be tried', () => {
  const label = (...tallies: Tally[]) => retryLabel({ tallies, delivery: null });
  const failed: Tally = { state: 'failed', reason: 'changed_since', count: 26 };
  const left: Tally = { state: 'cancelled', reason: null, count: 167 };
  expect(label(failed)).toBe('Retry failed');
  expect(label(failed, left)).toBe('Retry remaining');
  expect(label(left)).toBe('Retry remaining');
  expect(retryLabel({ tallies: [], delivery: deliveryCounts({ refused: 2 }) })).toBe('Retry failed');
});

test('how much was undone', () => {
  expect(undoneWords(buildOperation({ undone: 0 }))).toBeNull();
  expect(undoneWords(buildOperation({ undone: 4 }))).toBe('4 of 10 undone');
  expect(undoneWords(buildOperation({ undone: 10 }))).toBe('Undone');
  // What a remote refused does not stand here either.
  const delivery = deliveryCounts({ refused: 2 });
  expect(undoneWords(buildOperation({ undone: 4, delivery }))).toBe('4 of 8 undone');
  expect(undoneWords(buildOperation({ undone: 8, delivery }))).toBe('Undone');
});

test('an operation that has not begun says when it will, or why not', () => {
  const nowMs = new Date(2026, 10, 21, 14, 2).getTime();
  const startAt = new Date(2026, 10, 21, 18).getTime();
  const words = (at: number | null) =>
    waitingWords({ options: { ...defaultRunOptions, startAt: at } }, nowMs);
  expect(words(startAt)).toBe('Starts 18:00');
  expect(words(null)).toMatch(/Waits until/);
  // Its time has come, and others are still at it.
  expect(words(nowMs - 1)).toMatch(/Waits until/);
});

test('whoever cancels is told what was done and what is left, without jargon', () => {
  const assign = buildOperation({ action: 'assign' });
  expect(cancelWords(assign, 1_204, 4_950)).toMatch(
    /1,204 of 4,950 tickets.*stays changed, and you can undo it.*other 3,746/,
  );
  const erasure = { ...assign, forecast: { ...assign.forecast, reversible: false } };
  expect(cancelWords(erasure, 1_204, 4_950)).toMatch(/stays changed, and cannot be undone\. The other 3,746/);
  expect(cancelWords(assign, 0, 1)).toMatch(/Nothing was changed yet.*1 ticket\./);
  expect(cancelWords({ ...assign, action: 'export' }, 10, 20)).toMatch(/No file will be left/);
});

test('a report has a name to find it by', () => {
  const nowMs = new Date(2026, 2, 9, 12).getTime();
  expect(reportName(null, 'csv', nowMs)).toBe('history 2026-03-09.csv');
  expect(reportName(buildOperation({ id: 7 }), 'json', nowMs)).toBe('operation 7 Set status to Solved.json');
  expect(reportName(buildOperation({ title: 'x'.repeat(300) }), 'json', nowMs).length).toBeLessThan(100);
});
