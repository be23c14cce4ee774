import { z } from 'zod';
import type { Choice, Collection, Field } from './field.ts';

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

const text = z
  .string()
  .max(500)
  .regex(/^\P{Cc}*$/u, 'holds a control character');

/** A ticket as the window sees it in the grid. Times are epoch ms. */
export const Ticket = z.strictObject({
  id: z.int().positive(),
  /** Its id in the system it came from, and its name on screen. */
  key: z.string(),
  source: z.string(),
  subject: z.string(),
  status: TicketStatus,
  priority: TicketPriority,
  category: z.string().nullable(),
  assignee: z.string().nullable(),
  requester: z.string().nullable(),
  channel: z.string().nullable(),
  product: z.string().nullable(),
  createdAt: z.int(),
  updatedAt: z.int(),
  deletedAt: z.int().nullable(),
  version: z.int().positive(),
});
export type Ticket = z.infer<typeof Ticket>;

export const TicketComment = z.strictObject({
  id: z.int().positive(),
  body: z.string(),
  isInternal: z.boolean(),
  author: z.string(),
  createdAt: z.int(),
});
export type TicketComment = z.infer<typeof TicketComment>;

/**
 * One event of a ticket's life before it came here: the columns of the file that changed then. The first one tells
 * where it began; a foreign field that never changed stands with the ticket itself.
 */
export const TicketEvent = z.strictObject({
  at: z.int().nullable(),
  changes: z.record(z.string(), z.string()),
});
export type TicketEvent = z.infer<typeof TicketEvent>;

export const TicketDetail = Ticket.extend({
  description: z.string(),
  extra: z.record(z.string(), z.string()),
  comments: z.array(TicketComment),
  events: z.array(TicketEvent),
});
export type TicketDetail = z.infer<typeof TicketDetail>;

/** A category, assignee and the like: one line of visible text. */
export const ShortText = text.trim().min(1);

const statusLabels: Record<TicketStatus, string> = {
  new: 'New',
  open: 'Open',
  pending: 'Pending',
  on_hold: 'On hold',
  solved: 'Solved',
  closed: 'Closed',
};
const priorityLabels: Record<TicketPriority, string> = {
  low: 'Low',
  medium: 'Medium',
  high: 'High',
  critical: 'Critical',
};

function choicesOf<T extends string>(values: readonly T[], labels: Record<T, string>): Choice[] {
  return values.map((value) => ({ value, label: labels[value] }));
}

const sortable = { isSortable: true, isFilterable: true, isFacet: false } as const;
const facet = { isSortable: true, isFilterable: true, isFacet: true } as const;
const plain = { isSortable: false, isFilterable: false, isFacet: false } as const;

const fields: readonly Field[] = [
  { name: 'id', label: 'Number', kind: 'number', isSortable: true, isFilterable: false, isFacet: false },
  { name: 'key', label: 'Ticket', kind: 'key', isSortable: false, isFilterable: true, isFacet: false },
  { name: 'subject', label: 'Subject', kind: 'text', ...plain },
  { name: 'description', label: 'Description', kind: 'long_text', ...plain },
  {
    name: 'status',
    label: 'Status',
    kind: 'choice',
    choices: choicesOf(ticketStatuses, statusLabels),
    ...facet,
  },
  {
    name: 'priority',
    label: 'Priority',
    kind: 'choice',
    choices: choicesOf(ticketPriorities, priorityLabels),
    ...facet,
  },
  { name: 'category', label: 'Category', kind: 'text', ...facet },
  { name: 'assignee', label: 'Assignee', kind: 'text', ...facet },
  { name: 'requester', label: 'Requester', kind: 'text', ...sortable },
  { name: 'channel', label: 'Channel', kind: 'text', ...facet },
  { name: 'product', label: 'Product', kind: 'text', ...plain },
  { name: 'source', label: 'Source', kind: 'text', isSortable: false, isFilterable: true, isFacet: false },
  { name: 'createdAt', label: 'Created', kind: 'time', ...sortable },
  { name: 'updatedAt', label: 'Updated', kind: 'time', ...sortable },
  { name: 'deletedAt', label: 'Deleted', kind: 'time', ...plain },
  { name: 'version', label: 'Version', kind: 'number', ...plain },
];

export const tickets: Collection = {
  name: 'tickets',
  label: 'Tickets',
  one: 'ticket',
  many: 'tickets',
  fields,
  defaultSort: { field: 'id', direction: 'desc' },
};
