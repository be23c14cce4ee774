import { countsOf } from '../../../src-shared/domain/operation.ts';
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
