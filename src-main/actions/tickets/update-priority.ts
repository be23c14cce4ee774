import { setField } from '../shared/set-field.ts';

export const updatePriority = setField({
  collection: 'tickets',
  name: 'update_priority',
  label: 'Update priority',
  field: 'priority',
});
