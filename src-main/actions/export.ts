import { z } from 'zod';
import { fieldOf } from '../../src-shared/collections/field.ts';
import { tickets } from '../../src-shared/collections/tickets.ts';
import { FileHandle } from '../../src-shared/contract/files.ts';
import { defineAction } from './action.ts';

const columns = tickets.fields.map((field) => field.name);

function labelOfColumn(name: string): string {
  return fieldOf(tickets, name)?.label ?? name;
}

export const exportTickets = defineAction({
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
  details: (input) => [{ label: 'Columns', value: input.columns.map(labelOfColumn).join(', ') }],
  change: (input) => ({
    kind: 'export',
    target: input.target,
    columns: input.columns,
    hasBom: input.has_bom,
  }),
});
