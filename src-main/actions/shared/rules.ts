import type { Rule } from '../action.ts';

/** Something is being made of the record: nothing is done to it until that is over. */
export const processing: Rule = {
  reason: 'processing',
  when: [{ op: 'in', field: 'status', values: ['processing'], not: false }],
};
