import { z } from 'zod';
import { ShortText } from '../../../src-shared/domain/text.ts';
import { defineAction } from '../action.ts';

const nobody = z
  .string()
  .trim()
  .length(0)
  .transform(() => null);

export const assign = defineAction({
  collection: 'tickets',
  name: 'assign',
  label: 'Assign',
  input: z.strictObject({ assignee: z.union([ShortText, nobody, z.null()]) }),
  form: [
    {
      name: 'assignee',
      label: 'Assign to',
      kind: 'line',
      suggestFrom: 'assignee',
      isRequired: false,
      help: 'Leave it empty to take the tickets away from whoever has them.',
    },
  ],
  title: (input) => (input.assignee === null ? 'Unassign' : `Assign to ${input.assignee}`),
  change: (input) => ({ kind: 'set', values: { assignee: input.assignee }, rules: [] }),
});
