import { type Collection, fieldLabel } from '../../../src-shared/collections/field.ts';
import type { Changes } from '../../../src-shared/domain/item.ts';
import { formatValue } from '../../format/values.ts';

export interface ChangedField {
  readonly name: string;
  readonly label: string;
  /** Null where the record did not exist before, or the value was not kept. */
  readonly before: string | null;
  readonly after: string | null;
}

/** Fields that one change gave another value, in the order of the collection, as they are read on screen. */
export function changedFields(
  collection: Collection,
  before: Changes | null,
  after: Changes | null,
): ChangedField[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...names]
    .filter((name) => isChanged(before, after, name))
    .sort((a, b) => placeOf(collection, a) - placeOf(collection, b))
    .map((name) => ({
      name,
      label: fieldLabel(collection, name),
      before: valueOf(collection, before, name),
      after: valueOf(collection, after, name),
    }));
}

/** The same in one line of text, for hovering and for screen readers. */
export function changesAsText(fields: readonly ChangedField[]): string {
  return fields
    .map(({ label, before, after }) => {
      if (before === null) return `${label}: ${after ?? 'none'}`;
      return `${label}: ${before} → ${after ?? 'none'}`;
    })
    .join('; ');
}

function isChanged(before: Changes | null, after: Changes | null, name: string): boolean {
  if (before && after) return before[name] !== after[name];
  // A new record says what it has, not what it lacks; the same for one that is taken away.
  const value = (after ?? before)?.[name];
  return value !== null && value !== '';
}

function valueOf(collection: Collection, changes: Changes | null, name: string): string | null {
  const value = changes?.[name];
  return value === undefined ? null : formatValue(collection, name, value);
}

function placeOf({ fields }: Collection, name: string): number {
  const place = fields.findIndex((field) => field.name === name);
  return place < 0 ? fields.length : place;
}
