import { z } from 'zod';
import { ShortText } from '../../../src-shared/domain/text.ts';
import { defineAction } from '../action.ts';

export const updateCategory = defineAction({
  collection: 'tickets',
  name: 'update_category',
  label: 'Update category',
  input: z.strictObject({ category: ShortText }),
  form: [
    { name: 'category', label: 'New category', kind: 'line', suggestFrom: 'category', isRequired: true },
  ],
  title: (input) => `Set category to ${input.category}`,
  change: (input) => ({ kind: 'set', values: { category: input.category }, rules: [] }),
});
