import { ZodError } from 'zod';
import { type Collection, choiceNamed, fieldOf } from '../../src-shared/collections/field.ts';
import type { FieldValue } from '../../src-shared/domain/condition.ts';
import type { Changes } from '../../src-shared/domain/item.ts';
import { formatNumber } from '../../src-shared/domain/number-words.ts';
import type { Action } from './action.ts';
import { planRecord, type RecordPlan } from './plan-record.ts';
import { damageOf, isSameKey, isShortened, isUntouched } from './sheet-cells.ts';

/** A row of an export that somebody has edited. */
export interface EditedRow {
  readonly line: number;
  /** The row as it stands in the file. */
  readonly text: string;
  readonly id: number;
  readonly version: number;
  /** What the file says which record it is; null where it has no such column. */
  readonly key: string | null;
  readonly source: string | null;
  /** What stands in the columns that can be changed, in the order of these; null where the row ends before. */
  readonly cells: readonly (string | null)[];
}

/** What is known of the file that a row stands in. */
export interface EditedSheet {
  /** What the cells of a row stand for. */
  readonly fields: readonly string[];
  /** Its encoding has few letters, or none but those of ASCII are in it: a question mark stands for each other one. */
  readonly isLossy: boolean;
}

export type EditPlan = RecordPlan | { readonly state: 'rejected'; readonly reason: string };

/**
 * What an edited row would do to its record: the cells that differ from it are to be written, as the collection's action
 * `edit` writes fields. A record that has moved on since the export is left alone, because nobody can tell then which cells were edited.
 */
export function planEdit(
  edit: Action,
  collection: Collection,
  { fields, isLossy }: EditedSheet,
  row: EditedRow,
  record: Readonly<Record<string, FieldValue>> | undefined,
  nowMs: number,
): EditPlan {
  if (!record) return { state: 'skipped', reason: 'not_found' };
  const other = whoElse(collection, row, record, isLossy);
  if (other !== null) return { state: 'rejected', reason: other };
  if ((record['deletedAt'] ?? null) !== null) return { state: 'skipped', reason: 'deleted' };
  const edited: Record<string, string | null> = {};
  for (const [index, field] of fields.entries()) {
    const cell = row.cells[index] ?? null;
    const stands = textOf(record, field);
    if (!isUntouched(cell ?? '', stands, isLossy)) edited[field] = cell;
  }
  if (Object.keys(edited).length === 0) return { state: 'skipped', reason: 'already_so' };
  if (record['version'] !== row.version) return { state: 'skipped', reason: 'changed_since_export' };
  const values: Changes = {};
  for (const [field, cell] of Object.entries(edited)) {
    if (cell === null) return { state: 'rejected', reason: endsBefore(field, record) };
    const damage = damageOf(cell, textOf(record, field), isLossy);
    if (damage !== null) return { state: 'rejected', reason: `“${field}” ${damage}.` };
    values[field] = valueOf(collection, field, cell);
  }
  try {
    return planValues(edit, values, record, nowMs);
  } catch (cause) {
    if (!(cause instanceof ZodError)) throw cause;
    return { state: 'rejected', reason: whyRefused(cause, collection, values) };
  }
}

/** What the action `edit` would do to a record; of the values only those that differ. Throws a `ZodError` for values that it does not take. */
export function planValues(
  edit: Action,
  values: Changes,
  record: Readonly<Record<string, FieldValue>>,
  nowMs: number,
): RecordPlan {
  const { change } = edit.prepare(values, { nowMs });
  if (change.kind !== 'set') throw new Error('an edit sets fields');
  const differing = Object.entries(change.values).filter(([field, value]) => record[field] !== value);
  return planRecord(edit, { ...change, values: Object.fromEntries(differing) }, record, nowMs);
}

/** Says whose record it is where it is not the row's: the file is of another workspace, or its columns were sorted apart. */
function whoElse(
  { one }: Collection,
  { id, key, source }: EditedRow,
  record: Readonly<Record<string, FieldValue>>,
  isLossy: boolean,
): string | null {
  const here = textOf(record, 'key');
  if (key !== null && !isSameKey(key, here, isLossy))
    return isShortened(key, here)
      ? `“key” was shortened to “${key}”, as spreadsheets do with long numbers. Remove that column from the file, then choose it again.`
      : `The ${one} with the number ${id} is “${here}” here, not “${key.slice(0, 60)}”.`;
  const from = textOf(record, 'source');
  if (source !== null && !isUntouched(source, from, isLossy))
    return `The ${one} with the number ${id} comes from “${from}” here, not from “${source.slice(0, 60)}”.`;
  return null;
}

/** A spreadsheet leaves last columns out where nothing is in them, and whoever cut the file off does so too. */
function endsBefore(field: string, record: Readonly<Record<string, FieldValue>>): string {
  return `The row ends before “${field}”, where “${textOf(record, field).slice(0, 60)}” stands. To empty that, put the column before one that is filled, then import again.`;
}

function textOf(record: Readonly<Record<string, FieldValue>>, field: string): string {
  return String(record[field] ?? '');
}

/** A choice may be written as it is shown. Long texts are empty where nothing is in them; everything else has no value then. */
function valueOf(collection: Collection, name: string, cell: string): string | null {
  const field = fieldOf(collection, name);
  if (cell === '' && field?.kind !== 'long_text') return null;
  return (field && choiceNamed(field, cell.trim())?.value) ?? cell;
}

function whyRefused({ issues }: ZodError, collection: Collection, values: Changes): string {
  const [first] = issues;
  // What may be empty is one of two things; why it is not the first one is what helps.
  const issue = first?.code === 'invalid_union' ? first.errors[0]?.[0] : first;
  const field = String(first?.path[0] ?? '');
  const choices = fieldOf(collection, field)?.choices;
  const value = values[field] ?? null;
  if (value === null || issue?.code === 'too_small') return `“${field}” may not be empty.`;
  if (issue?.code === 'too_big')
    return `“${field}” is too long: ${formatNumber(Number(issue.maximum))} characters at most.`;
  if (issue?.code === 'invalid_format')
    return `“${field}” holds a control character, such as the end of a line.`;
  const instead = choices ? `: use one of ${choices.map(({ label }) => label).join(', ')}` : '';
  return `“${String(value).slice(0, 100)}” is not a value of “${field}”${instead}.`;
}
