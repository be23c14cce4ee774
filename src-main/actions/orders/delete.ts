import { deletionOf } from '../shared/delete.ts';
import { hasInvoices, locked } from './rules.ts';

export const deleteOrders = deletionOf('orders', [locked, hasInvoices]);
