import { describe, expect, test } from 'vitest';
import { pickedValues, rewriteText, withPicked } from '../../../src-renderer/screens/records/filter-text.ts';
import { tickets } from '../../../src-shared/collections/tickets.ts';
import { parseFilter } from '../../../src-shared/domain/filter-language.ts';

const filterOf = (text: string) => parseFilter(text, tickets).filter;
const written = (text: string, field: string, values: (string | null)[]) =>
  rewriteText(text, withPicked(filterOf(text), field, values), tickets);

describe('picking values of a field', () => {
  test('puts them into the filter and leaves the rest', () => {
    expect(written('refund -status:closed', 'status', ['open', 'pending'])).toBe(
      '-status:closed status:open,pending refund',
    );
  });
  test('takes the condition away with the last value', () => {
    expect(written('status:open priority:high', 'status', [])).toBe('priority:high');
  });
  test('"none" and values exclude each other; the last picked wins', () => {
    expect(written('', 'assignee', ['Mina Park', null])).toBe('assignee:none');
    expect(written('', 'assignee', [null, 'Mina Park'])).toBe('assignee:"Mina Park"');
  });
  test('knows what is picked', () => {
    expect(pickedValues(filterOf('status:open,new -priority:low category:none'), 'status')).toEqual([
      'open',
      'new',
    ]);
    expect(pickedValues(filterOf('category:none'), 'category')).toEqual([null]);
    expect(pickedValues(filterOf('-priority:low'), 'priority')).toEqual([]);
  });
});

test('what is typed but not understood stays in the text', () => {
  expect(written('stauts:open priority:high', 'category', ['Billing'])).toBe(
    'priority:high category:Billing stauts:open',
  );
});
