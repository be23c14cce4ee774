import { z } from 'zod';
import { type CollectionName, collections } from '../../../src-shared/collections/index.ts';
import type { FieldValue } from '../../../src-shared/domain/condition.ts';
import type { RemoteRecord } from '../../../src-shared/domain/delivery.ts';
import type { Changes } from '../../../src-shared/domain/item.ts';
import { HttpFailure } from '../../remotes/http-failure.ts';

/** A record as the server sends it; unknown properties are ignored. */
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

/** Characters of a code that are kept: with each record that was refused, for as long as its operation is. */
const codeMax = 100;

/** A word for why something was refused. */
export const Code = z
  .string()
  .min(1)
  .transform((text) => text.slice(0, codeMax));

/** What a refusal says. */
export const WireError = z.object({
  error: z.object({
    code: Code,
    message: z.string(),
    details: z.record(z.string(), z.unknown()).optional(),
  }),
});

/**
 * The server's answer, if it has the expected form. Throws `HttpFailure` otherwise: nobody knows what the request did.
 */
export function expectBody<T>(schema: z.ZodType<T>, body: unknown, what: string): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new HttpFailure('unexpected_answer', `The remote answered with something other than ${what}.`, {
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

function timesOf(collection: CollectionName): ReadonlySet<string> {
  return timeFields.get(collection) ?? new Set();
}

/** What is said of every record, besides its fields. */
const facts: ReadonlySet<string> = new Set(['id', 'version', 'deleted']);

/** A record of the server as the console knows records; times become epoch ms. What is no value of a field is passed over. */
export function toRecord(collection: CollectionName, wire: WireRecord): RemoteRecord {
  const times = timesOf(collection);
  const fields: Record<string, FieldValue> = {};
  for (const name of Object.keys(wire)) {
    const value = wire[name];
    if (facts.has(name)) continue;
    if (times.has(name)) fields[name] = momentOf(value);
    else if (typeof value === 'string' || typeof value === 'number' || value === null) fields[name] = value;
  }
  return { key: String(wire.id), version: wire.version, isDeleted: wire.deleted, fields };
}

/** Null for what is no moment as the APIs write it: a number may be none that a clock can show. */
function momentOf(value: unknown): number | null {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}

/** True for what the server lets one write field by field; the rest has calls of its own. */
export function canPatch(collection: CollectionName, { deletedAt, ...others }: Changes): boolean {
  if ((deletedAt ?? null) !== null) return Object.keys(others).length === 0;
  return collection !== 'sessions' || others['status'] !== 'archived';
}

/** A change as the body of a PATCH, in which a deletion or its opposite stands alone. */
export function toPatch(
  collection: CollectionName,
  { deletedAt, ...after }: Changes,
): Record<string, FieldValue | boolean> {
  if (deletedAt !== undefined) return { deleted: deletedAt !== null };
  const times = timesOf(collection);
  const body: Record<string, FieldValue | boolean> = {};
  for (const [name, value] of Object.entries(after)) {
    const isMoment = typeof value === 'number' && times.has(name);
    body[name] = isMoment ? new Date(value).toISOString() : value;
  }
  return body;
}
