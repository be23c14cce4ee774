import { z } from 'zod';
import { defineAction } from './action.ts';

export const restoreTickets = defineAction({
  name: 'restore',
  label: 'Restore',
  forDeleted: true,
  input: z.strictObject({}),
  form: [],
  title: () => 'Restore tickets',
  change: () => ({ kind: 'set', values: { deletedAt: null }, rules: [] }),
});
