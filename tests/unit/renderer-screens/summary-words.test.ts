import { describe, expect, test } from 'vitest';
import { summarySentences } from '../../../src-renderer/screens/history/summary-words.ts';
import type { Tally } from '../../../src-shared/domain/operation.ts';
import { canRetry, canUndo } from '../../../src-shared/domain/operation.ts';
import { buildOperation, deliveryCounts } from '../../builders/operations.ts';

const tally = (state: Tally['state'], count: number, reason: Tally['reason'] = null): Tally => ({
  state,
  reason,
  count,
});

describe('summarySentences', () => {
  test('says what was done and what was not, and leaves out what did not happen', () => {
    const tallies = [
      tally('done', 4938),
      tally('skipped', 38, 'already_so'),
      tally('failed', 12, 'not_found'),
    ];
    expect(summarySentences(buildOperation({ state: 'partial', tallies }))).toEqual([
      '4,938 tickets changed.',
      '38 left as they were.',
      '12 failed and were not changed.',
    ]);
    const single = [tally('done', 1), tally('skipped', 1, 'already_so'), tally('failed', 1, 'not_found')];
    expect(summarySentences(buildOperation({ tallies: single }))).toEqual([
      '1 ticket changed.',
      '1 left as it was.',
      '1 failed and was not changed.',
    ]);
  });

  test('speaks of the kind of work', () => {
    const tallies = [tally('done', 2)];
    const first = (changes: object) => summarySentences(buildOperation({ tallies, ...changes }))[0];
    expect(first({ action: 'import' })).toBe('2 tickets imported.');
    expect(first({ action: 'delete' })).toBe('2 tickets deleted.');
    expect(first({ action: 'delete', undoOf: 1 })).toBe('2 tickets undone.');
    expect(first({ action: 'undo', undoOf: 1, title: 'Redo: Delete' })).toBe('2 tickets redone.');
    expect(first({ delivery: deliveryCounts({ waiting: 2 }) })).toBe('2 tickets changed here.');
  });

  test('says how far a running one is instead of what was done', () => {
    const tallies = [tally('done', 100), tally('planned', 300), tally('skipped', 50, 'already_so')];
    expect(summarySentences(buildOperation({ state: 'in_progress', tallies }))).toEqual([
      '100 of 400 tickets so far.',
      '50 left as they were.',
    ]);
  });

  test('names the rows of a file that became no ticket', () => {
    const words = summarySentences(
      buildOperation({ action: 'import', rejected: 1, tallies: [tally('done', 9)] }),
    );
    expect(words).toContain('1 row of the file rejected.');
  });
});

describe('what may be done about an operation', () => {
  test('undo: only what is over, changed something, can be taken back, and was not as a whole', () => {
    expect(canUndo(buildOperation())).toBe(true);
    expect(canUndo(buildOperation({ state: 'cancelled' }))).toBe(true);
    expect(canUndo(buildOperation({ state: 'paused' }))).toBe(false);
    expect(canUndo(buildOperation({ undoneBy: 2, undone: 4 }))).toBe(true);
    expect(canUndo(buildOperation({ undoneBy: 2, undone: 10 }))).toBe(false);
    expect(canUndo(buildOperation({ tallies: [tally('failed', 3)] }))).toBe(false);
    const refused = { delivery: deliveryCounts({ confirmed: 4, refused: 6 }) };
    expect(canUndo(buildOperation({ ...refused, undoneBy: 2, undone: 3 }))).toBe(true);
    expect(canUndo(buildOperation({ ...refused, undoneBy: 2, undone: 4 }))).toBe(false);
    expect(canUndo(buildOperation({ forecast: { durationMs: null, reversible: false, warnings: [] } }))).toBe(
      false,
    );
  });

  test('retry: only where something failed or was not started', () => {
    expect(canRetry(buildOperation())).toBe(false);
    expect(
      canRetry(buildOperation({ state: 'partial', tallies: [tally('done', 1), tally('failed', 1)] })),
    ).toBe(true);
    expect(canRetry(buildOperation({ state: 'cancelled', tallies: [tally('cancelled', 1)] }))).toBe(true);
    expect(canRetry(buildOperation({ state: 'in_progress', tallies: [tally('failed', 1)] }))).toBe(false);
    const refused = { state: 'partial', delivery: deliveryCounts({ confirmed: 9, refused: 1 }) } as const;
    expect(canRetry(buildOperation(refused))).toBe(true);
    expect(canRetry(buildOperation({ ...refused, undoOf: 3 }))).toBe(false);
  });
});
