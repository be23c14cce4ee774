import { expect, test } from 'vitest';
import { actionLabel, errorWords, formatShare } from '../../../src-renderer/format/actions.ts';
import {
  checkedWords,
  placeWords,
  verdictWords,
} from '../../../src-renderer/screens/history/verification-words.ts';
import type { HistoryProblem, Verification } from '../../../src-shared/contract/history.ts';

const problem: HistoryProblem = {
  kind: 'items',
  operationId: 3,
  entrySeq: 12,
  fromSeq: 501,
  toSeq: 1_000,
  message: 'These items are not as they were written.',
};
const sound: Verification = {
  at: 0,
  tookMs: 3_000,
  entries: 1,
  items: 88_120,
  head: 'a'.repeat(64),
  problems: [],
  hasMoreProblems: false,
};

test('a check ends in one sentence', () => {
  expect(verdictWords(sound)).toBe('The history is as it was written.');
  expect(verdictWords({ ...sound, problems: [problem] })).toBe(
    'The history is not as it was written, in 1 place.',
  );
  expect(verdictWords({ ...sound, problems: [problem, problem], hasMoreProblems: true })).toMatch(
    /in more than 2 places/,
  );
  expect(checkedWords(sound)).toBe('1 journal entry and 88,120 items checked in 3 s.');
});

test('a problem says where it is, as far as that is known', () => {
  expect(placeWords(problem)).toBe('Journal entry 12 · items 501 to 1,000');
  expect(placeWords({ ...problem, fromSeq: 7, toSeq: 7 })).toBe('Journal entry 12 · item 7');
  expect(placeWords({ ...problem, entrySeq: null })).toBe('Items 501 to 1,000');
  expect(placeWords({ ...problem, entrySeq: null, fromSeq: null, toSeq: null })).toBe('');
});

test('figures are named as the buttons are, and nothing is rounded up to perfect', () => {
  const known = [
    {
      name: 'assign',
      label: 'Assign',
      collection: 'tickets' as const,
      form: [],
      isDestructive: false,
      forDeleted: false,
    },
  ];
  expect(actionLabel('assign', known)).toBe('Assign');
  expect(actionLabel('undo', known)).toBe('Undo');
  expect(actionLabel('merge_tickets', known)).toBe('Merge tickets');
  expect(errorWords('already_so')).toBe('Already so');
  expect(errorWords('rate_limited')).toBe('Rate limited');
  expect([formatShare(1), formatShare(0.99999), formatShare(0)]).toEqual(['100%', '99.9%', '0%']);
});
