import { raw, type Sql } from 'sql-template-tag';
import type { Field } from '../../../src-shared/collections/field.ts';
import { readableValue } from './packed.ts';
import type { Table } from './table.ts';

/** The select list over alias `t` that yields records by the names of their fields; of the long texts those that are wanted. */
export function selectList(table: Table, isWanted: (longText: Field) => boolean = () => true): Sql {
  const fields = table.collection.fields.filter((field) => field.kind !== 'long_text' || isWanted(field));
  return raw(fields.map(({ name }) => `${readableValue(table, name)} AS ${name}`).join(', '));
}

/** The same as the grid has them: without long texts. */
export function gridColumns(table: Table): Sql {
  return selectList(table, () => false);
}
