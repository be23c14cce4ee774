import { createdFields, type Field } from '../../../src-shared/collections/field.ts';
import { type CollectionName, collections } from '../../../src-shared/collections/index.ts';
import type { Changes } from '../../../src-shared/domain/item.ts';
import { readDate } from '../../files/dates.ts';
import { refusedLine } from '../../files/ndjson.ts';

type Value = string | number | null;

/** What follows from other fields, and names of files in the console's folder, which nobody else chooses. */
const notFromOutside: readonly string[] = ['file', 'thumbnail', 'chunks'];

/** What a record has where nothing is said; a field that is not here is empty. */
const defaults: Readonly<Record<string, Value>> = {
  title: '',
  customer: '',
  payload: '',
  isLocked: 'no',
  isArchived: 'no',
};

const longestText = 1_000_000;
const longestKey = 200;

/** A new record of these fields. Throws `invalid_request` for a field that there is not or a value that it cannot have. */
export function newRecordOf(
  collection: CollectionName,
  row: Readonly<Record<string, unknown>>,
  from: { readonly source: string; readonly line: number; readonly nowMs: number },
): Changes {
  const { source, line, nowMs } = from;
  const fields = createdFields(collections[collection]).filter(({ name }) => name !== 'source');
  const taken = fields.filter(({ name }) => !notFromOutside.includes(name));
  const unknown = Object.keys(row).find((name) => !taken.some((field) => field.name === name));
  if (unknown !== undefined) throw refusedLine(line, `has an unknown field "${unknown.slice(0, 60)}"`);
  const record: Record<string, Value> = { source };
  for (const field of fields) {
    const given = taken.includes(field) ? valueOf(field, row[field.name], line) : null;
    record[field.name] = given ?? defaultOf(field, nowMs);
  }
  const { key } = record;
  if (typeof key !== 'string' || key.trim() === '' || key.length > longestKey)
    throw refusedLine(line, `has no key of 1 to ${longestKey} characters`);
  record['updatedAt'] =
    row['updatedAt'] === undefined ? (record['createdAt'] ?? nowMs) : (record['updatedAt'] ?? nowMs);
  return record;
}

function defaultOf({ name, kind, choices }: Field, nowMs: number): Value {
  if (Object.hasOwn(defaults, name)) return defaults[name] ?? null;
  if (kind === 'time') return nowMs;
  if (kind === 'number') return 0;
  return kind === 'choice' ? (choices?.[0]?.value ?? null) : null;
}

function valueOf({ name, kind, choices, decimals }: Field, given: unknown, line: number): Value {
  if (given === undefined || given === null || given === '') return null;
  if (kind === 'number') {
    const number = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
    const isNumber = decimals === undefined ? Number.isSafeInteger(number) : Number.isFinite(number);
    if (typeof number === 'number' && isNumber) return number;
    throw refusedLine(line, `has no ${decimals === undefined ? 'whole ' : ''}number in "${name}"`);
  }
  if (typeof given !== 'string' || given.length > longestText)
    throw refusedLine(line, `has no text in "${name}"`);
  // The database keeps half of a pair as another letter: two keys would become the same.
  if (name === 'key' && !given.isWellFormed()) throw refusedLine(line, 'has half of a letter in "key"');
  if (kind === 'time') {
    const at = /^\d{4}-\d\d-\d\dT/.test(given) ? readDate(given, 'iso') : null;
    if (at !== null) return at;
    throw refusedLine(line, `has no time like 2026-01-02T03:04:05Z in "${name}"`);
  }
  if (choices && !choices.some(({ value }) => value === given))
    throw refusedLine(line, `has "${given.slice(0, 60)}" in "${name}", which it cannot be`);
  if (kind !== 'long_text' && /\p{Cc}/u.test(given))
    throw refusedLine(line, `has a control character in "${name}"`);
  return given;
}
