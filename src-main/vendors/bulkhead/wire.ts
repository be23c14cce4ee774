import { z } from 'zod';
import { type CollectionName, collections } from '../../../src-shared/collections/index.ts';
import type { FieldValue } from '../../../src-shared/domain/condition.ts';
import type { RemoteRecord } from '../../../src-shared/domain/delivery.ts';
import type { Changes } from '../../../src-shared/domain/item.ts';
import { HttpFailure } from '../../remotes/http-failure.ts';

/** A record as the server sends it; what it tells beyond what is asked for is passed over. */
export const WireRecord = z.looseObject({
  id: z.union([z.int(), z.string().min(1)]),
  version: z.int().positive(),
  deleted: z.boolean(),
});
type WireRecord = z.infer<typeof WireRecord>;

export const WirePage = z.object({
  items: z.array(WireRecord),
  cursor: z.string().min(1),
  end_of_stream: z.boolean(),
});

/** What a refusal says. */
export const WireError = z.object({
  error: z.object({
    code: z.string().min(1),
    message: z.string(),
    details: z.record(z.string(), z.unknown()).optional(),
  }),
});

/** What the server answered, if it is what was to be expected. Throws `HttpFailure`: nobody knows what it did. */
export function expectBody<T>(schema: z.ZodType<T>, body: unknown, what: string): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new HttpFailure('unexpected_answer', `The remote answered something else than ${what}.`, {
    cause: parsed.error,
  });
}

/** The remote's own word for why it refused something. */
export function refusalOf({ body, code }: HttpFailure): string {
  const parsed = WireError.safeParse(body);
  return parsed.success ? parsed.data.error.code : code;
}

/** The fields of each collection that hold moments. */
const timeFields = new Map(
  Object.values(collections).map(({ name, fields }) => [
    name,
    new Set(fields.filter(({ kind }) => kind === 'time').map((field) => field.name)),
  ]),
);

function isTime(collection: CollectionName, field: string): boolean {
  return timeFields.get(collection)?.has(field) === true;
}

/** A record of the server as the console knows records; times become epoch ms. What is no value of a field is passed over. */
export function toRecord(collection: CollectionName, wire: WireRecord): RemoteRecord {
  const { id, version, deleted, ...rest } = wire;
  const fields: Record<string, FieldValue> = {};
  for (const [name, value] of Object.entries(rest)) {
    if (typeof value === 'string') fields[name] = isTime(collection, name) ? momentOf(value) : value;
    else if (typeof value === 'number' || value === null) fields[name] = value;
  }
  return { key: String(id), version, isDeleted: deleted, fields };
}

function momentOf(text: string): number | null {
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}

/** A change as the body of a PATCH. */
export function toPatch(
  collection: CollectionName,
  { deletedAt, ...after }: Changes,
): Record<string, FieldValue | boolean> {
  const body: Record<string, FieldValue | boolean> = {};
  for (const [name, value] of Object.entries(after)) {
    const isMoment = typeof value === 'number' && isTime(collection, name);
    body[name] = isMoment ? new Date(value).toISOString() : value;
  }
  if (deletedAt !== undefined) body['deleted'] = deletedAt !== null;
  return body;
}
