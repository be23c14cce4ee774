import { fieldOf } from '../../src-shared/collections/field.ts';
import { tickets } from '../../src-shared/collections/tickets.ts';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import type { DateOrder, ImportMapping } from '../../src-shared/domain/import.ts';
import type { CsvShape } from './csv-dialect.ts';
import { isMappable, type MappableField } from './header-names.ts';
import type { WordField } from './value-words.ts';

/** A mapping made ready for use row by row. */
export interface RecordPlan {
  readonly headers: readonly string[];
  /** Index of the column that fills a field, -1 where none does. */
  readonly column: Readonly<Record<MappableField, number>>;
  readonly words: {
    readonly status: ReadonlyMap<string, string>;
    readonly priority: ReadonlyMap<string, string>;
  };
  /** Columns whose values are kept with the ticket as they are. */
  readonly foreign: readonly number[];
  readonly dateOrder: DateOrder;
  /** Epoch ms that stands in where the file has no dates. */
  readonly importedAt: number;
}

/** Checks a mapping against the file's header. Throws `mapping_incomplete`, `invalid_request` or `file_changed`. */
export function planRecords(shape: CsvShape, mapping: ImportMapping, importedAt: number): RecordPlan {
  const column: Record<MappableField, number> = {
    key: -1,
    subject: -1,
    description: -1,
    status: -1,
    priority: -1,
    category: -1,
    assignee: -1,
    requester: -1,
    channel: -1,
    product: -1,
    createdAt: -1,
    updatedAt: -1,
  };
  const fieldsOfColumn = new Map<number, string>();
  for (const { column: index, field } of mapping.columns) {
    const header = shape.headers[index];
    if (header === undefined) {
      const message = `The mapping names column ${index + 1}, but the file has ${shape.headers.length}. It has changed since it was inspected.`;
      throw new BulkheadError('file_changed', message);
    }
    if (field === null) continue;
    if (!isMappable(field))
      throw new BulkheadError('invalid_request', `“${field}” is not a field that a file can fill.`);
    if (column[field] >= 0)
      throw new BulkheadError('invalid_request', `Two columns are mapped to “${field}”; choose one.`);
    const other = fieldsOfColumn.get(index);
    if (other)
      throw new BulkheadError(
        'invalid_request',
        `“${header}” is to fill both “${other}” and “${field}”; choose one.`,
      );
    column[field] = index;
    fieldsOfColumn.set(index, field);
  }
  if (column.key < 0) {
    throw new BulkheadError(
      'mapping_incomplete',
      'No column is chosen for the id of the tickets. Nothing was read.',
    );
  }
  const words = { status: wordsOf(mapping, 'status'), priority: wordsOf(mapping, 'priority') };
  const foreign = [...shape.headers.keys()].filter((index) => !fieldsOfColumn.has(index));
  return { headers: shape.headers, column, words, foreign, dateOrder: mapping.dateOrder, importedAt };
}

function wordsOf(mapping: ImportMapping, field: WordField): ReadonlyMap<string, string> {
  const legal = fieldOf(tickets, field)?.choices ?? [];
  const words = new Map<string, string>();
  for (const [word, value] of Object.entries(mapping.values[field] ?? {})) {
    if (!legal.some((choice) => choice.value === value)) {
      throw new BulkheadError('invalid_request', `“${value}” is not a ${field} that a ticket can have.`);
    }
    words.set(word.trim(), value);
  }
  return words;
}
