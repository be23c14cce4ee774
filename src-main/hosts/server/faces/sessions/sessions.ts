import type { PlanRequest } from '../../../../../src-shared/contract/operations.ts';
import { countsOf, type Operation } from '../../../../../src-shared/domain/operation.ts';
import { type ApiContext, ask } from '../http/context.ts';
import { sessionTimeLimitMs } from '../http/limits.ts';
import { type Call, type Route, route } from '../http/route.ts';
import { idempotencyHeader, startBulk } from '../operations/bulk.ts';
import { linkTo } from '../operations/links.ts';
import { findOperation, listFailures } from '../operations/operations.ts';
import { completionOf, isoTime, isoTimeOrNull, standingOf } from '../operations/standing.ts';
import { exportRoute } from './export.ts';
import { infoRoute } from './info.ts';
import * as schemas from './schemas.ts';
import { validateRoute } from './validate.ts';

const base = '/api/bulk/sessions';

/** Starts one of the actions that change sessions. */
async function start(
  context: ApiContext,
  call: Call<null, { session_ids: string[] }>,
  action: 'delete' | 'close' | 'archive',
  input: Record<string, unknown>,
) {
  const ids = call.body.session_ids.map(Number);
  const request: PlanRequest = { action, collection: 'sessions', selection: { mode: 'ids', ids }, input };
  const plan = () => ask(context, call.caller, 'operations.plan', request);
  const options = { timeLimitMs: sessionTimeLimitMs };
  return {
    body: accepted(await startBulk(context, call, `sessions.${action}`, plan, options), context.clock.now()),
  };
}

function accepted(operation: Operation, nowMs: number) {
  return {
    success: true,
    operation_id: String(operation.id),
    status: standingOf(operation).status,
    total: countsOf(operation.tallies).total,
    created_at: isoTime(operation.createdAt),
    estimated_completion: completionOf(operation, null, nowMs),
  };
}

const changing = {
  method: 'POST',
  role: 'agent',
  status: 202,
  headers: idempotencyHeader,
  refusals: [409],
  answer: schemas.Accepted,
} as const;

const remove = route({
  ...changing,
  path: `${base}/delete`,
  summary: 'Deletes sessions; they can be restored, in full unless soft_delete is false.',
  body: schemas.DeleteRequest,
  respond: (call, context) =>
    start(context, call, 'delete', {
      soft_delete: call.body.soft_delete,
      cascade_exports: call.body.cascade_exports,
    }),
});

const close = route({
  ...changing,
  path: `${base}/close`,
  summary: 'Closes sessions.',
  body: schemas.CloseRequest,
  respond: (call, context) => start(context, call, 'close', {}),
});

const archive = route({
  ...changing,
  path: `${base}/archive`,
  summary: 'Archives sessions and compresses what was said in them.',
  body: schemas.ArchiveRequest,
  respond: (call, context) => start(context, call, 'archive', {}),
});

const status = route({
  method: 'GET',
  path: '/api/bulk/operations/{operation_id}/status',
  summary: 'The state of an operation on sessions, with its errors.',
  role: 'viewer',
  status: 200,
  answer: schemas.Status,
  respond: async ({ caller, params }, context) => {
    const operation = await findOperation(context, caller, params['operation_id'], 'sessions');
    const standing = standingOf(operation);
    const { failures, hasMore } = await listFailures(context, caller, operation);
    const { durationMs } = operation.forecast;
    return {
      body: {
        operation_id: String(operation.id),
        operation_type: operation.action,
        status: standing.status,
        total: standing.total,
        processed: standing.processed,
        successful: standing.successful,
        failed: standing.failed,
        progress: standing.percentage,
        errors: failures.map(({ recordId, code, message }) => ({
          session_id: String(recordId),
          error_code: code,
          error_message: message,
        })),
        has_more_errors: hasMore,
        estimated_duration_seconds: durationMs === null ? null : durationMs / 1_000,
        created_at: isoTime(operation.createdAt),
        started_at: isoTimeOrNull(operation.startedAt),
        completed_at: isoTimeOrNull(operation.endedAt),
        download_url: await linkTo(context, caller, operation),
      },
    };
  },
});

export const sessionRoutes: readonly Route[] = [
  validateRoute(base),
  remove,
  close,
  archive,
  exportRoute(base),
  status,
  infoRoute(base),
];
