import { countsOf } from '../../../src-shared/domain/operation.ts';
import type { TrackedOperation } from '../../state/operations-slice.ts';

/** How many items are settled, as the console last said; nothing is counted here. */
export function processedOf({ operation, progress }: TrackedOperation): {
  readonly processed: number;
  readonly total: number;
} {
  if (progress) return { processed: progress.processed, total: progress.total };
  const counts = countsOf(operation.tallies);
  return { processed: counts.total - counts.planned - counts.applying, total: counts.total };
}
