import { type Collection, type Field, fieldOf, labelOf } from '../../src-shared/collections/field.ts';
import type { FieldValue } from '../../src-shared/domain/condition.ts';
import { formatNumber } from '../../src-shared/domain/number-words.ts';
import { formatBytes, formatDecimals } from './numbers.ts';
import { formatClockLength, formatExact } from './times.ts';

/** The fields of a new record that have no place beside the others: what names it stands in front, and its texts fit no line. */
export function unlistedFields({ titleField, fields }: Collection): readonly string[] {
  const texts = fields.filter(({ kind }) => kind === 'long_text').map(({ name }) => name);
  return ['id', 'key', titleField, 'version', ...texts];
}

/** A number of a record as it is read; its own number and version are names, not amounts. */
export function formatAmount(field: Field, value: number): string {
  if (field.name === 'id' || field.name === 'version') return String(value);
  if (field.unit === 'seconds') return formatClockLength(value * 1000);
  if (field.unit === 'bytes') return formatBytes(value);
  return field.decimals === undefined ? formatNumber(value) : formatDecimals(value, field.decimals);
}

/** A stored value as it is read on screen; nothing stored is "none". */
export function formatValue(collection: Collection, name: string, value: FieldValue): string {
  if (value === null || value === '') return 'none';
  const field = fieldOf(collection, name);
  if (field?.kind === 'time' || (!field && name.endsWith('At'))) {
    return typeof value === 'number' ? formatExact(value) : value;
  }
  if (typeof value !== 'number') return labelOf(field, value);
  return field ? formatAmount(field, value) : formatNumber(value);
}
