import { beforeEach, expect, test } from 'vitest';
import {
  type CommentView,
  createCommentReader,
} from '../../../src-renderer/screens/record/comment-reader.ts';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';

const pageSize = 10;
let there: number[];
let asked: (number | undefined)[];
let shown: CommentView | null;
let failure: BulkheadError | null;
beforeEach(() => {
  there = Array.from({ length: 35 }, (_, at) => at + 1);
  asked = [];
  shown = null;
  failure = null;
});

function open() {
  const load = async (before: number | undefined) => {
    asked.push(before);
    if (failure) throw failure;
    const found = there.filter((id) => before === undefined || id < before);
    const comments = found
      .slice(-pageSize)
      .map((id) => ({ id, body: `Comment ${id}`, isInternal: false, author: 'Mina', createdAt: id }));
    return { comments, hasEarlier: found.length > pageSize };
  };
  return createCommentReader(load, (view) => {
    shown = view;
  });
}
const settle = () => new Promise(setImmediate);
const ids = () => shown?.comments.map(({ id }) => id);
const from = (first: number) => there.filter((id) => id >= first);

test('the latest come first, and earlier ones a page at a time until there are none', async () => {
  const reader = open();
  reader.refresh();
  await settle();
  expect([ids(), shown?.hasEarlier]).toEqual([from(26), true]);
  for (const first of [16, 6, 1]) {
    reader.showEarlier();
    await settle();
    expect([ids(), shown?.hasEarlier]).toEqual([from(first), first > 1]);
  }
  reader.showEarlier();
  await settle();
  expect(asked).toEqual([undefined, 26, 16, 6]);
});

test('what is shown is read again as far back as it is shown: what was taken back is gone, what was added is there', async () => {
  const reader = open();
  reader.refresh();
  reader.showEarlier();
  await settle();
  there = [...there.filter((id) => id !== 17 && id !== 30), 36];
  reader.refresh();
  await settle();
  expect(ids()).toEqual(from(15));
  expect(ids()).not.toContain(17);
  expect(ids()?.at(-1)).toBe(36);
});

test('many changes at once cost one reading more, and what was closed shows nothing', async () => {
  const reader = open();
  for (let news = 0; news < 50; news += 1) reader.refresh();
  await settle();
  expect(asked).toHaveLength(1);
  reader.refresh();
  reader.close();
  shown = null;
  await settle();
  expect(shown).toBeNull();
});

test('a failure to read is shown beside what was read before', async () => {
  const reader = open();
  reader.refresh();
  await settle();
  failure = new BulkheadError('worker_lost', 'A thread ended.');
  reader.showEarlier();
  await settle();
  expect([ids(), shown?.error?.code]).toEqual([from(26), 'worker_lost']);
  failure = null;
  reader.refresh();
  await settle();
  expect([ids(), shown?.error]).toEqual([from(26), null]);
});
