import type { RecordDetail } from '../../src-shared/collections/record.ts';
import { ticketPriorities, ticketStatuses } from '../../src-shared/collections/tickets.ts';

/** A ticket as the grid shows it, by its fields. */
export type Ticket = {
  readonly id: number;
  readonly key: string;
  readonly source: string;
  readonly subject: string;
  readonly status: string;
  readonly priority: string;
  readonly category: string | null;
  readonly assignee: string | null;
  readonly requester: string | null;
  readonly channel: string | null;
  readonly product: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly deletedAt: number | null;
  readonly version: number;
};

const subjects = [
  'Refund for order 8812',
  'الطلب لم يصل بعد',
  '"Cannot log in" since the update',
  'Invoice shows the wrong address',
  'The app closes when a photo is attached, and again when it is opened from the share menu of another app, which makes it hard to send anything at all to the team in time for the review that is due on Friday',
  'שאלה על המשלוח',
  'Two-factor code never arrives',
];
const categories = ['Billing', 'Delivery', 'Login', null, 'Technical issue'] as const;
const people = ['Mina Park', 'Jonas Weber', null, 'Aylin Demir', 'Sam Okafor'] as const;
const hourMs = 3_600_000;

const pick = <T>(all: readonly T[], at: number): T => all[at % all.length] as T;

/** Ticket number `id`, always the same for the same clock. */
export function fakeTicket(id: number, nowMs: number): Ticket {
  const mixed = Math.imul(id, 2_654_435_761) >>> 7;
  return {
    id,
    key: `#${40_000 + id}`,
    source: 'fake',
    subject: pick(subjects, mixed),
    status: pick(ticketStatuses, mixed >> 3),
    priority: pick(ticketPriorities, mixed >> 5),
    category: pick(categories, mixed >> 2),
    assignee: pick(people, mixed >> 4),
    requester: `customer${mixed % 900}@example.org`,
    channel: pick(['Email', 'Chat', 'Phone'], mixed >> 6),
    product: null,
    createdAt: nowMs - (mixed % 9000) * hourMs,
    updatedAt: nowMs - (mixed % 700) * hourMs,
    deletedAt: null,
    version: 1,
  };
}

/** A ticket with everything around it. */
export function fakeDetail(ticket: Ticket): RecordDetail {
  return {
    record: { ...ticket, description: `${ticket.subject}.\n\nPlease help.` },
    extra: {},
    events: [],
  };
}
