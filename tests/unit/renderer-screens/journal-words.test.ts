import { expect, test } from 'vitest';
import { journalLines } from '../../../src-renderer/screens/history/journal-words.ts';
import type { JournalEntry } from '../../../src-shared/contract/operations.ts';

let seq = 0;
function entry(event: string, detail: JournalEntry['detail'] = {}): JournalEntry {
  seq += 1;
  return { seq, at: seq * 1000, event, detail };
}
const words = (...entries: JournalEntry[]) => journalLines(entries).map((line) => line.words);

test('chunks that follow each other are one line with their sums', () => {
  expect(
    words(
      entry('started'),
      entry('chunk', { fromSeq: 1, toSeq: 500, done: 500, failed: 0, tookMs: 8 }),
      entry('chunk', { fromSeq: 501, toSeq: 1500, done: 990, failed: 10, tookMs: 9 }),
      entry('paused'),
      entry('resumed'),
      entry('chunk', { fromSeq: 1501, toSeq: 1501, done: 1, failed: 0, tookMs: 1 }),
      entry('completed'),
    ),
  ).toEqual([
    'Started',
    '1,490 tickets done, 10 failed in 2 chunks (items 1 to 1,500)',
    'Paused',
    'Resumed',
    '1 ticket done in 1 chunk (item 1,501)',
    'Done',
  ]);
});

test('chunks in which every item was skipped when planned say so', () => {
  expect(words(entry('chunk', { fromSeq: 1, toSeq: 9, done: 0, failed: 0, tookMs: 0 }))).toEqual([
    'Nothing to do in 1 chunk (items 1 to 9)',
  ]);
  expect(words(entry('chunk', { fromSeq: 1, toSeq: 2, done: 0, failed: 2, tookMs: 0 }))).toEqual([
    '2 failed in 1 chunk (items 1 to 2)',
  ]);
});

test('a stop carries its reason', () => {
  expect(words(entry('stopped', { code: 'disk_full', message: 'The disk is full.' }))).toEqual([
    'Stopped by itself: The disk is full.',
  ]);
});

test('an event that is not known is shown with everything it says', () => {
  expect(words(entry('half_way', { place: 'here', count: 3, why: null }))).toEqual([
    'Half way: place here, count 3, why none',
  ]);
});

test('the line of a run of chunks stands at the time of its first one', () => {
  const first = entry('chunk', { done: 1 });
  const lines = journalLines([first, entry('chunk', { done: 1 })]);
  expect(lines).toMatchObject([{ at: first.at, seq: first.seq, words: '2 tickets done in 2 chunks' }]);
});
