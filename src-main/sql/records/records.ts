import sql, { empty, raw } from 'sql-template-tag';
import {
  CollectionRecord,
  type RecordComment,
  RecordDetail,
  type RecordEvent,
} from '../../../src-shared/collections/record.ts';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import type { Db } from '../open.ts';
import { all, get, page } from '../statement.ts';
import { gridColumns, selectList } from './select-list.ts';
import { tableOf } from './table.ts';

/** Records by id, in the order of the ids; ids that are gone are left out. */
export function getRecords(db: Db, args: { collection: string; ids: readonly number[] }): CollectionRecord[] {
  const table = tableOf(args.collection);
  return all<CollectionRecord>(
    db,
    sql`SELECT ${gridColumns(table)} FROM json_each(${JSON.stringify(args.ids)}) wanted
      JOIN ${raw(table.name)} t ON t.id = wanted.value ORDER BY wanted.key`,
  );
}

const Extra = RecordDetail.shape.extra;
const Events = RecordDetail.shape.events;

/** One record with what belongs to it but comments. Throws `not_found`. */
export function getRecord(db: Db, args: { collection: string; id: number }): RecordDetail {
  const table = tableOf(args.collection);
  const row = get<CollectionRecord & { extra: string }>(
    db,
    sql`SELECT ${selectList(table)}, t.extra FROM ${raw(table.name)} t WHERE t.id = ${args.id}`,
  );
  if (!row)
    throw new BulkheadError('not_found', `There is no ${table.collection.one} ${args.id} in this workspace.`);
  const isTicket = table.name === 'tickets';
  const { extra, ...record } = row;
  return {
    record: CollectionRecord.parse(record),
    extra: Extra.parse(JSON.parse(extra)),
    events: isTicket ? listEvents(db, args.id) : [],
  };
}

/** What the file that a ticket came from told of its life before. */
function listEvents(db: Db, ticketId: number): RecordEvent[] {
  const history = get<{ events: string | null }>(
    db,
    sql`SELECT n.events FROM tickets t JOIN new_records n ON n.operation_id = t.import_operation_id AND n.seq = t.import_seq
      WHERE t.id = ${ticketId}`,
  );
  return history?.events ? Events.parse(JSON.parse(history.events)) : [];
}

/** The latest comments on a record, or those before the one with the id `before`; the oldest of them first. */
export function listComments(
  db: Db,
  args: { collection: string; id: number; before?: number | undefined; limit: number },
): { comments: RecordComment[]; hasEarlier: boolean } {
  if (tableOf(args.collection).name !== 'tickets') return { comments: [], hasEarlier: false };
  const isBefore = args.before === undefined ? empty : sql`AND id < ${args.before}`;
  const { rows, hasMore } = page<Omit<RecordComment, 'isInternal'> & { isInternal: number }>(
    db,
    sql`SELECT id, body, is_internal AS isInternal, author, created_at AS createdAt FROM comments
      WHERE ticket_id = ${args.id} AND hidden_at IS NULL ${isBefore} ORDER BY id DESC`,
    args,
  );
  const comments = rows.reverse().map((row) => ({ ...row, isInternal: row.isInternal === 1 }));
  return { comments, hasEarlier: hasMore };
}
