import { z } from 'zod';
import { sessionTransitions } from '../../../src-shared/collections/sessions.ts';
import { defineAction } from '../action.ts';
import { illegalTo } from '../shared/transitions.ts';

export const closeSessions = defineAction({
  collection: 'sessions',
  name: 'close',
  label: 'Close',
  input: z.strictObject({}),
  form: [],
  title: () => 'Close sessions',
  change: () => ({
    kind: 'set',
    values: { status: 'closed' },
    rules: illegalTo(sessionTransitions, 'closed', { processing: 'processing' }),
  }),
});
