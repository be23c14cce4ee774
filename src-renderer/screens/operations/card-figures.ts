import { collectionOf } from '../../../src-shared/collections/index.ts';
import type { DeliveryCounts } from '../../../src-shared/domain/delivery.ts';
import { deliveryOpen } from '../../../src-shared/domain/delivery.ts';
import { countOf, formatNumber } from '../../../src-shared/domain/number-words.ts';
import { countsOf, type Operation } from '../../../src-shared/domain/operation.ts';
import type { TrackedOperation } from '../../state/operations-slice.ts';

interface Figures {
  readonly processed: number;
  readonly total: number;
}

/** How many items are settled, there too, as the console last said. What the plan skipped is not part of the work. */
export function processedOf({ operation, progress }: TrackedOperation): Figures {
  if (progress) return { processed: progress.processed, total: progress.total };
  const { processed, total } = appliedOf(operation);
  return { processed: processed - (operation.delivery ? deliveryOpen(operation.delivery) : 0), total };
}

/** How many items are settled here, whatever remotes know of it. */
export function appliedOf(operation: Pick<Operation, 'tallies'>): Figures {
  const counts = countsOf(operation.tallies);
  const total = counts.total - counts.skipped;
  return { processed: total - counts.planned - counts.applying, total };
}

/** What is done and what would be left undone, for somebody who is about to cancel. */
export function cancelWords(
  { action, collection, forecast }: Pick<Operation, 'action' | 'collection' | 'forecast'>,
  processed: number,
  total: number,
): string {
  const { one, many } = collectionOf(collection);
  if (action === 'export') return `No file will be left. No ${one} is changed by an export.`;
  const rest = countOf(total - processed, one, many);
  if (processed === 0) return `Nothing was changed yet, and nothing will be: the plan holds ${rest}.`;
  const through = `${formatNumber(processed)} of ${countOf(total, one, many)}`;
  return `The operation has processed ${through}. What it changed stays changed, and ${forecast.reversible ? 'you can undo it afterwards' : 'cannot be undone'}. The other ${formatNumber(total - processed)} will not be changed; you can run them later.`;
}

/** What has been sent to remotes and what never will be, for somebody who is about to cancel. */
export function cancelThereWords(delivery: DeliveryCounts): string {
  const unsent = delivery.waiting;
  return unsent === 0
    ? 'Everything that was changed here has been sent.'
    : `${countOf(unsent, 'change is', 'changes are')} not sent yet and will not be: the records stay changed here only.`;
}
