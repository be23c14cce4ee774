import { z } from 'zod';
import type { CollectionName } from '../../../src-shared/collections/index.ts';
import type { RecordChange } from '../../../src-shared/domain/delivery.ts';
import type { Http } from '../../remotes/http.ts';
import type { BulkWay } from '../../remotes/remote.ts';
import type { BulkCall } from './bulk-way.ts';
import { followOperation } from './follow.ts';

/** Messages of a WebSocket at a path. */
export type Messages = (path: string, signal: AbortSignal) => AsyncGenerator<string, void, void>;

/** What can be told of many records by one call of the APIs. */
export const bulkCalls: readonly BulkWay[] = [
  ...['assignee', 'comment', 'status'].map(
    (change) => ({ collection: 'tickets', change, max: 1_000 }) as const,
  ),
  ...['category', 'deletedAt', 'priority'].map(
    (change) => ({ collection: 'tickets', change, max: 1_000, values: 'any_but_none' }) as const,
  ),
  { collection: 'sessions', change: 'status', max: 1_000, values: ['closed', 'archived'] },
  { collection: 'sessions', change: 'deletedAt', max: 1_000, values: 'any_but_none' },
  { collection: 'sessions', change: 'deletedAt,exports', max: 1_000, values: 'any_but_none' },
];

/** The call that makes a change for many records, or null if it is made record by record. */
export function callFor(
  http: Http,
  messages: Messages,
  collection: CollectionName,
  change: RecordChange,
): BulkCall | null {
  switch (collection) {
    case 'tickets':
      return ticketCall(http, messages, change);
    case 'sessions':
      return sessionCall(http, change);
    default:
      return null;
  }
}

function ticketCall(http: Http, messages: Messages, change: RecordChange): BulkCall | null {
  const asked = ticketChange(change);
  if (!asked) return null;
  const [type, data] = asked;
  return {
    path: '/api/v1/tickets/bulk-operations',
    body: (ids) => ({ ticket_ids: ids.map(Number), operation_type: type, operation_data: data }),
    follow: (operationId, signal) =>
      followOperation(
        {
          http,
          collection: 'tickets',
          news: (id, until) =>
            untilCompleted(messages(`/ws/bulk-operations/${encodeURIComponent(id)}`, until)),
        },
        operationId,
        signal,
      ),
  };
}

function ticketChange(change: RecordChange): [type: string, data: Record<string, unknown>] | null {
  if (change.kind === 'comment')
    return ['add_comment', { comment: change.body, is_internal: change.isInternal }];
  if (change.kind !== 'fields') return null;
  const [[field, value] = [], ...others] = Object.entries(change.after);
  if (others.length > 0 || (value === null && field !== 'assignee')) return null;
  switch (field) {
    case 'status':
      return ['update_status', { status: value }];
    case 'priority':
      return ['update_priority', { priority: value }];
    case 'category':
      return ['update_category', { category: value }];
    case 'assignee':
      return ['assign', { assignee_id: value }];
    case 'deletedAt':
      return ['delete', {}];
    default:
      return null;
  }
}

const Completed = z.looseObject({ type: z.literal('operation_completed') });

/** News of an operation until its end; what is not understood is news as well. */
async function* untilCompleted(
  messages: AsyncGenerator<string, void, void>,
): AsyncGenerator<unknown, void, void> {
  for await (const text of messages) {
    yield text;
    if (Completed.safeParse(parsed(text)).success) return;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function sessionCall(http: Http, change: RecordChange): BulkCall | null {
  if (change.kind !== 'fields') return null;
  const { status, deletedAt, exports, ...others } = change.after;
  if (Object.keys(others).length > 0) return null;
  const isDeletion = deletedAt != null && status === undefined;
  const isCascading = exports !== undefined;
  if (!isDeletion && (isCascading || (status !== 'closed' && status !== 'archived'))) return null;
  const verb = isDeletion ? 'delete' : status === 'closed' ? 'close' : 'archive';
  const more = isDeletion ? { soft_delete: true, cascade_exports: isCascading } : {};
  return {
    path: `/api/bulk/sessions/${verb}`,
    body: (ids) => ({ session_ids: ids, ...more }),
    follow: (operationId, signal) => followOperation({ http, collection: 'sessions' }, operationId, signal),
  };
}
