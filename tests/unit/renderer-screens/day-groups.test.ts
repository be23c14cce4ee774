import { describe, expect, test } from 'vitest';
import { groupByDay } from '../../../src-renderer/screens/history/day-groups.ts';
import { buildOperation } from '../../builders/operations.ts';

const at = (year: number, month: number, day: number, hour = 12, minute = 0) =>
  new Date(year, month - 1, day, hour, minute).getTime();
const now = at(2026, 3, 9, 18);

function started(id: number, startedAt: number | null, createdAt = startedAt ?? 0) {
  return buildOperation({ id, startedAt, createdAt });
}

describe('groupByDay', () => {
  test('sorts days and their operations latest first, whatever order they came in', () => {
    const groups = groupByDay(
      [
        started(1, at(2026, 3, 7)),
        started(3, at(2026, 3, 9, 8)),
        started(2, at(2026, 3, 8)),
        started(4, at(2026, 3, 9, 9)),
      ],
      now,
    );
    expect(groups.map(({ label }) => label)).toEqual([
      'Today',
      'Yesterday',
      expect.stringContaining('7 March 2026'),
    ]);
    expect(groups.map(({ operations }) => operations.map(({ id }) => id))).toEqual([[4, 3], [2], [1]]);
  });

  test('an operation planned before midnight and started after it belongs to the day of its start', () => {
    const groups = groupByDay([started(5, at(2026, 3, 9, 0, 1), at(2026, 3, 8, 23, 59))], now);
    expect(groups.map(({ label }) => label)).toEqual(['Today']);
  });

  test('one that was never started is listed on the day it was made', () => {
    expect(groupByDay([started(6, null, at(2026, 3, 8))], now).map(({ key }) => key)).toEqual(['2026-03-08']);
  });

  test('of two at the same moment the later one comes first', () => {
    const [group] = groupByDay([started(7, now), started(8, now)], now);
    expect(group?.operations.map(({ id }) => id)).toEqual([8, 7]);
  });

  test('no operations make no days', () => {
    expect(groupByDay([], now)).toEqual([]);
  });
});

test('yesterday is known across months, years, and a day of 23 hours', () => {
  const label = (day: number, today: number) => groupByDay([started(1, day)], today)[0]?.label;
  expect(label(at(2025, 12, 31), at(2026, 1, 1, 0, 5))).toBe('Yesterday');
  expect(label(at(2026, 2, 28), at(2026, 3, 1, 0, 5))).toBe('Yesterday');
  expect(label(at(2026, 3, 29), at(2026, 3, 30, 0, 30))).toBe('Yesterday');
});
