import { ticketTransitions } from '../../../src-shared/collections/tickets.ts';
import { setField } from '../shared/set-field.ts';
import { illegalTo } from '../shared/transitions.ts';

export const updateStatus = setField({
  collection: 'tickets',
  name: 'update_status',
  label: 'Update status',
  field: 'status',
  rules: (status) => illegalTo<string>(ticketTransitions, status, { closed: 'closed' }),
});
