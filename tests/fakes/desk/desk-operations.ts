import type { CollectionName } from '../../../src-shared/collections/index.ts';
import type { DeskRecords, Fields } from './desk-records.ts';

/** An operation of the fake desk. */
export interface DeskOperation {
  readonly id: string;
  readonly collection: CollectionName;
  readonly ids: readonly string[];
  readonly change: Fields | { comment: string };
  readonly refused: Map<string, string>;
  done: number;
}

/** What is asked for by a call for many records. */
export interface DeskCall {
  readonly collection: CollectionName;
  readonly ids: readonly string[];
  readonly change: Fields | { comment: string };
}

type Json = Record<string, unknown>;

/** The calls by their paths; null for what is none. */
export function callOf(path: string, body: Json): DeskCall | null {
  const ids = (name: string) => (body[name] as (string | number)[]).map(String);
  const data = (body['operation_data'] ?? {}) as Json;
  switch (path) {
    case '/api/v1/tickets/bulk-operations':
      return {
        collection: 'tickets',
        ids: ids('ticket_ids'),
        change: ticketChange(String(body['operation_type']), data),
      };
    case '/api/bulk/sessions/close':
      return { collection: 'sessions', ids: ids('session_ids'), change: { status: 'closed' } };
    case '/api/bulk/sessions/archive':
      return { collection: 'sessions', ids: ids('session_ids'), change: { status: 'archived' } };
    case '/api/bulk/sessions/delete':
      return { collection: 'sessions', ids: ids('session_ids'), change: { deleted: 1 } };
    case '/api/bulk/delete':
      return { collection: 'videos', ids: ids('video_ids'), change: { deleted: 1 } };
    case '/api/bulk/reprocess':
      return { collection: 'videos', ids: ids('video_ids'), change: { status: 'processing' } };
    default:
      return null;
  }
}

function ticketChange(type: string, data: Json): Fields | { comment: string } {
  switch (type) {
    case 'add_comment':
      return { comment: String(data['comment']) };
    case 'delete':
      return { deleted: 1 };
    case 'assign':
      return { assignee: data['assignee_id'] as string | null };
    default:
      return data as Fields;
  }
}

/** Works off the next `count` records of an operation; true when it is over. */
export function work(records: DeskRecords, operation: DeskOperation, count: number): boolean {
  const { collection, ids, change, refused } = operation;
  for (const id of ids.slice(operation.done, operation.done + count)) {
    const code = records.change(collection, id, change);
    if (code !== null) refused.set(id, code);
  }
  operation.done = Math.min(ids.length, operation.done + count);
  return operation.done === ids.length;
}

/** How an operation stands, in the words of all the APIs. */
export function statusOf({ id, ids, done, refused, collection }: DeskOperation): Json {
  const name = { tickets: 'ticket_id', sessions: 'session_id', videos: 'video_id', orders: 'order_id' }[
    collection
  ];
  const isOver = done === ids.length;
  const status = !isOver
    ? 'in_progress'
    : refused.size === 0
      ? 'completed'
      : refused.size < ids.length
        ? 'partial'
        : 'failed';
  const errors = [...refused].map(([record, code]) => ({
    [name]: record,
    error_code: code,
    error_message: 'No.',
  }));
  return { operation_id: id, status, processed: done, total: ids.length, errors };
}
