import sql, { empty, type Sql } from 'sql-template-tag';
import { JournalEntry } from '../../../src-shared/contract/operations.ts';
import { collectEvidence, entryHash, type Span } from '../evidence/evidence.ts';
import type { Db } from '../open.ts';
import { all, get, page, run } from '../statement.ts';

const Detail = JournalEntry.shape.detail;

/**
 * Adds an entry, chained to the one before it, in the caller's transaction. It has to come last there: it vouches for
 * the operation's row and counters as they are then, for what was asked (`isAsked`), and for `items` that nobody
 * changes afterwards. An entry without an operation is about the workspace; one without an `actor` was made by the
 * console itself.
 */
export function appendJournal(
  db: Db,
  entry: {
    operationId: number | null;
    at: number;
    event: string;
    /** Who asked for it. */
    actor?: string | undefined;
    detail?: JournalEntry['detail'];
    isAsked?: boolean;
    items?: Span;
  },
): void {
  const head = readHead(db);
  const { operationId, at, event, actor } = entry;
  const chained = {
    seq: (get<{ seq: number | null }>(db, sql`SELECT max(seq) AS seq FROM journal`)?.seq ?? 0) + 1,
    operationId,
    at,
    event,
    detail: JSON.stringify({ ...entry.detail, ...(actor !== undefined && { actor }) }),
    evidence: JSON.stringify(collectEvidence(db, entry)),
  };
  const hash = entryHash(head.hash, chained);
  run(
    db,
    sql`INSERT INTO journal (seq, operation_id, at, event, detail, evidence, hash) VALUES
      (${chained.seq}, ${operationId}, ${at}, ${event}, ${chained.detail}, ${chained.evidence}, ${hash})`,
  );
  run(db, sql`UPDATE journal_head SET count = ${head.count + 1}, hash = ${hash}`);
}

/** How many entries were written and the hash of the last one: what shows that the end was cut off. */
export function findHead(db: Db): { count: number; hash: string } | undefined {
  return get(db, sql`SELECT count, hash FROM journal_head`);
}

/** As `findHead`; throws where it is lost. */
function readHead(db: Db): { count: number; hash: string } {
  const head = findHead(db);
  if (!head) throw new Error('where the journal ends is not noted any more');
  return head;
}

interface StoredEntry extends Omit<JournalEntry, 'detail'> {
  readonly detail: string;
}

const selectEntry = sql`SELECT seq, at, event, detail FROM journal`;

/** What happened to an operation, oldest first. */
export function listJournal(db: Db, { operationId }: { operationId: number }): JournalEntry[] {
  return all<StoredEntry>(db, sql`${selectEntry} WHERE operation_id = ${operationId} ORDER BY seq`).map(
    toEntry,
  );
}

/** What happened to the workspace itself, latest first, before the entry given. */
export function listWorkspaceJournal(
  db: Db,
  { before, limit }: { before: number | null; limit: number },
): { entries: JournalEntry[]; hasMore: boolean } {
  const isBefore = before === null ? empty : sql`AND seq < ${before}`;
  const { rows, hasMore } = page<StoredEntry>(
    db,
    sql`${selectEntry} WHERE operation_id IS NULL ${isBefore} ORDER BY seq DESC`,
    { limit },
  );
  return { entries: rows.map(toEntry), hasMore };
}

function toEntry(row: StoredEntry): JournalEntry {
  return { ...row, detail: Detail.parse(JSON.parse(row.detail)) };
}

/**
 * True where a backup was put in place after an entry, by its number: of what came about between that backup and then no
 * entry tells.
 */
export function wasRestoredAfter(db: Db, seq: number | Sql): boolean {
  const restored = sql`SELECT 1 FROM journal WHERE operation_id IS NULL AND event = 'restored' AND seq > ${seq}`;
  return get<{ found: number }>(db, sql`SELECT EXISTS (${restored}) AS found`)?.found === 1;
}
