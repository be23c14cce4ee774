import { z } from 'zod';
import { fieldOf, labelOf } from '../../../src-shared/collections/field.ts';
import { TicketStatus, tickets, ticketTransitions } from '../../../src-shared/collections/tickets.ts';
import { defineAction } from '../action.ts';
import { illegalTo } from '../shared/transitions.ts';

const status = fieldOf(tickets, 'status');

export const updateStatus = defineAction({
  collection: 'tickets',
  name: 'update_status',
  label: 'Update status',
  input: z.strictObject({ status: TicketStatus }),
  form: [
    {
      name: 'status',
      label: 'New status',
      kind: 'choice',
      choices: [...(status?.choices ?? [])],
      isRequired: true,
    },
  ],
  title: (input) => `Set status to ${labelOf(status, input.status)}`,
  change: (input) => ({
    kind: 'set',
    values: { status: input.status },
    rules: illegalTo(ticketTransitions, input.status, { closed: 'closed' }),
  }),
});
