import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sessions } from '../../../src-shared/collections/sessions.ts';
import { tickets } from '../../../src-shared/collections/tickets.ts';
import type { Condition } from '../../../src-shared/domain/condition.ts';
import { Filter } from '../../../src-shared/domain/filter.ts';
import {
  completions,
  describeConditions,
  formatFilter,
  parseFilter,
} from '../../../src-shared/domain/filter-language.ts';

const dayMs = 86_400_000;

function filterOf(text: string): Filter {
  const { filter, problems } = parseFilter(text, tickets);
  expect(problems).toEqual([]);
  return filter;
}

function conditionOf(text: string): Condition | undefined {
  return filterOf(text).conditions[0];
}

function problemOf(text: string) {
  const { problems } = parseFilter(text, tickets);
  expect(problems).toHaveLength(1);
  return { message: problems[0]?.message ?? '', part: text.slice(problems[0]?.from, problems[0]?.to) };
}

describe('reading', () => {
  test('an empty text leaves everything in', () => {
    expect(filterOf('  ')).toEqual({ conditions: [], text: '', deleted: false });
  });

  test('fields, words and deleted together', () => {
    expect(
      filterOf('status:open priority:high,critical -category:none refund is:deleted "order 8812"'),
    ).toEqual({
      conditions: [
        { op: 'in', field: 'status', values: ['open'], not: false },
        { op: 'in', field: 'priority', values: ['high', 'critical'], not: false },
        { op: 'empty', field: 'category', not: true },
      ],
      text: 'refund "order 8812"',
      deleted: true,
    });
  });

  test.each([
    ['status:"on hold"', 'on_hold'],
    ['status:ON_HOLD', 'on_hold'],
    ['STATUS:Open', 'open'],
  ])('%s is one of the choices by value or label', (text, value) => {
    expect(conditionOf(text)).toMatchObject({ field: 'status', values: [value] });
  });

  test('quoted values keep blanks, commas and the word none', () => {
    expect(conditionOf('assignee:"Mina Park","none","a, b"')).toMatchObject({
      values: ['Mina Park', 'none', 'a, b'],
    });
  });

  test('an age counts back from now: smaller is younger', () => {
    expect(conditionOf('updated<30d')).toEqual({
      op: 'after',
      field: 'updatedAt',
      moment: { agoMs: 30 * dayMs },
    });
    expect(conditionOf('updated>2w')).toEqual({
      op: 'before',
      field: 'updatedAt',
      moment: { agoMs: 14 * dayMs },
    });
    expect(conditionOf('-updated<1m')).toEqual({
      op: 'before',
      field: 'updatedAt',
      moment: { agoMs: 30 * dayMs },
    });
  });

  test('a date is a local day, and the day itself belongs where one expects it', () => {
    const day = new Date(2024, 0, 31).getTime();
    const dayAfter = new Date(2024, 1, 1).getTime();
    expect(conditionOf('created<2024-01-31')).toMatchObject({ op: 'before', moment: { at: day } });
    expect(conditionOf('created<=2024-01-31')).toMatchObject({ op: 'before', moment: { at: dayAfter } });
    expect(conditionOf('created>=2024-01-31')).toMatchObject({ op: 'after', moment: { at: day } });
    expect(conditionOf('createdAt>2024-01-31')).toMatchObject({ op: 'after', moment: { at: dayAfter } });
  });
});

describe('problems', () => {
  test('a misspelt field is named with its place and the likely word', () => {
    const { message, part } = problemOf('priority:high stauts:open word');
    expect(part).toBe('stauts:open');
    expect(message).toContain('Did you mean status?');
  });

  test.each([
    ['status:', 'status:', 'Say which status'],
    ['status:opne', 'status:opne', 'cannot be “opne”'],
    ['category:none,Billing', 'category:none,Billing', 'takes no other value beside it'],
    ['created<2024-02-31', 'created<2024-02-31', 'a date like'],
    ['created:2024-01-31', 'created:2024-01-31', 'Compare times'],
    ['status<3d', 'status<3d', 'not a time'],
    ['subject:refund', 'subject:refund', 'not a field to filter by'],
    ['a "b c', '"b c', 'not closed'],
    ['-refund', '-refund', 'cannot be left out'],
    ['is:open', 'is:open', 'is:deleted'],
  ])('%s', (text, part, words) => {
    const problem = problemOf(text);
    expect(problem.part).toBe(part);
    expect(problem.message).toContain(words);
  });
});

