import type { OrderStatus } from '../../src-shared/collections/orders.ts';
import type { Changes } from '../../src-shared/domain/item.ts';
import { nameOf } from './people.ts';
import { pickByShare, type Random, type Shares } from './random.ts';

const statuses: Shares<OrderStatus> = [
  ['PENDING', 18],
  ['PROCESSING', 16],
  ['SHIPPED', 14],
  ['COMPLETED', 44],
  ['CANCELLED', 8],
];
const currencies: Shares<string> = [
  ['EUR', 60],
  ['USD', 28],
  ['GBP', 12],
];

/** What a customer bought. What was sent out has invoices; a few orders are locked. */
export function sampleOrder(random: Random): Changes {
  const status = pickByShare(random, statuses);
  const items = 1 + random.below(12);
  const cents = items * (499 + random.below(19_500));
  const isInvoiced = status === 'SHIPPED' || status === 'COMPLETED';
  return {
    customer: nameOf(random),
    status,
    total: cents / 100,
    currency: pickByShare(random, currencies),
    items,
    invoices: isInvoiced ? 1 + random.below(2) : 0,
    isLocked: random.below(20) === 0 ? 'yes' : 'no',
    isArchived: status === 'COMPLETED' && random.below(3) === 0 ? 'yes' : 'no',
  };
}
