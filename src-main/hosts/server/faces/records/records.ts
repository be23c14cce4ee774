import { z } from 'zod';
import { fieldOf } from '../../../../../src-shared/collections/field.ts';
import { CollectionName, collectionNames, collections } from '../../../../../src-shared/collections/index.ts';
import type { RecordState } from '../../../../../src-shared/contract/records.ts';
import { FieldValue } from '../../../../../src-shared/domain/condition.ts';
import { ApiError } from '../http/api-error.ts';
import { wholeNumber } from '../http/check.ts';
import { type ApiContext, ask } from '../http/context.ts';
import { type Call, type Route, route } from '../http/route.ts';
import { TextId } from '../operations/ids.ts';
import { isoTime } from '../operations/standing.ts';
import { type Changed, editRecord, etagOf, undoRecord } from './edit.ts';
import { importRecords } from './import.ts';
import { me } from './me.ts';

const params = { collection: collectionNames } as const;
const Id = z.union([z.int(), z.string()]);

/** A record on the wire: tickets' ids are numbers, all others' are text; times are ISO 8601. */
const WireRecord = z
  .object({ id: Id, version: z.int(), deleted: z.boolean() })
  .catchall(z.union([FieldValue, z.boolean()]));
type WireRecord = z.infer<typeof WireRecord>;

const Changes = z.strictObject({
  items: z.array(WireRecord),
  cursor: z.string(),
  end_of_stream: z.boolean(),
});
const ChangesQuery = z.strictObject({
  cursor: z.string().max(500).optional(),
  limit: wholeNumber(1, 1_000).default(1_000),
});

function toWire(collection: CollectionName, { id, version, isDeleted, fields }: RecordState): WireRecord {
  const wire: WireRecord = { id: collection === 'tickets' ? id : String(id), version, deleted: isDeleted };
  for (const [name, value] of Object.entries(fields)) {
    const isTime = typeof value === 'number' && fieldOf(collections[collection], name)?.kind === 'time';
    wire[name] = isTime ? isoTime(value) : value;
  }
  return wire;
}

const changes = route({
  method: 'GET',
  path: '/api/v1/{collection}/changes',
  summary: 'Every record once, then what has changed since the cursor. 410: start again without a cursor.',
  role: 'viewer',
  params,
  status: 200,
  refusals: [410],
  headers: {
    'Bulkhead-Workspace': 'The workspace that asks, if one does: its own records are not sent back to it.',
  },
  query: ChangesQuery,
  answer: Changes,
  respond: async ({ caller, params, query: { cursor = '', limit }, request }, context) => {
    const collection = CollectionName.parse(params['collection']);
    const by = request.headersDistinct['bulkhead-workspace']?.[0] || null;
    const asked = { collection, cursor: cursor === '' ? null : cursor, limit, by };
    const page = await ask(context, caller, 'records.changes', asked);
    const items = page.records.map((record) => toWire(collection, record));
    return { body: { items, cursor: page.cursor, end_of_stream: page.isEnd } };
  },
});

const get = route({
  method: 'GET',
  path: '/api/v1/{collection}/{id}',
  summary: 'One record, with its version as ETag.',
  role: 'viewer',
  params,
  status: 200,
  refusals: [404, 410],
  answer: WireRecord,
  respond: async ({ caller, params: { collection: name, id } }, context) => {
    const collection = CollectionName.parse(name);
    const record = await findRecord(context, caller, collection, id ?? '');
    if (record.isDeleted)
      throw new ApiError(410, 'gone', `This ${collections[collection].one} was deleted.`, {
        details: { version: record.version },
        headers: { etag: etagOf(record.version) },
      });
    return { body: toWire(collection, record), headers: { etag: etagOf(record.version) } };
  },
});

/** One record as it is now, deleted or not. Throws 404. */
async function findRecord(
  context: ApiContext,
  caller: Call<null, null>['caller'],
  collection: CollectionName,
  id: string,
): Promise<RecordState> {
  const { records } = TextId.safeParse(id).success
    ? await ask(context, caller, 'records.states', { collection, ids: [Number(id)] })
    : { records: [] };
  const [record] = records;
  if (record) return record;
  throw new ApiError(404, 'not_found', `There is no such ${collections[collection].one}.`);
}

const conditions = {
  'If-Match': 'Required: the ETag that the change was made on.',
  'Idempotency-Key': 'The same key with the same body changes the record once.',
};

const patch = route({
  method: 'PATCH',
  path: '/api/v1/{collection}/{id}',
  summary: 'Changes fields of a record that is still at the given version. `deleted` deletes or restores it.',
  role: 'agent',
  params,
  headers: conditions,
  status: 200,
  refusals: [404, 409, 410, 412, 428],
  body: z.record(z.string().max(64), z.union([FieldValue, z.boolean()])),
  answer: WireRecord,
  respond: async (call, context) => changed(call, await editRecord(context, call, ...which(call, context))),
});

const undo = route({
  method: 'POST',
  path: '/api/v1/{collection}/{id}/undo',
  summary:
    'Undoes your own last change of a record that is still at the given version: the body gives the values from before it. This works even for a status that no rule leads back from.',
  role: 'agent',
  params,
  headers: conditions,
  status: 200,
  refusals: [404, 409, 410, 412, 428],
  body: z.record(z.string().max(64), FieldValue),
  answer: WireRecord,
  respond: async (call, context) => changed(call, await undoRecord(context, call, ...which(call, context))),
});

function which(call: Call<unknown, unknown>, context: ApiContext) {
  const collection = CollectionName.parse(call.params['collection']);
  return [collection, () => findRecord(context, call.caller, collection, call.params['id'] ?? '')] as const;
}

function changed({ params: { collection } }: Call<unknown, unknown>, { record, operation }: Changed) {
  const headers = { etag: etagOf(record.version), 'x-operation-id': String(operation.id) };
  return { body: toWire(CollectionName.parse(collection), record), headers };
}

export const recordRoutes: readonly Route[] = [me, changes, get, patch, undo, importRecords(params)];
