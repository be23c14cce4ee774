import { orderTransitions } from '../../../src-shared/collections/orders.ts';
import { setField } from '../shared/set-field.ts';
import { illegalTo } from '../shared/transitions.ts';
import { locked } from './rules.ts';

export const statusUpdate = setField({
  collection: 'orders',
  name: 'status_update',
  label: 'Update status',
  field: 'status',
  rules: (status) => [locked, ...illegalTo<string>(orderTransitions, status)],
});
