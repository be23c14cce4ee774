import { z } from 'zod';
import { collections } from '../../../../../src-shared/collections/index.ts';
import type { PlanRequest } from '../../../../../src-shared/contract/operations.ts';
import { seesAll } from '../../../../api/ownership.ts';
import { ApiError } from '../http/api-error.ts';
import { type ApiContext, ask } from '../http/context.ts';
import { kindLimits } from '../http/limits.ts';
import { type Call, type Route, route } from '../http/route.ts';
import { idempotencyHeader, startBulk } from '../operations/bulk.ts';
import { idList, TextId } from '../operations/ids.ts';
import { linkTo } from '../operations/links.ts';
import { findOperation, listFailures } from '../operations/operations.ts';
import { plan } from '../operations/plan.ts';
import { standingOf, wireStates } from '../operations/standing.ts';

type VideoAction = 'delete' | 'export' | 'reprocess';
type Body = { readonly creator_id: string; readonly video_ids: readonly string[] };

/** What a result counts. */
const resultNames = { delete: 'deleted', export: 'exported', reprocess: 'reprocessed' } as const;

const Accepted = z.strictObject({ operation_id: z.string() });
const Status = z.strictObject({
  operation_id: z.string(),
  status: z.enum(wireStates),
  progress: z.strictObject({ current: z.int(), total: z.int(), percentage: z.number().min(0).max(100) }),
  result: z.strictObject({
    deleted: z.int().optional(),
    exported: z.int().optional(),
    reprocessed: z.int().optional(),
    errors: z.array(
      z.strictObject({ video_id: z.string(), error_code: z.string(), error_message: z.string() }),
    ),
    has_more_errors: z.boolean(),
    download_url: z.string().optional(),
  }),
});

function bulk(action: VideoAction, summary: string, input: Record<string, unknown>): Route {
  const kind = `videos.${action}` as const;
  return route<null, Body>({
    method: 'POST',
    path: `/api/bulk/${action}`,
    summary,
    role: 'agent',
    headers: idempotencyHeader,
    status: 202,
    refusals: [409],
    body: z.strictObject({
      creator_id: z.string().min(1).max(500),
      video_ids: idList(TextId, kindLimits[kind].maxIds),
    }),
    answer: Accepted,
    respond: async (call, context) => {
      const ids = await ownIds(context, call);
      const request: PlanRequest = { action, collection: 'videos', selection: { mode: 'ids', ids }, input };
      const operation = await startBulk(context, call, kind, () => plan(context, call.caller, request));
      return { body: { operation_id: String(operation.id) } };
    },
  });
}

/** The videos asked for. Throws 403 where somebody asks for another's, or names another than themselves. */
async function ownIds(context: ApiContext, { caller, body }: Call<null, Body>): Promise<number[]> {
  const { creator_id: creator } = body;
  if (creator !== caller.actor && !seesAll(caller))
    throw new ApiError(
      403,
      'forbidden',
      `${caller.actor} may not change the videos of ${creator}. Nothing was changed.`,
    );
  const ids = body.video_ids.map(Number);
  const { records } = await ask(context, caller, 'records.states', { collection: 'videos', ids });
  const foreign = records.filter(({ fields }) => fields['creator'] !== creator).map(({ id }) => String(id));
  if (foreign.length === 0) return ids;
  throw new ApiError(
    403,
    'forbidden',
    `These videos do not belong to ${creator}: ${foreign.join(', ')}. Nothing was changed.`,
    {
      details: { ids: foreign },
    },
  );
}

const remove = bulk('delete', 'Deletes videos of a creator, with their files.', {});
const reprocess = bulk('reprocess', 'Makes the text chunks of videos again from their transcripts.', {});
const exported = bulk('export', 'Writes what is known of videos of a creator to a CSV file.', {
  columns: collections.videos.fields.filter(({ kind }) => kind !== 'long_text').map(({ name }) => name),
  has_bom: true,
});

const status = route({
  method: 'GET',
  path: '/api/bulk/status/{id}',
  summary: 'The state of an operation on videos, and its result.',
  role: 'viewer',
  status: 200,
  answer: Status,
  respond: async ({ caller, params }, context) => {
    const operation = await findOperation(context, caller, params['id'], 'videos');
    const standing = standingOf(operation);
    const { failures, hasMore } = await listFailures(context, caller, operation);
    const counted = Object.entries(resultNames).find(([action]) => action === operation.action)?.[1];
    const url = await linkTo(context, caller, operation);
    return {
      body: {
        operation_id: String(operation.id),
        status: standing.status,
        progress: { current: standing.processed, total: standing.total, percentage: standing.percentage },
        result: {
          ...(counted && { [counted]: standing.successful }),
          errors: failures.map(({ recordId, code, message }) => ({
            video_id: String(recordId),
            error_code: code,
            error_message: message,
          })),
          has_more_errors: hasMore,
          ...(url !== null && { download_url: url }),
        },
      },
    };
  },
});

export const videoRoutes: readonly Route[] = [remove, exported, reprocess, status];
