import { expect, test } from 'vitest';
import { formatExact } from '../../../src-renderer/format/times.ts';
import { journalLines } from '../../../src-renderer/screens/history/journal-words.ts';
import type { JournalEntry } from '../../../src-shared/contract/operations.ts';
import { RunOptions } from '../../../src-shared/domain/run-options.ts';

let seq = 0;
function entry(event: string, detail: JournalEntry['detail'] = {}): JournalEntry {
  seq += 1;
  return { seq, at: seq * 1000, event, detail };
}
const words = (...entries: JournalEntry[]) => journalLines(entries, 'ada').map((line) => line.words);

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
    '1,490 records done, 10 failed in 2 chunks (items 1 to 1,500)',
    'Paused',
    'Resumed',
    '1 record done in 1 chunk (item 1,501)',
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

test('a start says how it was to run', () => {
  const startAt = new Date(2026, 10, 22, 18).getTime();
  const options = RunOptions.parse({ canary: { count: 50, isPausing: true }, startAt });
  expect(words(entry('started', { options: JSON.stringify(RunOptions.parse({})) }))).toEqual(['Started']);
  expect(words(entry('started', { options: JSON.stringify(options) }))[0]).toMatch(
    /^Started: first 50 alone, then waits · starts .*18:00$/,
  );
  expect(words(entry('started', { options: '{"pace":9}' }), entry('started', { options: '{' }))).toEqual([
    'Started: {"pace":9}',
    'Started: {',
  ]);
});

test('what was not started is one line, however many entries tell of it', () => {
  expect(
    words(
      entry('cancel_requested'),
      entry('not_started', { fromSeq: 1, toSeq: 10_000, cancelled: 9_990 }),
      entry('not_started', { fromSeq: 10_001, toSeq: 10_010, cancelled: 10 }),
      entry('cancelled'),
    ),
  ).toEqual(['Cancel asked for', '10,000 records were not started', 'Cancelled']);
});

test('what became of an operation after its end is told in sentences', () => {
  expect(
    words(
      entry('pinned'),
      entry('unpinned'),
      entry('dismissed'),
      entry('cleaned', { items: 60, rejected: 0 }),
      entry('file_removed', { path: '/exports/a.csv', bytes: 9 }),
      entry('signed_off', { signedBy: 'Mina Park', file: 'a.json' }),
      entry('report_failed', { signedBy: 'Mina Park', file: 'a.json' }),
      entry('quarantined', { item: 1_204, ticket: 7 }),
      entry('tried_again', { code: 'worker_lost', message: 'The thread ended.', failures: 1 }),
    ),
  ).toEqual([
    'Pinned: retention leaves it alone',
    'No longer pinned',
    'Taken off the list of operations',
    'Retention removed what was kept of 60 records',
    'Retention removed the file /exports/a.csv',
    'Mina Park signed off the report a.json',
    'The report a.json that Mina Park signed off could not be written',
    'Item 1,204 was set aside: the console ended three times while working on it',
    'Tried again after an error: The thread ended.',
  ]);
});

test('an event that is not known is shown with everything it says', () => {
  expect(words(entry('half_way', { place: 'here', count: 3, why: null }))).toEqual([
    'Half way: place here, count 3, why none',
  ]);
});

test('who asked is told where it is somebody else than who asked for the operation', () => {
  const lines = journalLines(
    [
      entry('paused', { actor: 'ada' }),
      entry('resumed', { actor: 'omar' }),
      entry('running'),
      entry('chunk', { actor: 'omar' }),
    ],
    'ada',
  );
  expect(lines.map(({ words: said, by }) => [said, by])).toEqual([
    ['Paused', null],
    ['Resumed', 'omar'],
    ['Running', null],
    ['Nothing to do in 1 chunk', null],
  ]);
});

test('what happened to the workspace is told in sentences, with who asked', () => {
  const actor = 'ada';
  const lines = journalLines(
    [
      entry('remote_added', { name: 'Desk', address: 'http://desk', actor }),
      entry('remote_moved', { name: 'Desk', from: 'http://desk', to: 'http://desk:81', actor }),
      entry('remote_user_changed', { name: 'Desk', from: 'mina', to: 'omar', actor }),
      entry('remote_removed', { name: 'Desk', address: 'http://desk:81', workspace: 'w', actor }),
      entry('restored', { backup: 'a.db', madeAt: 1, why: 'asked', actor }),
      entry('restored', { backup: 'b.db', madeAt: 1, why: 'damaged', actor }),
      entry('user_added', { name: 'rita', role: 'viewer', actor }),
      entry('user_role_changed', { name: 'rita', from: 'viewer', to: 'agent', actor }),
      entry('user_key_renewed', { name: 'rita', actor }),
      entry('user_removed', { name: 'rita', role: 'agent', actor }),
    ],
    null,
  );
  expect(lines.every(({ by }) => by === 'ada')).toBe(true);
  expect(lines.map((line) => line.words)).toEqual([
    'Remote Desk added at http://desk',
    'Remote Desk moved from http://desk to http://desk:81',
    'User at Desk changed from mina to omar',
    'Remote Desk removed',
    `The backup of ${formatExact(1)} put back`,
    `The database was damaged: the backup of ${formatExact(1)} put in its place`,
    'rita added as viewer',
    'Role of rita changed from viewer to agent',
    'rita given a new key',
    'rita removed',
  ]);
});

test('the line of a run of chunks stands at the time of its first one', () => {
  const first = entry('chunk', { done: 1 });
  const lines = journalLines([first, entry('chunk', { done: 1 })], 'ada');
  expect(lines).toMatchObject([{ at: first.at, seq: first.seq, words: '2 records done in 2 chunks' }]);
});

test('what became of it at remotes, and what was decided about that, is told in sentences', () => {
  expect(
    words(
      entry('delivered', { confirmed: 12_480, refused: 3 }),
      entry('conflicts_settled', { keep: 'mine', count: 1 }),
      entry('conflicts_settled', { keep: 'theirs', count: 1_200 }),
      entry('settled_by_user', { how: 'confirmed', count: 2 }),
      entry('settled_by_user', { how: 'send_again', count: 1 }),
    ),
  ).toEqual([
    'Deliveries to remotes: 12,480 confirmed · 3 refused',
    '1 conflict decided: the change is made again',
    '1,200 conflicts decided: theirs is kept',
    '2 records said to have arrived',
    '1 record sent again',
  ]);
});
