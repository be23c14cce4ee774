import sql, { empty, type Sql } from 'sql-template-tag';
import type { Verification } from '../../../src-shared/contract/history.ts';
import { csvLine } from '../../platform/csv.ts';
import type { Db } from '../open.ts';
import { itemColumnsOf } from '../operations/item-columns.ts';
import { findHead } from '../operations/journal.ts';
import { tableOf } from '../records/table.ts';
import { all, prepared } from '../statement.ts';
import {
  askedColumns,
  describe,
  itemColumns,
  linesOf,
  recordColumns,
  rejectedColumns,
  rejectedLines,
  standingColumns,
} from './evidence.ts';
import { rowsFrom } from './evidence-walk.ts';

export interface ReportContent {
  /** Null for the whole history. */
  readonly operationId: number | null;
  readonly signedBy: string;
  readonly signedAt: number;
  readonly verification: Verification;
}

/**
 * A report as JSON, in pieces: the whole journal, and of the operations asked for everything that it vouches for, in the
 * very form that the hashes are over. `docs/history.md` tells how to check it.
 */
export function* reportJson(db: Db, content: ReportContent): Generator<string> {
  const { operationId, signedBy, signedAt, verification } = content;
  const columns = {
    asked: askedColumns,
    standing: [...standingColumns, 'tallies'],
    items: itemColumns,
    records: recordColumns,
    rejected: rejectedColumns,
  };
  const signedOff = { by: signedBy, at: signedAt, operationId };
  const opening = {
    format: 'bulkhead-history',
    version: 1,
    signedOff,
    head: findHead(db) ?? null,
    verification,
    columns,
  };
  yield `${JSON.stringify(opening).slice(0, -1)},\n"entries":[`;
  yield* list(entryTexts(db));
  yield '],\n"operations":[';
  let separator = '\n';
  for (const { id, lastSeq } of reported(db, operationId)) {
    yield `${separator}{"id":${id},"asked":${describe(db, 'asked', id)},\n"standing":${describe(db, 'standing', id)}`;
    const range = { operationId: id, fromSeq: 1, toSeq: lastSeq };
    yield ',\n"items":[';
    yield* list(textsOf(linesOf(db, 'items', range)));
    yield '],\n"records":[';
    yield* list(textsOf(linesOf(db, 'records', range)));
    yield '],\n"rejected":[';
    yield* list(rejectedLines(db, id));
    yield ']}';
    separator = ',\n';
  }
  yield ']}\n';
}

/** Texts of one or more lines as the elements of a JSON array. */
function* list(texts: Iterable<string>): Generator<string> {
  let separator = '\n';
  for (const text of texts) {
    yield separator + text.trimEnd().replaceAll('\n', ',\n');
    separator = ',\n';
  }
}

function* entryTexts(db: Db): Generator<string> {
  for (const row of rowsFrom(db, 1)) yield JSON.stringify(row);
}

function* textsOf(blocks: Iterable<{ lines: Buffer }>): Generator<string> {
  for (const { lines } of blocks) yield lines.toString('utf8');
}

const csvColumns = [
  'operation',
  'title',
  'actor',
  'item',
  'ticket',
  'key',
  'state',
  'reason',
  'before',
  'after',
  'attempts',
  'finishedAt',
  'hash',
] as const;

/** A report as CSV, in pieces: a row per item, and in the last row who signed it off and the hash of the journal. */
export function* reportCsv(db: Db, content: ReportContent): Generator<string> {
  const { operationId, signedBy, signedAt, verification } = content;
  yield csvLine(csvColumns);
  for (const operation of reported(db, operationId)) {
    const { sql: text, values } = itemsOf(operation);
    for (const row of prepared(db, text)
      .raw()
      .iterate(...values)) {
      const cells = row as (string | number | null)[];
      const finishedAt = cells.at(-1);
      yield csvLine([...cells.slice(0, -1), typeof finishedAt === 'number' ? isoTime(finishedAt) : '', '']);
    }
  }
  const count = verification.entries;
  const title = `Signed off with journal entry ${count}; ${verification.problems.length === 0 ? 'the history is as it was written' : 'the history is not as it was written'}`;
  yield csvLine([
    '',
    title,
    signedBy,
    '',
    '',
    '',
    'signed_off',
    '',
    '',
    '',
    '',
    isoTime(signedAt),
    verification.head,
  ]);
}

function itemsOf({ id, collection }: Reported): Sql {
  const { tables, key, after } = itemColumnsOf(tableOf(collection));
  return sql`SELECT o.id, o.title, o.actor, i.seq, i.record_id, ${key}, i.state, i.reason, i.before, ${after},
      i.attempts, i.finished_at
    FROM operations o CROSS JOIN ${tables}
    WHERE o.id = ${id} AND i.operation_id = o.id ORDER BY i.seq`;
}

interface Reported {
  readonly id: number;
  readonly collection: string;
  readonly lastSeq: number;
}

function reported(db: Db, operationId: number | null): Reported[] {
  return all(
    db,
    sql`SELECT o.id, o.collection, o.last_seq AS lastSeq FROM operations o
      WHERE o.state <> 'draft' ${isAskedFor(operationId)} ORDER BY o.id`,
  );
}

function isAskedFor(operationId: number | null): Sql {
  return operationId === null ? empty : sql`AND o.id = ${operationId}`;
}

function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
