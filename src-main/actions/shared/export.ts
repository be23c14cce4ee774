import { z } from 'zod';
import { fieldOf } from '../../../src-shared/collections/field.ts';
import { type CollectionName, collections } from '../../../src-shared/collections/index.ts';
import { FileHandle } from '../../../src-shared/contract/files.ts';
import { type Action, defineAction } from '../action.ts';

/** Writes fields of the records to a CSV file. */
export function exportOf(name: CollectionName): Action {
  const collection = collections[name];
  const columns = collection.fields.map((field) => field.name);
  return defineAction({
    collection: name,
    name: 'export',
    label: 'Export',
    isReversible: false,
    input: z.strictObject({
      columns: z.array(z.enum(columns)).min(1).max(columns.length),
      has_bom: z.boolean().default(true),
      /** Null from a template: its files go to the workspace's exports folder. */
      target: FileHandle.nullable(),
    }),
    form: [
      { name: 'columns', label: 'Columns', kind: 'columns', isRequired: true, initial: columns },
      {
        name: 'has_bom',
        label: 'For spreadsheets',
        kind: 'switch',
        isRequired: false,
        initial: true,
        help: 'Marks the file as UTF-8 so that Excel shows every letter right.',
      },
      { name: 'target', label: 'Save to', kind: 'target', isRequired: true },
    ],
    title: () => 'Export to CSV',
    details: (input) => [
      {
        label: 'Columns',
        value: input.columns.map((column) => fieldOf(collection, column)?.label ?? column).join(', '),
      },
    ],
    change: (input) => ({
      kind: 'export',
      target: input.target,
      columns: input.columns,
      hasBom: input.has_bom,
    }),
  });
}
