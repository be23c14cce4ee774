import { expect, test } from 'vitest';
import { failuresOf } from '../../../src-shared/domain/operation.ts';
import { buildOperation, deliveryCounts } from '../../builders/operations.ts';

test('what went wrong is counted here and there, without what was left out on purpose or decided since', () => {
  expect(failuresOf(buildOperation())).toBe(0);
  const tallies = [
    { state: 'done', reason: null, count: 10 },
    { state: 'skipped', reason: 'already_so', count: 20 },
    { state: 'cancelled', reason: null, count: 40 },
    { state: 'failed', reason: 'changed_since', count: 3 },
    { state: 'unknown', reason: null, count: 4 },
  ] as const;
  expect(failuresOf(buildOperation({ tallies: [...tallies] }))).toBe(7);
  const delivery = deliveryCounts({ confirmed: 1, waiting: 2, conflict: 3, cancelled: 4 });
  expect(failuresOf(buildOperation({ delivery }))).toBe(0);
  expect(failuresOf(buildOperation({ delivery, undecided: 2 }))).toBe(2);
  expect(failuresOf(buildOperation({ delivery: { ...delivery, refused: 5, unknown: 6 } }))).toBe(11);
});
