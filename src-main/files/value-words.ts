import { type TicketPriority, type TicketStatus, tickets } from '../../src-shared/collections/tickets.ts';

const statusWords: Record<TicketStatus, readonly string[]> = {
  new: ['new', 'created', 'unassigned', 'submitted', 'to do', 'todo', 'backlog'],
  open: [
    'open',
    'opened',
    'active',
    'in progress',
    'work in progress',
    'assigned',
    'reopened',
    're-opened',
    'accepted',
    'doing',
  ],
  pending: [
    'pending',
    'pending customer response',
    'awaiting user info',
    'awaiting customer',
    'awaiting response',
    'awaiting user',
    'waiting for customer',
    'waiting on customer',
    'pending user',
    'awaiting reply',
    'needs info',
  ],
  on_hold: [
    'on_hold',
    'on hold',
    'hold',
    'awaiting problem',
    'awaiting vendor',
    'awaiting evidence',
    'awaiting change',
    'waiting on third party',
    'waiting for third party',
    'suspended',
    'blocked',
    'deferred',
  ],
  solved: ['solved', 'resolved', 'done', 'fixed', 'completed', 'complete', 'answered'],
  closed: ['closed', 'archived', 'cancelled', 'canceled', 'rejected', "won't fix"],
};
const priorityWords: Record<TicketPriority, readonly string[]> = {
  low: ['low', '4 - low', '5 - planning', 'planning', 'lowest', 'minor', 'trivial', 'p4', 'p5', '4', '5'],
  medium: ['medium', '3 - moderate', '3 - medium', 'moderate', 'normal', 'standard', 'average', 'p3', '3'],
  high: ['high', '2 - high', 'major', 'important', 'p2', '2'],
  critical: [
    'critical',
    '1 - critical',
    'urgent',
    'highest',
    'blocker',
    'emergency',
    'very high',
    'p1',
    'p0',
    '1',
  ],
};

export const wordFields = { status: statusWords, priority: priorityWords } as const;
export type WordField = keyof typeof wordFields;
export const wordFieldNames: readonly WordField[] = ['status', 'priority'];

/** What a word of the file most likely means; undefined rather than a guess. */
export function meaningOf(field: WordField, word: string): string | undefined {
  const plain = tidy(word);
  const own = tickets.fields
    .find(({ name }) => name === field)
    ?.choices?.find((choice) => tidy(choice.label) === plain);
  if (own) return own.value;
  const words: Record<string, readonly string[]> = wordFields[field];
  for (const [value, list] of Object.entries(words)) {
    if (list.some((known) => tidy(known) === plain)) return value;
  }
  return undefined;
}

function tidy(word: string): string {
  return word
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_]+/g, ' ')
    .replace(/\s*-\s*/g, '-')
    .trim();
}
