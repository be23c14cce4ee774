import { z } from 'zod';
import { fieldOf, labelOf } from '../../../src-shared/collections/field.ts';
import { TicketPriority, tickets } from '../../../src-shared/collections/tickets.ts';
import { defineAction } from '../action.ts';

const priority = fieldOf(tickets, 'priority');

export const updatePriority = defineAction({
  collection: 'tickets',
  name: 'update_priority',
  label: 'Update priority',
  input: z.strictObject({ priority: TicketPriority }),
  form: [
    {
      name: 'priority',
      label: 'New priority',
      kind: 'choice',
      choices: [...(priority?.choices ?? [])],
      isRequired: true,
    },
  ],
  title: (input) => `Set priority to ${labelOf(priority, input.priority)}`,
  change: (input) => ({ kind: 'set', values: { priority: input.priority }, rules: [] }),
});
