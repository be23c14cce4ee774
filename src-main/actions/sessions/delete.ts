import { z } from 'zod';
import { defineAction } from '../action.ts';
import { deletion } from '../shared/delete.ts';
import { processing } from '../shared/rules.ts';

export const deleteSessions = defineAction({
  ...deletion('sessions'),
  input: z.strictObject({
    soft_delete: z.boolean().default(true),
    cascade_exports: z.boolean().default(false),
  }),
  form: [
    {
      name: 'soft_delete',
      label: 'Can be restored in full',
      kind: 'switch',
      isRequired: false,
      initial: true,
      help: 'Switched off, titles and transcripts are erased for good.',
    },
    {
      name: 'cascade_exports',
      label: 'With their exports',
      kind: 'switch',
      isRequired: false,
      initial: false,
      help: 'The exports made from them are deleted, too. Undo brings them back, restoring does not.',
    },
  ],
  change: (input, { nowMs }) => ({
    kind: 'set',
    values: input.cascade_exports ? { deletedAt: nowMs, exports: 0 } : { deletedAt: nowMs },
    rules: [processing],
    ...(input.soft_delete ? {} : { erase: ['title', 'payload'] }),
  }),
});
