import type { Rule } from '../action.ts';

/** Somebody holds the order: nothing is done to it until it is let go. */
export const locked: Rule = {
  reason: 'locked',
  when: [{ op: 'in', field: 'isLocked', values: ['yes'], not: false }],
};

/** An order with invoices has to stay, for the books. */
export const hasInvoices: Rule = {
  reason: 'has_invoices',
  when: [{ op: 'in', field: 'invoices', values: ['0'], not: true }],
};
