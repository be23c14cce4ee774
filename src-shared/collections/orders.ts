import { z } from 'zod';
import type { Collection } from './field.ts';
import { choicesOf, facet, filterable, firstFields, lastFields, sortable, yesOrNo } from './fields.ts';

export const orderStatuses = ['PENDING', 'PROCESSING', 'SHIPPED', 'COMPLETED', 'CANCELLED'] as const;
export const OrderStatus = z.enum(orderStatuses);
export type OrderStatus = z.infer<typeof OrderStatus>;

/** Where an order may go from each status. What was shipped can no longer be cancelled. */
export const orderTransitions: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  PENDING: ['PROCESSING', 'CANCELLED'],
  PROCESSING: ['SHIPPED', 'CANCELLED'],
  SHIPPED: ['COMPLETED'],
  COMPLETED: [],
  CANCELLED: [],
};

const statuses = choicesOf<OrderStatus>({
  PENDING: 'Pending',
  PROCESSING: 'Processing',
  SHIPPED: 'Shipped',
  COMPLETED: 'Completed',
  CANCELLED: 'Cancelled',
});

/** What customers bought; `items` and `invoices` are how many of them an order has. */
export const orders: Collection = {
  name: 'orders',
  label: 'Orders',
  one: 'order',
  many: 'orders',
  fields: [
    ...firstFields('Order'),
    { name: 'customer', label: 'Customer', kind: 'text', ...filterable },
    { name: 'status', label: 'Status', kind: 'choice', choices: statuses, ...facet },
    { name: 'total', label: 'Total', kind: 'number', decimals: 2, ...sortable },
    { name: 'currency', label: 'Currency', kind: 'text', ...facet },
    { name: 'items', label: 'Items', kind: 'number', ...sortable },
    { name: 'invoices', label: 'Invoices', kind: 'number', ...sortable },
    { name: 'isLocked', label: 'Locked', kind: 'choice', choices: yesOrNo, ...facet },
    { name: 'isArchived', label: 'Archived', kind: 'choice', choices: yesOrNo, ...facet },
    ...lastFields,
  ],
  titleField: 'customer',
  textFields: ['customer'],
  defaultSort: { field: 'id', direction: 'desc' },
  defaultColumns: ['key', 'customer', 'status', 'total', 'currency', 'items', 'isLocked', 'updatedAt'],
};
