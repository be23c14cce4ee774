import sql from 'sql-template-tag';
import { fieldOf } from '../../../src-shared/collections/field.ts';
import {
  CollectionRecord,
  type RecordComment,
  RecordDetail,
} from '../../../src-shared/collections/record.ts';
import { tickets } from '../../../src-shared/collections/tickets.ts';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import type { Db } from '../open.ts';
import { all, get, prepared } from '../statement.ts';

/** Fields of the collection by column of the table. The names of both sides meet here and nowhere else. */
const columns: Readonly<Record<string, string>> = {
  id: 'id',
  key: 'external_id',
  source: 'source',
  subject: 'subject',
  description: 'description',
  status: 'status',
  priority: 'priority',
  category: 'category',
  assignee: 'assignee',
  requester: 'requester',
  channel: 'channel',
  product: 'product',
  createdAt: 'created_at',
  updatedAt: 'updated_at',
  deletedAt: 'deleted_at',
  version: 'version',
};

/** The column that holds a field. Throws for a name that is not a field, so that no foreign text enters SQL. */
export function columnOf(field: string): string {
  const column = Object.hasOwn(columns, field) ? columns[field] : undefined;
  if (column === undefined) throw new BulkheadError('invalid_request', `Tickets have no field "${field}".`);
  return column;
}

/** Columns by field of what an import writes; `new_records` has them under the same names. */
export const createdColumns: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(columns).filter(([field]) => !['id', 'deletedAt', 'version'].includes(field)),
);

/** What a field sorts by over alias `t`: a choice by the natural order of its values, as its index does. */
export function rankOf(field: string): string {
  const column = `t.${columnOf(field)}`;
  const choices = fieldOf(tickets, field)?.choices;
  if (!choices) return column;
  return `CASE ${column} ${choices.map(({ value }, rank) => `WHEN '${value}' THEN ${rank}`).join(' ')} END`;
}

/** The select list that yields records as they are: column names become field names. */
export const gridColumns = tickets.fields
  .filter(({ kind }) => kind !== 'long_text')
  .map(({ name }) => `t.${columnOf(name)} AS ${name}`)
  .join(', ');

/** Tickets by id, in the order of the ids; ids that are gone are left out. */
export function getTickets(db: Db, args: { ids: readonly number[] }): CollectionRecord[] {
  const rows = prepared(
    db,
    `SELECT ${gridColumns} FROM json_each(?) wanted JOIN tickets t ON t.id = wanted.value ORDER BY wanted.key`,
  ).all(JSON.stringify(args.ids));
  return rows as CollectionRecord[];
}

const Extra = RecordDetail.shape.extra;
const Events = RecordDetail.shape.events;

/** One ticket with everything that belongs to it. Throws `not_found`. */
export function getTicket(db: Db, args: { id: number }): RecordDetail {
  const row = prepared(db, `SELECT ${gridColumns}, t.description, t.extra FROM tickets t WHERE t.id = ?`).get(
    args.id,
  ) as (CollectionRecord & { extra: string }) | undefined;
  if (!row) throw new BulkheadError('not_found', `There is no ticket ${args.id} in this workspace.`);
  const history = get<{ events: string | null }>(
    db,
    sql`SELECT n.events FROM tickets t JOIN new_records n ON n.operation_id = t.import_operation_id AND n.seq = t.import_seq
      WHERE t.id = ${args.id}`,
  );
  const { extra, ...record } = row;
  return {
    record: CollectionRecord.parse(record),
    extra: Extra.parse(JSON.parse(extra)),
    comments: listComments(db, args.id),
    events: history?.events ? Events.parse(JSON.parse(history.events)) : [],
  };
}

function listComments(db: Db, ticketId: number): RecordComment[] {
  const rows = all<Omit<RecordComment, 'isInternal'> & { isInternal: number }>(
    db,
    sql`SELECT id, body, is_internal AS isInternal, author, created_at AS createdAt
      FROM comments WHERE ticket_id = ${ticketId} AND hidden_at IS NULL ORDER BY id`,
  );
  return rows.map((row) => ({ ...row, isInternal: row.isInternal === 1 }));
}