describe('writing', () => {
  const value = fc.oneof(
    fc.string({ maxLength: 12, unit: 'binary' }),
    fc.constantFrom('none', 'Mina Park', '"', '\\', 'a,b', ' ', '-x', ''),
  );
  const field = (...names: string[]) => fc.constantFrom(...names);
  const values = (of: fc.Arbitrary<string>) => fc.array(of, { minLength: 1, maxLength: 4 });
  const moment = fc.oneof(
    fc.record({ agoMs: fc.nat({ max: 10 ** 12 }) }),
    fc.nat({ max: 400 }).map((days) => ({ agoMs: days * dayMs })),
    fc.record({ at: fc.integer({ min: -(10 ** 14), max: 10 ** 14 }) }),
    fc.nat({ max: 40_000 }).map((days) => ({ at: new Date(1970, 0, 1 + days).getTime() })),
  );
  const condition: fc.Arbitrary<Condition> = fc.oneof(
    fc.record({
      op: fc.constant('in' as const),
      field: field('category', 'assignee', 'key', 'source'),
      values: values(value),
      not: fc.boolean(),
    }),
    fc.record({
      op: fc.constant('in' as const),
      field: fc.constant('status'),
      values: values(fc.constantFrom('open', 'on_hold', 'closed')),
      not: fc.boolean(),
    }),
    fc.record({
      op: fc.constant('empty' as const),
      field: field('assignee', 'updatedAt'),
      not: fc.boolean(),
    }),
    fc.record({
      op: fc.constantFrom('before' as const, 'after' as const),
      field: field('createdAt', 'updatedAt'),
      moment,
    }),
  );
  const filter: fc.Arbitrary<Filter> = fc.record({
    conditions: fc.array(condition, { maxLength: 6 }),
    text: fc.oneof(
      value,
      fc.constantFrom('refund order', 'status:open', 'a  b', '-a', 'x<3', 're: "hi"', 'a "b c" d'),
    ),
    deleted: fc.boolean(),
  });

  test('what is written reads back as the same filter', () => {
    fc.assert(
      fc.property(filter, (wanted) => {
        Filter.parse(wanted);
        expect(parseFilter(formatFilter(wanted, tickets), tickets)).toEqual({ filter: wanted, problems: [] });
      }),
      { numRuns: 2000 },
    );
  });

  test('any text is read without throwing, and its problems lie within it', () => {
    const typed = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(fc.constantFrom('status:', 'open', ' ', '"', '-', 'updated<', '3d', ',', 'is:', '\\'), {
          maxLength: 12,
        })
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(typed, (text) => {
        const { filter, problems } = parseFilter(text, tickets);
        for (const { from, to } of problems) expect(from >= 0 && from < to && to <= text.length).toBe(true);
        if (problems.length === 0) expect(filterOf(formatFilter(filter, tickets))).toEqual(filter);
      }),
      { numRuns: 2000 },
    );
  });

  test('it is written as one would type it', () => {
    const text =
      'status:open -priority:low,medium assignee:none updated<30d created>=2024-01-31 is:deleted refund "order 8812"';
    expect(formatFilter(filterOf(text), tickets)).toBe(text);
  });
});

test('words in quotes are described in their own', () => {
  const words = (text: string) =>
    describeConditions({ conditions: [], text, deleted: false }, tickets).map((chip) => chip.text);
  expect(words('refund late')).toEqual(['“refund late”']);
  expect(words('"while charging"')).toEqual(['“while charging”']);
  expect(words('refund "while charging"')).toEqual(['refund “while charging”']);
});

test('chips say each part in words and hold the filter without it', () => {
  const chips = describeConditions(
    filterOf('status:open,on_hold -category:none updated<30d refund'),
    tickets,
  );
  expect(chips.map(({ text }) => text)).toEqual([
    'Status: Open, On hold',
    'Category: not none',
    'Updated: last 30 days',
    '“refund”',
  ]);
  expect(chips.map(({ without }) => formatFilter(without, tickets))[1]).toBe(
    'status:open,on_hold updated<30d refund',
  );
});

describe('completion', () => {
  const labels = (text: string, caret = text.length) =>
    completions(text, caret, tickets).options.map(({ label }) => label);

  test('offers fields, then values, then ages', () => {
    expect(labels('st')).toEqual(['status:']);
    expect(labels('-pri')).toEqual(['-priority:']);
    expect(labels('status:o')).toEqual(['open', 'on_hold']);
    expect(labels('updated<3')).toEqual(['30d']);
    expect(labels('is:')).toEqual(['deleted']);
  });

  test('replaces the last value of a list only', () => {
    const text = 'refund status:open,pe rest';
    const { from, to, options } = completions(text, 'refund status:open,pe'.length, tickets);
    expect(text.slice(from, to)).toBe('pe');
    expect(options.map(({ text: full }) => full)).toEqual(['pending']);
  });

  test('asks for the values that the workspace holds', () => {
    expect(completions('assignee:"Mi', 12, tickets).valuesOf).toEqual({ field: 'assignee', prefix: 'mi' });
  });
});

test('what is said of a filter is said in the words of its collection', () => {
  expect(parseFilter('payload:x', sessions).problems[0]?.message).toContain('words alone to search title.');
  expect(parseFilter('subject:x', tickets).problems[0]?.message).toContain('search subject and description.');
  for (const text of ['is', 'is:'])
    expect(completions(text, text.length, sessions).options.at(-1)?.hint).toBe('Deleted sessions');
});
