import type { Operation, OperationState } from '../../../../../src-shared/domain/operation.ts';
import { ask } from '../http/context.ts';
import { type Route, route } from '../http/route.ts';
import { isoTime, isoTimeOrNull, standingOf, type WireState } from '../operations/standing.ts';
import * as schemas from './schemas.ts';

/** How an operation that ended is shown follows from its records. */
const ended: OperationState[] = ['completed', 'partial', 'failed'];
/** States in the database among which are all operations that are shown in a state. */
const statesOf: Readonly<Record<WireState, OperationState[]>> = {
  pending: ['pending'],
  in_progress: ['in_progress', 'paused'],
  completed: ended,
  partial: ended,
  failed: ended,
  cancelled: ['cancelled'],
};
const mostListed = 200;

/** The caller's own operations. */
export function ticketList(base: string): Route {
  return route({
    method: 'GET',
    path: base,
    summary: 'The operations that you started, latest first.',
    role: 'viewer',
    status: 200,
    query: schemas.ListQuery,
    answer: schemas.List,
    respond: async ({ caller, query }, context) => {
      const { status, limit, offset, started_from: from, started_before: before } = query;
      const own = {
        collection: 'tickets',
        isOwn: true,
        ...(from !== undefined && { startedFrom: Date.parse(from) }),
        ...(before !== undefined && { startedBefore: Date.parse(before) }),
      } as const;
      if (status === undefined) {
        const page = await ask(context, caller, 'operations.list', { ...own, offset, limit });
        const { count } = await ask(context, caller, 'operations.count', own);
        return { body: { operations: page.operations.map(listed), total: count, has_more: page.hasMore } };
      }
      // What an operation is shown as follows from its records, so all that may be shown so are looked at.
      const shown: Operation[] = [];
      for (let last: number | undefined, hasMore = true; hasMore; ) {
        const states = statesOf[status];
        const asked = { ...own, states, limit: mostListed, ...(last !== undefined && { before: last }) };
        const page = await ask(context, caller, 'operations.list', asked);
        shown.push(...page.operations.filter((operation) => standingOf(operation).status === status));
        last = page.operations.at(-1)?.id;
        hasMore = page.hasMore;
      }
      const operations = shown.slice(offset, offset + limit);
      return {
        body: {
          operations: operations.map(listed),
          total: shown.length,
          has_more: offset + limit < shown.length,
        },
      };
    },
  });
}

function listed(operation: Operation) {
  const { status, total, successful, failed } = standingOf(operation);
  return {
    operation_id: String(operation.id),
    status,
    operation_type: operation.action,
    total_tickets: total,
    successful_tickets: successful,
    failed_tickets: failed,
    created_at: isoTime(operation.createdAt),
    completed_at: isoTimeOrNull(operation.endedAt),
  };
}
