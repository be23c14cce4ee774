import { z } from 'zod';
import { fieldOf, labelOf } from '../../../src-shared/collections/field.ts';
import { OrderStatus, orders, orderTransitions } from '../../../src-shared/collections/orders.ts';
import { defineAction } from '../action.ts';
import { illegalTo } from '../shared/transitions.ts';
import { locked } from './rules.ts';

const status = fieldOf(orders, 'status');

export const statusUpdate = defineAction({
  collection: 'orders',
  name: 'status_update',
  label: 'Update status',
  input: z.strictObject({ status: OrderStatus }),
  form: [
    {
      name: 'status',
      label: 'New status',
      kind: 'choice',
      choices: [...(status?.choices ?? [])],
      isRequired: true,
    },
  ],
  title: (input) => `Set status to ${labelOf(status, input.status)}`,
  change: (input) => ({
    kind: 'set',
    values: { status: input.status },
    rules: [locked, ...illegalTo(orderTransitions, input.status)],
  }),
});
