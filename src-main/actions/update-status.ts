import { z } from 'zod';
import { fieldOf, labelOf } from '../../src-shared/collections/field.ts';
import {
  TicketStatus,
  ticketStatuses,
  tickets,
  ticketTransitions,
} from '../../src-shared/collections/tickets.ts';
import { defineAction, type Rule } from './action.ts';

const status = fieldOf(tickets, 'status');

export const updateStatus = defineAction({
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
    rules: illegalTo(input.status),
  }),
});

function illegalTo(target: TicketStatus): Rule[] {
  const from = ticketStatuses.filter(
    (current) => current !== target && !ticketTransitions[current].includes(target),
  );
  return from.map((current) => ({
    reason: current === 'closed' ? 'closed' : 'illegal_transition',
    when: [{ op: 'in', field: 'status', values: [current], not: false }],
  }));
}
