import { type CollectionName, collections } from '../../../../../src-shared/collections/index.ts';
import type { RecordState } from '../../../../../src-shared/contract/records.ts';
import type { FieldValue } from '../../../../../src-shared/domain/condition.ts';
import type { Item } from '../../../../../src-shared/domain/item.ts';
import type { Operation } from '../../../../../src-shared/domain/operation.ts';
import { ApiError } from '../http/api-error.ts';
import { type ApiContext, ask } from '../http/context.ts';
import type { Call } from '../http/route.ts';
import { startBulk } from '../operations/bulk.ts';
import { endedSoon } from '../operations/operations.ts';
import { failureOf } from '../operations/standing.ts';

type Edit = Readonly<Record<string, FieldValue | boolean>>;

/** A version as an entity tag. */
export function etagOf(version: number): string {
  return `"${version}"`;
}

/** The record, and the operation that changed it. */
export interface Changed {
  readonly record: RecordState;
  readonly operation: Operation;
}

type FindRecord = () => Promise<RecordState>;

/** Changes one record. Throws as `changeRecord` does. */
export async function editRecord(
  context: ApiContext,
  call: Call<unknown, Edit>,
  collection: CollectionName,
  find: FindRecord,
): Promise<Changed> {
  return changeRecord(context, call, find, async (before) => {
    const { deleted, ...fields } = call.body;
    const request = requestFor(collection, fields, deleted);
    if (deleted !== false) assertThere(collection, before);
    const selection = { mode: 'ids' as const, ids: [before.id] };
    return ask(context, call.caller, 'operations.plan', { ...request, collection, selection });
  });
}

/**
 * Undoes the caller's own last change of a record, if the fields named had these values before it. Throws as
 * `changeRecord` does, and 409 if there is no such change.
 */
export async function undoRecord(
  context: ApiContext,
  call: Call<unknown, Readonly<Record<string, FieldValue>>>,
  collection: CollectionName,
  find: FindRecord,
): Promise<Changed> {
  return changeRecord(context, call, find, async (before) => {
    assertThere(collection, before);
    const { caller, body } = call;
    const wanted = Object.entries(body);
    const fields = wanted.map(([field]) => field);
    const which = { collection, id: before.id, fields, isOwn: true, limit: 1 };
    const [last] = wanted.length > 0 ? (await ask(context, caller, 'records.touches', which)).touches : [];
    if (last && wanted.every(([field, value]) => last.before?.[field] === value))
      return ask(context, caller, 'operations.undo', {
        id: last.operationId,
        seqs: [last.seq],
        fields,
      });
    throw new ApiError(
      409,
      'nothing_to_undo',
      `These are not the values from before your last change of this ${collections[collection].one}. Nothing was changed.`,
    );
  });
}

function assertThere(collection: CollectionName, { isDeleted }: RecordState): void {
  if (isDeleted)
    throw new ApiError(410, 'gone', `This ${collections[collection].one} was deleted. Nothing was changed.`);
}

/**
 * Runs a plan about one record, if that is still at the version that `If-Match` names: what the plan was made from is
 * compared, and the operation itself changes nothing that moved on since. Throws 428, 412, 409, 404, 410.
 */
async function changeRecord(
  context: ApiContext,
  call: Call<unknown, unknown>,
  find: FindRecord,
  plan: (before: RecordState) => Promise<Operation>,
): Promise<Changed> {
  const version = versionOf(call);
  const before = await find();
  const started = await startBulk(context, call, 'records.patch', async () => {
    const draft = await plan(before);
    // Versions only grow: one that still stands after the plan was made is the one that it was made from, or the
    // operation finds that the record has moved on since.
    const now = await find();
    if (now.version === version) return draft;
    await ask(context, call.caller, 'operations.discard', { id: draft.id });
    throw moved(now);
  });
  const operation = await endedSoon(context, call.caller, started.id);
  const { items } = await ask(context, call.caller, 'operations.items', { id: operation.id, limit: 1 });
  const record = await find();
  const failure = whyNot(operation, items[0]);
  if (!failure) return { record, operation };
  if (failure.code === 'changed_since' && record.version !== version) throw moved(record);
  const outcome = items[0]?.state === 'done' ? 'It is changed here only.' : 'Nothing was changed.';
  throw new ApiError(409, failure.code, `${failure.message}. ${outcome}`);
}

/** By its item, or by what is counted of it where items are not kept any more. */
function whyNot({ state, tallies: [tally] }: Operation, item: Item | undefined) {
  if (state === 'cancelled') return { code: 'cancelled', message: 'It was cancelled' };
  const outcome = item ?? (tally && { ...tally, delivery: null });
  return outcome ? failureOf(outcome) : null;
}

function requestFor(
  collection: CollectionName,
  fields: Readonly<Record<string, FieldValue | boolean>>,
  deleted: FieldValue | boolean | undefined,
) {
  if (deleted === undefined) return { action: 'edit', input: fields };
  if (typeof deleted !== 'boolean' || Object.keys(fields).length > 0)
    throw new ApiError(
      422,
      'invalid_request',
      `"deleted" is true or false and has to be the only field: it deletes the ${collections[collection].one} or restores it. Nothing was changed.`,
    );
  return { action: deleted ? 'delete' : 'restore', input: {} };
}

function versionOf({ request }: Call<unknown, unknown>): number {
  const given = request.headersDistinct['if-match'];
  if (given === undefined)
    throw new ApiError(
      428,
      'precondition_required',
      'Say which version the change was made on: If-Match, with the ETag.',
    );
  const version = /^"([1-9]\d{0,14})"$/.exec(given.length === 1 ? (given[0] ?? '') : '')?.[1];
  if (version !== undefined) return Number(version);
  throw new ApiError(400, 'invalid_request', 'If-Match takes one ETag as this address answers it, like "3".');
}

function moved({ version }: RecordState): ApiError {
  return new ApiError(
    412,
    'version_moved_on',
    `The record is at version ${version} now. Nothing was changed.`,
    {
      details: { version },
      headers: { etag: etagOf(version) },
    },
  );
}
