import { createHash, hash } from 'node:crypto';
import { z } from 'zod';
import type { Db } from '../open.ts';
import { prepared } from '../statement.ts';

/*
 * What the journal vouches for, as SHA-256 over lines of JSON arrays. `docs/history.md` tells anybody how to check it
 * without this program, so the columns, their order and the lines may only change together with a schema version that
 * still reads the old ones.
 */

/** What an operation was asked to do: never changes once it was started. */
export const askedColumns = [
  'id',
  'action',
  'collection',
  'title',
  'details',
  'selection',
  'input',
  'effect',
  'actor',
  'created_at',
  'undo_of',
  'retry_of',
  'last_seq',
  'is_sealed',
] as const;

/** What became of it: as its latest journal entry left it. The counters follow as one more value. */
export const standingColumns = [
  'state',
  'options',
  'forecast',
  'rejected',
  'started_at',
  'ended_at',
  'cancel_requested_at',
  'stopped_code',
  'stopped_message',
  'file',
  'next_seq',
  'run_ms',
  'dismissed_at',
  'pinned_at',
  'cleaned_at',
] as const;

/**
 * An item never changes once its chunk was journaled. Its operation is among them though it is looked up by that: SQLite
 * reads a row between two others without asking whether it belongs there.
 */
export const itemColumns = [
  'operation_id',
  'seq',
  'record_id',
  'state',
  'reason',
  'base_version',
  'before',
  'after',
  'attempts',
  'finished_at',
] as const;

/** What an import read for an item. */
export const recordColumns = [
  'operation_id',
  'seq',
  'external_id',
  'source',
  'subject',
  'description',
  'status',
  'priority',
  'category',
  'assignee',
  'requester',
  'channel',
  'product',
  'created_at',
  'updated_at',
  'extra',
  'events',
] as const;

export const rejectedColumns = ['operation_id', 'line', 'reason', 'text'] as const;

/** What an entry vouches for: digests in hex. `items` is that of the items `fromSeq` to `toSeq`. */
const Evidence = z.strictObject({
  asked: z.string().optional(),
  rejected: z.string().optional(),
  items: z.string().optional(),
  fromSeq: z.int().positive().optional(),
  toSeq: z.int().positive().optional(),
  standing: z.string().optional(),
});
type Evidence = z.infer<typeof Evidence>;

/** What an entry vouches for; one that was written by nobody we know may hold anything, and vouches for nothing. */
export function readEvidence(json: string): Evidence {
  try {
    return Evidence.safeParse(JSON.parse(json)).data ?? {};
  } catch {
    // Not even JSON: the entry is part of the chain all the same, and what it does not vouch for will be missing.
    return {};
  }
}

/** Items by their numbers, first and last. */
export interface Span {
  readonly fromSeq: number;
  readonly toSeq: number;
}

/** What stands before the first entry. */
export const noHash = '0'.repeat(64);

/** The columns of an entry that its hash covers, as they are stored; `detail` and `evidence` are JSON. */
export interface ChainedEntry {
  readonly seq: number;
  readonly operationId: number | null;
  readonly at: number;
  readonly event: string;
  readonly detail: string;
  readonly evidence: string;
}

/** The hash of an entry: over the hash of the one before it and all that it says. */
export function entryHash(previous: string, entry: ChainedEntry): string {
  const { seq, operationId, at, event, detail, evidence } = entry;
  return hash('sha256', [previous, seq, operationId ?? '', at, event, detail, evidence].join('\n'));
}

/** Rows per statement: few enough that long texts of imported records do not fill the memory. */
const rowsAtOnce = 500;

const linesIn = {
  items: linesFrom('items', itemColumns),
  records: linesFrom('new_records', recordColumns),
} as const;

/**
 * `+?` and not `?`, here and below: SQLite may compile a statement anew where a value could change its plan
 * (https://www.sqlite.org/c3ref/prepare.html), and does for these at each call, which for few rows takes longer than to
 * read them.
 */
