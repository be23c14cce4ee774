import { createHash, hash } from 'node:crypto';
import { z } from 'zod';
import type { Db } from './open.ts';
import { prepared } from './statement.ts';

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

/** An item never changes once its chunk was journaled. */
export const itemColumns = [
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

export const rejectedColumns = ['line', 'reason', 'text'] as const;

/** What an entry vouches for: digests in hex. `items` is that of the items `fromSeq` to `toSeq`. */
export const Evidence = z.strictObject({
  asked: z.string().optional(),
  rejected: z.string().optional(),
  items: z.string().optional(),
  fromSeq: z.int().positive().optional(),
  toSeq: z.int().positive().optional(),
  standing: z.string().optional(),
});
export type Evidence = z.infer<typeof Evidence>;

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

/** A table's rows of an operation as lines of JSON arrays, `rowsAtOnce` of a key's range at a time. */
function linesOf(table: string, key: string, columns: readonly string[]): string {
  return `SELECT CAST(group_concat(line, '') AS BLOB) AS lines, count(*) AS count
    FROM (SELECT json_array(${columns.join(', ')}) || char(10) AS line FROM ${table}
      WHERE operation_id = ? AND ${key} BETWEEN ? AND ? ORDER BY ${key})`;
}

const itemLines = linesOf('items', 'seq', itemColumns);
const recordLines = linesOf('new_records', 'seq', recordColumns);
const rejectedLines = `SELECT json_array(${rejectedColumns.join(', ')}) || char(10) FROM rejected_rows
  WHERE operation_id = ? ORDER BY line`;

/** The digest of a range of items, with what an import read for them, and how many items there are. */
export function digestItems(
  db: Db,
  range: Span & { operationId: number },
): { digest: string; count: number } {
  const digest = createHash('sha256');
  let count = 0;
  for (const text of [itemLines, recordLines]) {
    const statement = prepared(db, text);
    for (let from = range.fromSeq; from <= range.toSeq; from += rowsAtOnce) {
      const to = Math.min(from + rowsAtOnce - 1, range.toSeq);
      const block = statement.get(range.operationId, from, to) as { lines: Buffer | null; count: number };
      if (block.lines) digest.update(block.lines);
      if (text === itemLines) count += block.count;
    }
  }
  return { digest: digest.digest('hex'), count };
}

/** The digest of the lines of an import that could not become records. */
export function digestRejected(db: Db, operationId: number): string {
  const digest = createHash('sha256');
  for (const line of prepared(db, rejectedLines).pluck().iterate(operationId)) digest.update(String(line));
  return digest.digest('hex');
}

const asked = `json_array(${askedColumns.join(', ')})`;
const standing = `json_array(${standingColumns.join(', ')},
  (SELECT json_group_array(json_array(state, reason, count)) FROM
    (SELECT state, reason, count FROM tallies WHERE operation_id = o.id ORDER BY state, reason)))`;

/** What an operation was asked to do, or how it stands, as the text that its digest is over; undefined without a row. */
export function describe(db: Db, what: 'asked' | 'standing', operationId: number): string | undefined {
  const text = what === 'asked' ? asked : standing;
  const found = prepared(db, `SELECT ${text} FROM operations o WHERE id = ?`).pluck().get(operationId);
  return found === undefined ? undefined : String(found);
}

/** What an entry that is about to be written vouches for. */
export function collectEvidence(
  db: Db,
  entry: { operationId: number | null; isAsked?: boolean | undefined; items?: Span | undefined },
): Evidence {
  const { operationId, isAsked, items } = entry;
  if (operationId === null) return {};
  return {
    ...(isAsked && { asked: digestOf(db, 'asked', operationId), rejected: digestRejected(db, operationId) }),
    ...(items && { items: digestItems(db, { operationId, ...items }).digest, ...items }),
    standing: digestOf(db, 'standing', operationId),
  };
}

function digestOf(db: Db, what: 'asked' | 'standing', operationId: number): string {
  const text = describe(db, what, operationId);
  if (text === undefined) throw new Error(`operation ${operationId} is not there`);
  return hash('sha256', text);
}
