import { describe, expect, test } from 'vitest';
import { backupHolds } from '../../../src-renderer/format/backups.ts';
import { formatBytes, formatPercent, formatRate } from '../../../src-renderer/format/numbers.ts';
import { outcomeWords, planCounts, planVerb, tallySentence } from '../../../src-renderer/format/tallies.ts';
import { formatClockLength, formatDay, formatRelative } from '../../../src-renderer/format/times.ts';
import { formatValue } from '../../../src-renderer/format/values.ts';
import { tickets } from '../../../src-shared/collections/tickets.ts';
import { videos } from '../../../src-shared/collections/videos.ts';
import { formatDuration, formatNumber } from '../../../src-shared/domain/number-words.ts';
import type { Tally } from '../../../src-shared/domain/operation.ts';

const words = { one: 'ticket', many: 'tickets' };
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

describe('numbers', () => {
  test('have separators', () => expect(formatNumber(1_000_000)).toBe('1,000,000'));
  test('a share never says 100 % before the end', () => {
    expect([formatPercent(9999, 10_000), formatPercent(10_000, 10_000), formatPercent(0, 0)]).toEqual([
      '99%',
      '100%',
      '100%',
    ]);
  });
  test('rates', () => expect([formatRate(28_400.4), formatRate(3.21)]).toEqual(['28,400/s', '3.2/s']));
  test('bytes', () => expect([formatBytes(900), formatBytes(4_123_000)]).toEqual(['900 B', '4.1 MB']));
});

describe('times', () => {
  const now = new Date(2026, 10, 21, 14, 0).getTime();
  test.each([
    [20_000, 'now'],
    [5 * minuteMs, '5 min'],
    [3 * hourMs, '3 h'],
    [12 * 24 * hourMs, '12 d'],
    [-10_000, 'now'],
  ])('%d ms ago is "%s"', (ago, expected) => expect(formatRelative(now - ago, now)).toBe(expected));

  test('after a month the date says more', () => {
    expect(formatRelative(new Date(2026, 7, 1).getTime(), now)).toBe('1 Aug 2026');
  });
  test('durations', () => {
    expect([400, 3200, 125_000, 3_600_000].map(formatDuration)).toEqual([
      'under 1 s',
      '3 s',
      '2 min 5 s',
      '1 h',
    ]);
  });
  test('a countdown never says nothing is left while something is', () => {
    expect([1, 7000, 760_000, 3_723_000].map(formatClockLength)).toEqual([
      '0:01',
      '0:07',
      '12:40',
      '1:02:03',
    ]);
  });
  test('days as headings', () => {
    expect(formatDay(now - hourMs, now)).toBe('Today');
    expect(formatDay(new Date(2026, 10, 20, 23, 59).getTime(), now)).toBe('Yesterday');
    expect(formatDay(new Date(2026, 10, 18).getTime(), now)).toMatch(/^Wednesday,? 18 November 2026$/);
  });
});

describe('the sentence of a plan', () => {
  const tallies: Tally[] = [
    { state: 'planned', reason: null, count: 4950 },
    { state: 'skipped', reason: 'already_so', count: 38 },
    { state: 'skipped', reason: 'illegal_transition', count: 12 },
  ];

  test('says what will change, what is so and what cannot', () => {
    expect(tallySentence(tallies, words)).toBe(
      '4,950 tickets will change. 38 are already so. 12 cannot: this status change is not allowed.',
    );
  });

  test('several reasons are counted, the most frequent first', () => {
    const more: Tally[] = [...tallies, { state: 'skipped', reason: 'deleted', count: 30 }];
    expect(tallySentence(more, words)).toContain(
      '42 cannot: it is deleted (30), this status change is not allowed (12).',
    );
  });

  test('speaks of one and of none', () => {
    expect(tallySentence([{ state: 'planned', reason: null, count: 1 }], words)).toBe(
      '1 ticket will change.',
    );
    expect(tallySentence([{ state: 'skipped', reason: 'already_so', count: 1 }], words)).toBe(
      'No ticket will change. 1 is already so.',
    );
  });

  test('an import creates', () => {
    const verb = planVerb({ action: 'import', undoOf: null, title: 'Import Zendesk' });
    expect(tallySentence([{ state: 'planned', reason: null, count: 2 }], { ...words, verb })).toBe(
      '2 tickets will be created.',
    );
  });

  test('parts add up to the whole', () => {
    const { change, already, cannot } = planCounts(tallies);
    expect(change + already + cannot).toBe(5000);
  });
});

test('an outcome names only what there is', () => {
  const tallies: Tally[] = [
    { state: 'done', reason: null, count: 4950 },
    { state: 'failed', reason: 'storage_error', count: 12 },
    { state: 'cancelled', reason: null, count: 0 },
  ];
  expect(outcomeWords({ tallies, rejected: 0 })).toBe('4,950 done · 12 failed');
  expect(outcomeWords({ tallies, rejected: 8 })).toBe('4,950 done · 12 failed · 8 rows rejected');
});

test('values are read as on screen', () => {
  expect(formatValue(tickets, 'status', 'on_hold')).toBe('On hold');
  expect(formatValue(tickets, 'assignee', null)).toBe('none');
  expect(formatValue(videos, 'durationS', 760)).toBe('12:40');
  expect(formatValue(videos, 'sizeBytes', 4_120_000)).toBe('4.1 MB');
  expect(formatValue(videos, 'chunks', 1_200)).toBe('1,200');
});

test('a backup is not said to hold no ticket where it may hold other records', () => {
  expect(backupHolds({ tickets: 300, operations: 1 })).toEqual(['300 tickets', '1 operation']);
  expect(backupHolds({ tickets: 0, operations: 4 })).toEqual(['4 operations']);
});
