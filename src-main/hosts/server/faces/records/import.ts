import { createHash } from 'node:crypto';
import { z } from 'zod';
import { createdFields } from '../../../../../src-shared/collections/field.ts';
import { CollectionName, collections } from '../../../../../src-shared/collections/index.ts';
import { Source } from '../../../../../src-shared/domain/import.ts';
import { countsOf } from '../../../../../src-shared/domain/operation.ts';
import { acceptBody, requireType } from '../../body.ts';
import { ask } from '../http/context.ts';
import { type Route, route } from '../http/route.ts';
import { idempotencyHeader, startBulk } from '../operations/bulk.ts';
import { isoTime } from '../operations/standing.ts';
import { csvAsNdjson } from './csv-rows.ts';
import { ndjsonAsCsv } from './ndjson-rows.ts';

const bodyTypes = ['text/csv', 'application/x-ndjson'] as const;
const csvType = /^text\/csv(\s*;\s*charset=utf-8)?$/i;
const ndjsonType = /^application\/x-ndjson(\s*;\s*charset=utf-8)?$/i;

/** Fields of a new ticket; its source is said for all of them. */
const importedFields = createdFields(collections.tickets)
  .map(({ name }) => name)
  .filter((name) => name !== 'source');

const Query = z.strictObject({
  /** Where the records come from; with its key there a record is known for ever. */
  source: z.string().trim().max(100).pipe(Source).default('import'),
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
    summary: 'Creates records from NDJSON or CSV.',
    role: 'agent',
    ...(params && { params }),
    headers: idempotencyHeader,
    status: 202,
    refusals: [409, 507],
    query: Query,
    body: bodyTypes,
    answer: Imported,
    respond: async (call, context) => {
      const { caller, query, request, response } = call;
      const collection = CollectionName.parse(call.params['collection']);
      const isNdjson = ndjsonType.test(request.headers['content-type'] ?? '');
      requireType(request, isNdjson ? ndjsonType : csvType, bodyTypes.join(' or '));
      acceptBody(request, response);
      const digest = createHash('sha256').update(`import ${collection} ${query.source}\n`);
      const file = await context.uploads.receive(request, {
        name: `${query.source}.csv`,
        through: (body) => asPlanned(collection, isNdjson, noting(body, digest)),
      });
      const idempotency = call.idempotency && { key: call.idempotency.key, digest: digest.digest('hex') };
      try {
        const operation = await startBulk(context, { caller, idempotency }, 'records.import', async () => {
          const { handle } = file;
          const { source } = query;
          if (collection !== 'tickets')
            return ask(context, caller, 'imports.plan_rows', { handle, collection, source });
          const { proposed } = await ask(context, caller, 'imports.inspect', { handle });
          return ask(context, caller, 'imports.plan', { handle, mapping: { ...proposed, source } });
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
      } finally {
        // All that is made of it stands in the plan.
        await context.uploads.discard(file);
      }
    },
  });
}

/** What was sent as the file that the planner of the collection reads: CSV for tickets, NDJSON for all others. */
function asPlanned(
  collection: CollectionName,
  isNdjson: boolean,
  body: AsyncIterable<Buffer>,
): AsyncIterable<Buffer> {
  if (collection === 'tickets') return isNdjson ? ndjsonAsCsv(body, importedFields) : body;
  return isNdjson ? body : csvAsNdjson(body);
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
