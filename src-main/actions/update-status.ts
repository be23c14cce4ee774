import { z } from 'zod';
import { fieldOf, labelOf } from '../../src-shared/collections/field.ts';
import { TicketStatus, ticketStatuses, ticketTransitions, tickets } from '../../src-shared/collections/tickets.ts';
import { defineAction } from './action.ts';

const status = fieldOf(tickets, 'status');

export const updateStatus = defineAction({
  name: 'update_status',
  label: 'Update status',
  input: z.strictObject({ status: TicketStatus }),
  form: [{ name: 'status', label: 'New status', kind: 'choice', choices: [...(status?.choices ?? [])], isRequired: true }],
  title: (input) => `Set status to ${labelOf(status, input.status)}`,
  change: (input) => ({
    kind: 'set',
    values: { status: input.status },
    rules: [{ reason: 'illegal_transition', when: notAllowedTo(input.status) }],
  }),
});

function notAllowedTo(target: TicketStatus) {
  const from = ticketStatuses.filter((current) => current !== target && !ticketTransitions[current].includes(target));
  return [{ op: 'in' as const, field: 'status', values: from, not: false }];
}
