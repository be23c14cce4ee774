import { expect, test } from 'vitest';
import { changedFields } from '../../../src-renderer/screens/preview/changed-columns.ts';
import { sessions } from '../../../src-shared/collections/sessions.ts';
import { tickets } from '../../../src-shared/collections/tickets.ts';
import { videos } from '../../../src-shared/collections/videos.ts';
import type { Item } from '../../../src-shared/domain/item.ts';

function item(before: Item['before'], after: Item['after']): Item {
  return {
    seq: 1,
    recordId: 1,
    recordKey: '1',
    recordTitle: 'One',
    state: 'planned',
    reason: null,
    before,
    after,
    written: null,
    undoneBy: null,
    delivery: null,
    attempts: 0,
    finishedAt: null,
  };
}

test('a field that gets the value it had has no column, unless another record gets a new value in it', () => {
  const ready = item({ status: 'ready', chunks: 0 }, { status: 'ready', chunks: 2 });
  expect(changedFields([ready], videos)).toEqual(['chunks']);
  const failed = item({ status: 'failed', chunks: 0 }, { status: 'ready', chunks: 1 });
  expect(changedFields([ready, failed], videos)).toEqual(['status', 'chunks']);
});

test('what is emptied or filled has a column, and a new record has one for all but its text', () => {
  expect(changedFields([item({ assignee: 'Mina' }, { assignee: null })], tickets)).toEqual(['assignee']);
  expect(changedFields([item({ assignee: null }, { assignee: 'Mina' })], tickets)).toEqual(['assignee']);
  expect(changedFields([item(null, { subject: 'Hello', status: 'new' })], tickets)).toEqual(['status']);
});

test('a new record of any collection has its own name and its texts in no column', () => {
  const session = item(null, { id: 9, key: '9', title: 'Hello', payload: '{}', status: 'open', version: 1 });
  expect(changedFields([session], sessions)).toEqual(['status']);
});

test('columns of later items join the known ones in the order of the collection', () => {
  const first = changedFields([item({ assignee: null }, { assignee: 'Mina' })], tickets);
  expect(first).toEqual(['assignee']);
  const then = changedFields([item({ status: 'open' }, { status: 'solved' })], tickets, first);
  expect(then).toEqual(['status', 'assignee']);
  expect(changedFields([item({ status: 'open' }, { status: 'new' })], tickets, then)).toBe(then);
});
