import { z } from 'zod';
import { type Field, fieldOf } from '../../../src-shared/collections/field.ts';
import { type CollectionName, collections } from '../../../src-shared/collections/index.ts';
import type { FieldValue } from '../../../src-shared/domain/condition.ts';
import type { RemoteRecord } from '../../../src-shared/domain/delivery.ts';
import type { Changes } from '../../../src-shared/domain/item.ts';
import { HttpFailure } from '../../remotes/http-failure.ts';

const Value = z.union([z.string(), z.number(), z.null()]);

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

/** A record of the server as the console knows records; times become epoch ms. */
export function toRecord(collection: CollectionName, wire: WireRecord): RemoteRecord {
  const { id, version, deleted, ...rest } = wire;
  const fields: Record<string, FieldValue> = {};
  for (const [name, given] of Object.entries(rest)) {
    const value = Value.safeParse(given);
    if (value.success) fields[name] = fromWire(fieldOf(collections[collection], name), value.data);
  }
  return { key: String(id), version, isDeleted: deleted, fields };
}

function fromWire(field: Field | undefined, value: FieldValue): FieldValue {
  if (field?.kind !== 'time' || typeof value !== 'string') return value;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : at;
}

/** A change as the body of a PATCH. */
export function toPatch(
  collection: CollectionName,
  { deletedAt, ...after }: Changes,
): Record<string, FieldValue | boolean> {
  const body: Record<string, FieldValue | boolean> = {};
  for (const [name, value] of Object.entries(after)) {
    const isTime = fieldOf(collections[collection], name)?.kind === 'time' && typeof value === 'number';
    body[name] = isTime ? new Date(value).toISOString() : value;
  }
  if (deletedAt !== undefined) body['deleted'] = deletedAt !== null;
  return body;
}
