import { z } from 'zod';
import { sessionTransitions } from '../../../src-shared/collections/sessions.ts';
import { defineAction } from '../action.ts';
import { illegalTo } from '../shared/transitions.ts';

export const archiveSessions = defineAction({
  collection: 'sessions',
  name: 'archive',
  label: 'Archive',
  input: z.strictObject({}),
  form: [],
  title: () => 'Archive sessions',
  change: () => ({
    kind: 'set',
    values: { status: 'archived' },
    rules: illegalTo(sessionTransitions, 'archived', { processing: 'processing' }),
    sameReason: 'already_archived',
  }),
});
