import type { Item, ItemState } from '../../../../../src-shared/domain/item.ts';
import { ask } from '../http/context.ts';
import { type Route, route } from '../http/route.ts';
import { findOperation } from '../operations/operations.ts';
import { failureOf, isOpen, isoTimeOrNull } from '../operations/standing.ts';
import * as schemas from './schemas.ts';

/** States of items among which are all tickets that are shown in a state. */
const statesOf = {
  pending: ['planned'],
  processing: ['applying'],
  completed: ['done', 'skipped'],
  failed: ['failed', 'skipped', 'unknown'],
  cancelled: ['cancelled'],
} as const satisfies Record<string, readonly ItemState[]>;

/** What became of each ticket of an operation. */
export function ticketItems(base: string): Route {
  return route({
    method: 'GET',
    path: `${base}/{operation_id}/tickets`,
    summary: 'The outcome of each ticket, or what is still to be done with it.',
    role: 'viewer',
    status: 200,
    query: schemas.TicketsQuery,
    answer: schemas.Tickets,
    respond: async ({ caller, params, query: { status, after, limit } }, context) => {
      const operation = await findOperation(context, caller, params['operation_id'], 'tickets');
      const { id, createdAt, delivery } = operation;
      // What is done here may be anything at the remote that its record belongs to.
      const done = delivery && status !== 'pending' ? (['done'] as const) : [];
      const states = status ? [...new Set([...statesOf[status], ...done])] : [];
      const page = await ask(context, caller, 'operations.items', { id, states, after, limit });
      const tickets = page.items
        .map((item) => toTicket(item, createdAt))
        .filter((ticket) => status === undefined || ticket.status === status);
      return { body: { tickets, after: page.items.at(-1)?.seq ?? after, has_more: page.hasMore } };
    },
  });
}

/** A ticket that was left alone was looked at when the operation was planned. */
function toTicket(item: Item, plannedAt: number) {
  const failure = failureOf(item);
  return {
    ticket_id: item.recordId,
    status: failure ? ('failed' as const) : statusOf(item),
    error_message: failure?.message ?? null,
    error_code: failure?.code ?? null,
    processed_at: isoTimeOrNull(processedAt(item, plannedAt)),
  };
}

/** Null for what nothing was done with. */
function processedAt({ state, finishedAt }: Item, plannedAt: number): number | null {
  if (state === 'cancelled') return null;
  return finishedAt ?? (state === 'skipped' ? plannedAt : null);
}

function statusOf(item: Item) {
  if (item.state === 'planned') return 'pending';
  if (item.state === 'cancelled' || item.delivery?.state === 'cancelled') return 'cancelled';
  return isOpen(item) ? 'processing' : 'completed';
}
