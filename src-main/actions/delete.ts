import { z } from 'zod';
import { defineAction } from './action.ts';

/** Deleting is soft: the tickets leave every view and can be restored. */
export const deleteTickets = defineAction({
  name: 'delete',
  label: 'Delete',
  isDestructive: true,
  input: z.strictObject({}),
  form: [],
  title: () => 'Delete tickets',
  change: (_input, { nowMs }) => ({ kind: 'set', values: { deletedAt: nowMs }, rules: [] }),
});