function linesFrom(table: string, columns: readonly string[]): string {
  return `SELECT CAST(group_concat(line, '') AS BLOB) AS lines, count(*) AS count
    FROM (SELECT json_array(${columns.join(', ')}) || char(10) AS line FROM ${table}
      WHERE operation_id = +? AND seq BETWEEN ? AND ? ORDER BY seq)`;
}

/** Rows of an operation's items, or of what an import read for them, as lines of JSON arrays in UTF-8, some at a time. */
export function* linesOf(
  db: Db,
  what: keyof typeof linesIn,
  range: Span & { operationId: number },
): Generator<{ lines: Buffer; count: number }> {
  const statement = prepared(db, linesIn[what]);
  for (let from = range.fromSeq; from <= range.toSeq; from += rowsAtOnce) {
    const to = Math.min(from + rowsAtOnce - 1, range.toSeq);
    const block = statement.get(range.operationId, from, to) as { lines: Buffer | null; count: number };
    if (block.lines) yield { lines: block.lines, count: block.count };
  }
}

/** The digest of a range of items, with what an import read for them, and how many items there are. */
export function digestItems(
  db: Db,
  range: Span & { operationId: number },
): { digest: string; count: number } {
  const digest = createHash('sha256');
  let total = 0;
  for (const { lines, count } of linesOf(db, 'items', range)) {
    digest.update(lines);
    total += count;
  }
  for (const { lines } of linesOf(db, 'records', range)) digest.update(lines);
  return { digest: digest.digest('hex'), count: total };
}

/** The lines of an import that could not become records, each as a line of a JSON array. */
export function rejectedLines(db: Db, operationId: number): IterableIterator<string> {
  const text = `SELECT json_array(${rejectedColumns.join(', ')}) || char(10) FROM rejected_rows
    WHERE operation_id = +? ORDER BY line`;
  return prepared(db, text).pluck().iterate(operationId) as IterableIterator<string>;
}

/** The digest of the lines that an import rejected, and how many there are. */
export function digestRejected(db: Db, operationId: number): { digest: string; count: number } {
  const digest = createHash('sha256');
  let count = 0;
  for (const line of rejectedLines(db, operationId)) {
    digest.update(line);
    count += 1;
  }
  return { digest: digest.digest('hex'), count };
}

const describing = {
  asked: `SELECT json_array(${askedColumns.join(', ')}) FROM operations WHERE id = ?`,
  standing: `SELECT json_array(${standingColumns.join(', ')},
      json((SELECT json_group_array(json_array(operation_id, state, reason, count)) FROM
        (SELECT operation_id, state, reason, count FROM tallies WHERE operation_id = o.id ORDER BY state, reason))))
    FROM operations o WHERE id = ?`,
} as const;

/** What an operation was asked to do, or how it stands, as the text that its digest is over; undefined without a row. */
export function describe(db: Db, what: keyof typeof describing, operationId: number): string | undefined {
  return prepared(db, describing[what]).pluck().get(operationId) as string | undefined;
}

/** The digest of what `describe` answers. */
export function digestOf(db: Db, what: keyof typeof describing, operationId: number): string | undefined {
  const text = describe(db, what, operationId);
  return text === undefined ? undefined : hash('sha256', text);
}

/** What an entry that is about to be written vouches for. */
export function collectEvidence(
  db: Db,
  entry: { operationId: number | null; isAsked?: boolean | undefined; items?: Span | undefined },
): Evidence {
  const { operationId, isAsked, items } = entry;
  if (operationId === null) return {};
  return {
    ...(isAsked && {
      asked: digestOf(db, 'asked', operationId),
      rejected: digestRejected(db, operationId).digest,
    }),
    ...(items && { items: digestItems(db, { operationId, ...items }).digest, ...items }),
    standing: digestOf(db, 'standing', operationId),
  };
}
