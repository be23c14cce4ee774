import { collections } from '../../../../../src-shared/collections/index.ts';
import type { Operation } from '../../../../../src-shared/domain/operation.ts';
import { ApiError, statusOf } from '../http/api-error.ts';
import { sessionTimeLimitMs } from '../http/limits.ts';
import { type Route, route } from '../http/route.ts';
import { startBulk } from '../operations/bulk.ts';
import { linkEndsAt, linkTo } from '../operations/links.ts';
import { endedSoon } from '../operations/operations.ts';
import { plan } from '../operations/plan.ts';
import { isoTime } from '../operations/standing.ts';
import * as schemas from './schemas.ts';
import { toExport } from './validate.ts';

/** Writes what is known of sessions to a file, and answers once it is there. */
export function exportRoute(base: string): Route {
  return route({
    method: 'POST',
    path: `${base}/export-metadata`,
    summary: 'Writes sessions to a file that is kept for 24 hours.',
    role: 'agent',
    headers: { 'Idempotency-Key': 'The same key with the same body answers with the same file.' },
    status: 200,
    refusals: [409, 410, 507],
    body: schemas.ExportRequest,
    answer: schemas.Exported,
    respond: async (call, context) => {
      const { caller, body } = call;
      const { format } = body;
      const started = await startBulk(
        context,
        call,
        'sessions.export',
        async () => {
          const verdicts = await toExport(context, caller, body.session_ids.map(Number));
          const ids = verdicts.flatMap(({ id, reason }) => (reason === null ? [id] : []));
          if (ids.length === 0)
            throw new ApiError(
              422,
              'nothing_to_do',
              'None of these sessions can be exported. No file was written.',
            );
          return plan(context, caller, {
            action: 'export',
            collection: 'sessions',
            selection: { mode: 'ids', ids },
            input: inputOf(format, body.include_details),
          });
        },
        { timeLimitMs: sessionTimeLimitMs },
      );
      const ended = await endedSoon(context, caller, started.id);
      const url = await linkTo(context, caller, ended);
      const endsAt = linkEndsAt(ended);
      if (ended.state !== 'completed') throw notExported(ended);
      if (!ended.file || url === null || endsAt === null)
        throw new ApiError(410, 'gone', 'This export was made more than 24 hours ago. Export again.');
      return {
        body: {
          success: true,
          operation_id: String(ended.id),
          download_url: url,
          metadata: { format, expires_at: isoTime(endsAt), count: ended.file.rows },
        },
      };
    },
  });
}

function notExported({ stoppedBy }: Operation): ApiError {
  const { code, message } = stoppedBy ?? {
    code: 'cancelled',
    message: 'The export was cancelled. No file was written.',
  };
  return new ApiError(statusOf(code, 409), code, message);
}

/** Long texts are columns of CSV; in JSON they come with all other details. */
function inputOf(format: 'csv' | 'json', includeDetails: boolean): Record<string, unknown> {
  const isWide = includeDetails && format === 'csv';
  const fields = collections.sessions.fields.filter(({ kind }) => isWide || kind !== 'long_text');
  const columns = fields.map(({ name }) => name);
  return { columns, has_bom: true, format, include_details: includeDetails && format === 'json' };
}
