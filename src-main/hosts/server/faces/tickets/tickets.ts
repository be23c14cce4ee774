import { collections } from '../../../../../src-shared/collections/index.ts';
import type { PlanRequest } from '../../../../../src-shared/contract/operations.ts';
import { type Route, route } from '../http/route.ts';
import { idempotencyHeader, startBulk } from '../operations/bulk.ts';
import { linkTo } from '../operations/links.ts';
import { cancelOperation, findOperation, listFailures } from '../operations/operations.ts';
import { plan } from '../operations/plan.ts';
import { completionOf, isoTime, isoTimeOrNull, standingOf } from '../operations/standing.ts';
import { ticketItems } from './items.ts';
import { ticketList } from './list.ts';
import type { BulkRequest } from './schemas.ts';
import * as schemas from './schemas.ts';

const base = '/api/v1/tickets/bulk-operations';

/** The action behind an operation type, and its input. */
function actionOf({
  operation_type: type,
  operation_data: data,
}: BulkRequest): Pick<PlanRequest, 'action' | 'input'> {
  switch (type) {
    case 'assign':
      return { action: 'assign', input: { assignee: data.assignee_id } };
    case 'export': {
      const columns = data.columns ?? collections.tickets.fields.map(({ name }) => name);
      return { action: 'export', input: { columns, has_bom: true } };
    }
    default:
      return { action: type, input: data };
  }
}

const create = route({
  method: 'POST',
  path: base,
  summary: 'Starts an operation on the tickets named.',
  role: 'agent',
  headers: idempotencyHeader,
  status: 202,
  refusals: [409],
  body: schemas.BulkRequest,
  answer: schemas.Created,
  respond: async (call, context) => {
    const { body, caller } = call;
    const description = body.metadata?.description;
    const request: PlanRequest = {
      ...actionOf(body),
      collection: 'tickets',
      selection: { mode: 'ids', ids: body.ticket_ids },
      ...(description !== undefined && { note: description }),
    };
    const operation = await startBulk(context, call, 'tickets.bulk', () => plan(context, caller, request));
    return {
      body: {
        operation_id: String(operation.id),
        status: 'pending',
        ticket_count: body.ticket_ids.length,
        created_at: isoTime(operation.createdAt),
        estimated_completion: completionOf(operation, null, context.clock.now()),
      },
    };
  },
});

const detail = route({
  method: 'GET',
  path: `${base}/{operation_id}`,
  summary: 'The state of an operation, with its errors.',
  role: 'viewer',
  status: 200,
  answer: schemas.Detail,
  respond: async ({ caller, params }, context) => {
    const operation = await findOperation(context, caller, params['operation_id'], 'tickets');
    const { failures, hasMore } = await listFailures(context, caller, operation);
    const { status, total, processed, successful, failed, percentage } = standingOf(operation);
    const endedAt = isoTimeOrNull(operation.endedAt);
    const url = await linkTo(context, caller, operation);
    return {
      body: {
        operation_id: String(operation.id),
        status,
        operation_type: operation.action,
        total_tickets: total,
        processed_tickets: processed,
        successful_tickets: successful,
        failed_tickets: failed,
        progress_percentage: percentage,
        created_at: isoTime(operation.createdAt),
        started_at: isoTimeOrNull(operation.startedAt),
        ...(endedAt !== null &&
          (status === 'cancelled' ? { cancelled_at: endedAt } : { completed_at: endedAt })),
        estimated_completion: completionOf(operation, null, context.clock.now()),
        errors: failures.map(({ recordId, code, message }) => ({
          ticket_id: recordId ?? 0,
          error_message: message,
          error_code: code,
        })),
        has_more_errors: hasMore,
        ...(operation.stoppedBy && { stopped_by: operation.stoppedBy }),
        ...(url !== null && { download_url: url }),
      },
    };
  },
});

const cancel = route({
  method: 'POST',
  path: `${base}/{operation_id}/cancel`,
  summary: 'Cancels what an operation has not started; what is done stays done.',
  role: 'agent',
  status: 200,
  refusals: [409],
  answer: schemas.Cancelled,
  respond: async ({ caller, params }, context) => {
    const operation = await findOperation(context, caller, params['operation_id'], 'tickets');
    const ended = await cancelOperation(context, caller, operation);
    return {
      body: {
        operation_id: String(ended.id),
        status: 'cancelled',
        processed_tickets: standingOf(ended).processed,
        cancelled_at: isoTime(ended.endedAt ?? context.clock.now()),
      },
    };
  },
});

export const ticketRoutes: readonly Route[] = [create, ticketList(base), detail, cancel, ticketItems(base)];
