import { z } from 'zod';
import { defineAction } from '../action.ts';

export const addComment = defineAction({
  collection: 'tickets',
  name: 'add_comment',
  label: 'Add comment',
  input: z.strictObject({
    comment: z.string().trim().min(1).max(20_000),
    is_internal: z.boolean().default(true),
  }),
  form: [
    { name: 'comment', label: 'Comment', kind: 'text', isRequired: true },
    { name: 'is_internal', label: 'Internal note', kind: 'switch', isRequired: false, initial: true },
  ],
  title: (input) => `Add ${input.is_internal ? 'an internal note' : 'a public comment'}`,
  details: (input) => [{ label: 'Comment', value: input.comment }],
  change: (input) => ({ kind: 'comment', body: input.comment, isInternal: input.is_internal, rules: [] }),
});
