import {
  type Collection,
  createdFields,
  type Field,
  fieldOf,
} from '../../../src-shared/collections/field.ts';
import { CollectionName, collections } from '../../../src-shared/collections/index.ts';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';

/** How a collection is stored. Names of fields and of columns meet here and nowhere else; its statements call it `t`. */
export interface Table {
  readonly name: CollectionName;
  readonly collection: Collection;
  /** Columns by field. */
  readonly columns: Readonly<Record<string, string>>;
  /** Columns by field of what a new record comes with. */
  readonly created: Readonly<Record<string, string>>;
  /** Fields that the index `…_narrow` holds. */
  readonly narrow: ReadonlySet<string>;
  /** Records that share a page, roughly, when they lie beside each other. */
  readonly perPage: number;
}

type Layout = Pick<Table, 'perPage'> & { readonly narrow: readonly string[] };

const layouts: Readonly<Record<CollectionName, Layout>> = {
  tickets: {
    narrow: ['status', 'priority', 'category', 'assignee', 'channel', 'createdAt', 'updatedAt'],
    perPage: 10,
  },
  sessions: {
    narrow: ['status', 'owner', 'channel', 'createdAt', 'updatedAt'],
    perPage: 1,
  },
  videos: {
    narrow: ['status', 'category', 'creator', 'hasTranscript', 'createdAt', 'updatedAt'],
    perPage: 1,
  },
  orders: {
    narrow: ['status', 'customer', 'currency', 'isLocked', 'isArchived', 'createdAt', 'updatedAt'],
    perPage: 10,
  },
};

function tableFor(name: CollectionName): Table {
  const collection = collections[name];
  const { narrow, ...layout } = layouts[name];
  return {
    name,
    collection,
    columns: columnsOf(collection.fields),
    created: columnsOf(createdFields(collection)),
    narrow: new Set(narrow),
    ...layout,
  };
}

function columnsOf(fields: readonly Field[]): Readonly<Record<string, string>> {
  return Object.fromEntries(fields.map(({ name }) => [name, columnNameOf(name)]));
}

function columnNameOf(field: string): string {
  return field === 'key' ? 'external_id' : field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

const tables = Object.fromEntries(CollectionName.options.map((name) => [name, tableFor(name)]));

/** Every table of records, in the order of the collections. */
export const allTables: readonly Table[] = Object.values(tables);

/** The table of a collection. Throws for a name that no collection has, so that no foreign text enters SQL. */
export function tableOf(collection: string): Table {
  const table = Object.hasOwn(tables, collection) ? tables[collection] : undefined;
  if (!table) throw new BulkheadError('invalid_request', `There is no collection "${collection}".`);
  return table;
}

/** The column that holds a field. Throws for a name that is not a field, so that no foreign text enters SQL. */
export function columnOf({ collection, columns }: Table, field: string): string {
  const column = Object.hasOwn(columns, field) ? columns[field] : undefined;
  if (column === undefined)
    throw new BulkheadError('invalid_request', `${collection.label} have no field "${field}".`);
  return column;
}

/** What a field sorts by over alias `t`: a choice by the natural order of its values, as its index does. */
export function rankOf(table: Table, field: string): string {
  const column = `t.${columnOf(table, field)}`;
  const choices = fieldOf(table.collection, field)?.choices;
  if (!choices) return column;
  return `CASE ${column} ${choices.map(({ value }, rank) => `WHEN '${value}' THEN ${rank}`).join(' ')} END`;
}
