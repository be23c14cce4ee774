import { z } from 'zod';
import type { Collection } from './field.ts';
import { choicesOf, facet, filterable, firstFields, lastFields, plain } from './fields.ts';

export const ticketStatuses = ['new', 'open', 'pending', 'on_hold', 'solved', 'closed'] as const;
export const ticketPriorities = ['low', 'medium', 'high', 'critical'] as const;
export const TicketStatus = z.enum(ticketStatuses);
export const TicketPriority = z.enum(ticketPriorities);
export type TicketStatus = z.infer<typeof TicketStatus>;
export type TicketPriority = z.infer<typeof TicketPriority>;

/** Where a ticket may go from each status. A closed ticket stays closed: only undo brings it back. */
export const ticketTransitions: Readonly<Record<TicketStatus, readonly TicketStatus[]>> = {
  new: ['open', 'pending', 'on_hold', 'solved', 'closed'],
  open: ['pending', 'on_hold', 'solved', 'closed'],
  pending: ['open', 'on_hold', 'solved', 'closed'],
  on_hold: ['open', 'pending', 'solved', 'closed'],
  solved: ['open', 'closed'],
  closed: [],
};

const statuses = choicesOf<TicketStatus>({
  new: 'New',
  open: 'Open',
  pending: 'Pending',
  on_hold: 'On hold',
  solved: 'Solved',
  closed: 'Closed',
});
const priorities = choicesOf<TicketPriority>({
  low: 'Low',
  medium: 'Medium',
  high: 'High',
  critical: 'Critical',
});

export const tickets: Collection = {
  name: 'tickets',
  label: 'Tickets',
  one: 'ticket',
  many: 'tickets',
  fields: [
    ...firstFields('Ticket'),
    { name: 'subject', label: 'Subject', kind: 'text', ...plain },
    { name: 'description', label: 'Description', kind: 'long_text', ...plain },
    { name: 'status', label: 'Status', kind: 'choice', choices: statuses, ...facet },
    { name: 'priority', label: 'Priority', kind: 'choice', choices: priorities, ...facet },
    { name: 'category', label: 'Category', kind: 'text', ...facet },
    { name: 'assignee', label: 'Assignee', kind: 'text', ...facet },
    { name: 'requester', label: 'Requester', kind: 'text', ...filterable },
    { name: 'channel', label: 'Channel', kind: 'text', ...facet },
    { name: 'product', label: 'Product', kind: 'text', ...plain },
    ...lastFields,
  ],
  titleField: 'subject',
  textFields: ['subject', 'description'],
  defaultSort: { field: 'id', direction: 'desc' },
  defaultColumns: ['key', 'subject', 'status', 'priority', 'category', 'assignee', 'updatedAt'],
};
