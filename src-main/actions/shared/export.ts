import { z } from 'zod';
import { fieldLabel } from '../../../src-shared/collections/field.ts';
import { type CollectionName, collections } from '../../../src-shared/collections/index.ts';
import { FileHandle } from '../../../src-shared/contract/files.ts';
import { type Action, defineAction } from '../action.ts';
import { ExportFormat } from '../export-format.ts';

/** What a format is called, by its name. */
const formatWords: Readonly<Record<ExportFormat, string>> = { csv: 'CSV', json: 'JSON', ndjson: 'NDJSON' };

/** Writes fields of the records to a file. */
export function exportOf(name: CollectionName): Action {
  const collection = collections[name];
  const columns = collection.fields.map((field) => field.name);
  return defineAction({
    collection: name,
    name: 'export',
    label: 'Export',
    isReversible: false,
    input: z.strictObject({
      columns: z
        .array(z.enum(columns))
        .min(1)
        .refine((names) => new Set(names).size === names.length, 'names a column twice'),
      has_bom: z.boolean().default(true),
      format: ExportFormat.default('csv'),
      include_details: z.boolean().default(false),
      /** Null from a template: its files go to the workspace's exports folder. */
      target: FileHandle.nullable(),
    }),
    form: [
      {
        name: 'columns',
        label: 'Columns',
        kind: 'columns',
        isRequired: true,
        initial: columns,
        help: 'With Number and Version among them a CSV file can be edited and imported again.',
      },
      {
        name: 'format',
        label: 'Format',
        kind: 'choice',
        choices: Object.entries(formatWords).map(([value, label]) => ({ value, label })),
        isRequired: false,
        initial: 'csv',
      },
      {
        name: 'include_details',
        label: 'With details',
        kind: 'switch',
        isRequired: false,
        initial: false,
        help: 'Long texts and foreign fields too.',
        onlyWith: { field: 'format', values: ['json', 'ndjson'] },
      },
      {
        name: 'has_bom',
        label: 'For spreadsheets',
        kind: 'switch',
        isRequired: false,
        initial: true,
        help: 'Marks the file as UTF-8 so that Excel shows all letters correctly.',
        onlyWith: { field: 'format', values: ['csv'] },
      },
      { name: 'target', label: 'Save to', kind: 'target', isRequired: true },
    ],
    title: (input) => `Export to ${formatWords[input.format]}`,
    details: (input) => [
      {
        label: 'Columns',
        value: input.columns.map((column) => fieldLabel(collection, column)).join(', '),
      },
      ...(input.include_details && input.format !== 'csv'
        ? [{ label: 'With', value: 'Long texts and foreign fields' }]
        : []),
    ],
    change: (input) => ({
      kind: 'export',
      target: input.target,
      columns: input.columns,
      hasBom: input.has_bom,
      ...(input.format !== 'csv' && { format: input.format, hasDetails: input.include_details }),
    }),
  });
}
