import { countsOf } from '../../../src-shared/domain/operation.ts';
import { countOf, formatNumber } from '../../format/numbers.ts';
import type { TrackedOperation } from '../../state/operations-slice.ts';

/** How many items are settled, as the console last said. What the plan skipped is not part of the work. */
export function processedOf({ operation, progress }: TrackedOperation): {
  readonly processed: number;
  readonly total: number;
} {
  if (progress) return { processed: progress.processed, total: progress.total };
  const counts = countsOf(operation.tallies);
  const total = counts.total - counts.skipped;
  return { processed: total - counts.planned - counts.applying, total };
}

/** What stands and what would be left, for somebody who is about to cancel. */
export function cancelWords(action: string, processed: number, total: number): string {
  if (action === 'export') return 'No file will be left. No ticket is changed by an export.';
  const rest = countOf(total - processed, 'ticket', 'tickets');
  if (processed === 0) return `Nothing was changed yet, and nothing will be: the plan holds ${rest}.`;
  const through = `${formatNumber(processed)} of ${countOf(total, 'ticket', 'tickets')}`;
  return `The operation is through with ${through}: what it changed stays changed, and you can undo it afterwards. The other ${formatNumber(total - processed)} will not be touched; you can run them later.`;
}
