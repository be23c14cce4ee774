import { setField } from '../shared/set-field.ts';

export const updateCategory = setField({
  collection: 'tickets',
  name: 'update_category',
  label: 'Update category',
  field: 'category',
});
