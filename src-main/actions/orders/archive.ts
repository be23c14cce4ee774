import { z } from 'zod';
import { defineAction } from '../action.ts';
import { locked } from './rules.ts';

export const archiveOrders = defineAction({
  collection: 'orders',
  name: 'archive',
  label: 'Archive',
  input: z.strictObject({}),
  form: [],
  title: () => 'Archive orders',
  change: () => ({
    kind: 'set',
    values: { isArchived: 'yes' },
    rules: [locked],
    sameReason: 'already_archived',
  }),
});
