import { describe, expect, test } from 'vitest';
import { errorGroups, meanRate } from '../../../src-renderer/screens/history/error-groups.ts';
import { thereGroups } from '../../../src-renderer/screens/history/there-groups.ts';
import type { DeliveryCounts } from '../../../src-shared/domain/delivery.ts';
import { reasons } from '../../../src-shared/domain/item.ts';
import { buildOperation, deliveryCounts } from '../../builders/operations.ts';

describe('errorGroups', () => {
  test('leaves out what went well and what is still to do', () => {
    expect(
      errorGroups([
        { state: 'done', reason: null, count: 9 },
        { state: 'planned', reason: null, count: 3 },
        { state: 'applying', reason: null, count: 1 },
        { state: 'failed', reason: 'not_found', count: 0 },
      ]),
    ).toEqual([]);
  });

  test('puts failures first, then larger groups, each with its words and a remedy', () => {
    const groups = errorGroups([
      { state: 'skipped', reason: 'already_so', count: 500 },
      { state: 'failed', reason: 'not_found', count: 2 },
      { state: 'cancelled', reason: null, count: 40 },
      { state: 'failed', reason: 'storage_error', count: 7 },
      { state: 'unknown', reason: null, count: 1 },
    ]);
    expect(groups.map(({ state, count }) => [state, count])).toEqual([
      ['failed', 7],
      ['failed', 2],
      ['unknown', 1],
      ['cancelled', 40],
      ['skipped', 500],
    ]);
    expect(groups[0]).toMatchObject({ words: reasons.storage_error });
    for (const group of groups) expect(group.remedy).toMatch(/\.$/);
  });

  test('an item that failed without a reason says so instead of guessing one', () => {
    expect(errorGroups([{ state: 'skipped', reason: null, count: 1 }])[0]?.words).toBe(
      'No reason was recorded',
    );
  });
});

describe('meanRate', () => {
  test('counts what was tried, not what was left out when it was planned', () => {
    const operation = buildOperation({
      startedAt: 0,
      endedAt: 2_000,
      tallies: [
        { state: 'done', reason: null, count: 900 },
        { state: 'failed', reason: 'not_found', count: 100 },
        { state: 'skipped', reason: 'already_so', count: 5_000 },
      ],
    });
    expect(meanRate(operation)).toBe(500);
    const options = { ...operation.options, startAt: 1_500 };
    expect(meanRate({ ...operation, options }), 'without the wait for its start').toBe(2_000);
  });

  test('is not known while it runs, nor for a run too short to measure', () => {
    expect(meanRate(buildOperation({ endedAt: null }))).toBeNull();
    expect(meanRate(buildOperation({ startedAt: 0, endedAt: 20 }))).toBeNull();
  });
});

test('what was not confirmed there is listed beside what failed here', () => {
  const groupsOf = (delivery: DeliveryCounts | null, undecided = 0) =>
    thereGroups({ delivery, undecided }).map(({ state, code, count }) => [state, code, count]);
  expect(groupsOf(null)).toEqual([]);
  expect(groupsOf(deliveryCounts({ confirmed: 9, waiting: 3 }))).toEqual([]);
  expect(groupsOf(deliveryCounts({ confirmed: 9, unknown: 2, refused: 12 }))).toEqual([
    ['refused', null, 12],
    ['unknown', null, 2],
  ]);
  expect(groupsOf(deliveryCounts({ conflict: 5, unknown: 2 }), 3)).toEqual([
    ['conflict', null, 3],
    ['unknown', null, 2],
    ['conflict', 'decided', 2],
  ]);
});
