import { z } from 'zod';
import type { Collection } from './field.ts';
import { choicesOf, facet, firstFields, lastFields, plain, sortable } from './fields.ts';

export const sessionStatuses = ['open', 'processing', 'closed', 'archived'] as const;
export const SessionStatus = z.enum(sessionStatuses);
export type SessionStatus = z.infer<typeof SessionStatus>;

/** Where a session may go from each status. One that is being processed is left to who processes it. */
export const sessionTransitions: Readonly<Record<SessionStatus, readonly SessionStatus[]>> = {
  open: ['processing', 'closed', 'archived'],
  processing: [],
  closed: ['open', 'archived'],
  archived: [],
};

const statuses = choicesOf<SessionStatus>({
  open: 'Open',
  processing: 'Processing',
  closed: 'Closed',
  archived: 'Archived',
});

/** Conversations, with all that was said in them as `payload`. */
export const sessions: Collection = {
  name: 'sessions',
  label: 'Sessions',
  one: 'session',
  many: 'sessions',
  fields: [
    ...firstFields('Session'),
    { name: 'title', label: 'Title', kind: 'text', ...plain },
    { name: 'status', label: 'Status', kind: 'choice', choices: statuses, ...facet },
    { name: 'owner', label: 'Owner', kind: 'text', ...facet },
    { name: 'channel', label: 'Channel', kind: 'text', ...facet },
    { name: 'messages', label: 'Messages', kind: 'number', ...sortable },
    { name: 'exports', label: 'Exports', kind: 'number', ...sortable },
    { name: 'payload', label: 'Transcript', kind: 'long_text', ...plain },
    ...lastFields,
  ],
  titleField: 'title',
  textFields: ['title'],
  defaultSort: { field: 'id', direction: 'desc' },
  defaultColumns: ['key', 'title', 'status', 'owner', 'channel', 'messages', 'exports', 'updatedAt'],
};
