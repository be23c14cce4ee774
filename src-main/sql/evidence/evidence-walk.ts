import sql from 'sql-template-tag';
import { errorCode } from '../../platform/error-code.ts';
import type { Db } from '../open.ts';
import { findHead } from '../operations/journal.ts';
import { prepared } from '../statement.ts';
import { type ChainedEntry, entryHash, noHash } from './evidence.ts';

export type JournalRow = ChainedEntry & { readonly hash: string };

/** One place of the journal: what is wrong there, if anything, and the entry that can be relied on, if it can. */
export interface Step {
  readonly seq: number;
  /** As it stands; null where none can be read. */
  readonly row: JournalRow | null;
  /** True when the entry is exactly what was written, and follows what was written before it. */
  readonly isSound: boolean;
  readonly problem: string | null;
}

/** How the journal ends: its length, the hash of all of it, and what is missing, if anything. */
export interface JournalEnd {
  readonly entries: number;
  readonly lastSeq: number;
  readonly head: string;
  readonly problem: string | null;
}

/**
 * Reads the journal from its first entry to its last and judges each by the hashes. A changed entry is reported once:
 * the entries after it are judged by the hash that it has, or by the one that it should have.
 */
export function* walkJournal(db: Db): Generator<Step, JournalEnd> {
  const head = tryToRead(() => findHead(db)) ?? null;
  /** The hashes that may stand before the next entry; none where what was there is not known. */
  let links: readonly string[] = [noHash];
  let expected = 1;
  let entries = 0;
  let computed = noHash;

  /** Judges an entry and moves on behind it. */
  function judge(row: JournalRow): Step {
    const follows = links.some((link) => entryHash(link, { ...row, seq: expected }) === row.hash);
    const isSound = follows && row.seq === expected;
    const problem = isSound ? null : problemOf(row.seq, expected, follows, links.length > 0);
    const step = { seq: follows ? expected : Math.min(expected, row.seq), row, isSound, problem };
    const seq = follows ? expected : row.seq;
    computed = entryHash(links[0] ?? noHash, row);
    links = isSound ? [row.hash] : [row.hash, ...links.map((link) => entryHash(link, { ...row, seq }))];
    expected = seq + 1;
    entries += 1;
    return step;
  }

  for (;;) {
    try {
      for (const row of rowsFrom(db, expected)) yield judge(row);
      break;
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      yield {
        seq: expected,
        row: null,
        isSound: false,
        problem: `Journal entry ${expected} cannot be read.`,
      };
      links = [];
      expected += 1;
      if (!head || expected > head.count) break;
    }
  }
  const lastSeq = expected - 1;
  return { entries, lastSeq, head: computed, problem: endProblem(head, lastSeq, links) };
}

/** The journal from an entry on, in order. */
export function rowsFrom(db: Db, seq: number): IterableIterator<JournalRow> {
  const { sql: text, values } = sql`SELECT seq, operation_id AS operationId, at, event, detail, evidence, hash
    FROM journal WHERE seq >= ${seq} ORDER BY seq`;
  return prepared(db, text).iterate(...values) as IterableIterator<JournalRow>;
}

/** What to say of an entry that is not sound; null where it is only that nobody knows what stood before it. */
function problemOf(seq: number, expected: number, follows: boolean, isLinked: boolean): string | null {
  if (follows) return `Journal entry ${expected} carries the number ${seq}.`;
  if (seq === expected + 1) return `Journal entry ${expected} is missing.`;
  if (seq > expected) return `Journal entries ${expected} to ${seq - 1} are missing.`;
  if (seq < expected) return `A journal entry with the number ${seq} stands where ${expected} should be.`;
  if (!isLinked) return null;
  if (expected === 1) return 'Journal entry 1 is not as it was written.';
  return `Journal entry ${seq} is not as it was written, or entry ${seq - 1} before it was rewritten.`;
}

function endProblem(
  head: { count: number; hash: string } | null,
  lastSeq: number,
  links: readonly string[],
): string | null {
  if (!head) return 'The note of where the journal ends is missing or cannot be read.';
  if (head.count === lastSeq + 1) return `Journal entry ${head.count}, the last one, is missing.`;
  if (head.count > lastSeq) return `Journal entries ${lastSeq + 1} to ${head.count} are missing at the end.`;
  if (head.count === lastSeq && (links.length === 0 || links.includes(head.hash))) return null;
  return `The journal ends with entry ${lastSeq}, but not as it was noted: that entry or the note is not as it was written.`;
}

/** What reads damaged rows answers, or null: that they cannot be read is then what there is to say about them. */
export function tryToRead<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (isUnreadable(error)) return null;
    throw error;
  }
}

/** True for what SQLite says of rows that are not what they should be: broken, or not of the type of their column. */
function isUnreadable(error: unknown): boolean {
  const code = errorCode(error);
  return code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_ERROR' || code === 'SQLITE_MISMATCH';
}
