import { setField } from '../shared/set-field.ts';

export const setCategory = setField({
  collection: 'videos',
  name: 'set_category',
  label: 'Set category',
  field: 'category',
});
