import { createHash } from 'node:crypto';
import { z } from 'zod';
import { collections } from '../../../../src-shared/collections/index.ts';
import { countsOf } from '../../../../src-shared/domain/operation.ts';
import { acceptBody, requireType } from '../body.ts';
import { ApiError } from './api-error.ts';
import { startBulk } from './bulk.ts';
import { ask } from './context.ts';
import { ndjsonAsCsv } from './ndjson-rows.ts';
import { type Route, route } from './route.ts';
import { isoTime } from './standing.ts';

const bodyTypes = ['text/csv', 'application/x-ndjson'] as const;
const csvType = /^text\/csv(\s*;\s*charset=utf-8)?$/i;
const ndjsonType = /^application\/x-ndjson(\s*;\s*charset=utf-8)?$/i;

/** Fields of a new ticket; what the console gives it itself is not among them. */
const importedFields = collections.tickets.fields
  .map(({ name }) => name)
  .filter((name) => !['id', 'source', 'deletedAt', 'version'].includes(name));

const Query = z.strictObject({
  /** Where the records come from; with its key there a record is known for ever. */
  source: z.string().trim().min(1).max(100).default('import'),
});

const Imported = z.strictObject({
  operation_id: z.string(),
  status: z.literal('pending'),
  total: z.int(),
  /** Lines that could not become records. */
  rejected: z.int(),
  created_at: z.iso.datetime(),
});

/** New records out of a file, as an operation: checked row by row first, undone like any other. */
export function importRecords(params: Route['params']): Route {
  return route({
    method: 'POST',
    path: '/api/v1/{collection}/import',
    summary: 'Makes records of NDJSON or CSV.',
    role: 'agent',
    ...(params && { params }),
    headers: { 'Idempotency-Key': 'The same key with the same body answers with the same operation.' },
    status: 202,
    refusals: [409, 415, 429, 501],
    query: Query,
    body: bodyTypes,
    answer: Imported,
    respond: async (call, context) => {
      const {
        caller,
        params: { collection },
        query,
        request,
        response,
      } = call;
      if (collection !== 'tickets')
        throw new ApiError(
          501,
          'not_available_here',
          'Only tickets can be imported so far. Nothing was changed.',
        );
      const isNdjson = ndjsonType.test(request.headers['content-type'] ?? '');
      requireType(request, isNdjson ? ndjsonType : csvType, bodyTypes.join(' or '));
      acceptBody(request, response);
      const digest = createHash('sha256').update(`import ${collection} ${query.source}\n`);
      const { handle } = await context.uploads.receive(request, {
        name: `${query.source}.csv`,
        through: (body) => {
          const noted = noting(body, digest);
          return isNdjson ? ndjsonAsCsv(noted, importedFields) : noted;
        },
      });
      const idempotency = call.idempotency && { key: call.idempotency.key, digest: digest.digest('hex') };
      const operation = await startBulk(context, { caller, idempotency }, 'records.import', async () => {
        const { proposed } = await ask(context, caller, 'imports.inspect', { handle });
        return ask(context, caller, 'imports.plan', {
          handle,
          mapping: { ...proposed, source: query.source },
        });
      });
      return {
        body: {
          operation_id: String(operation.id),
          status: 'pending',
          total: countsOf(operation.tallies).total,
          rejected: operation.rejected,
          created_at: isoTime(operation.createdAt),
        },
      };
    },
  });
}

async function* noting(
  body: AsyncIterable<Buffer>,
  digest: ReturnType<typeof createHash>,
): AsyncGenerator<Buffer> {
  for await (const chunk of body) {
    digest.update(chunk);
    yield chunk;
  }
}
