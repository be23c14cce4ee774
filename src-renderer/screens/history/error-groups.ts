import { type ItemState, type Reason, reasons } from '../../../src-shared/domain/item.ts';
import { countsOf, type Operation, type Tally, tookMs } from '../../../src-shared/domain/operation.ts';

export interface ErrorGroup {
  readonly state: ItemState;
  readonly reason: Reason | null;
  readonly count: number;
  /** Why, in the words of the catalogue. */
  readonly words: string;
  /** What to do about it. */
  readonly remedy: string;
}

const remedies: Record<Reason, string> = {
  already_so: 'Nothing to do: they have this value already.',
  closed: 'A closed ticket comes back only by undoing what closed it.',
  illegal_transition: 'Choose a status that they may go to, or leave them as they are.',
  deleted: 'Restore them first if they are still needed.',
  not_deleted: 'Nothing to do: they are in the list.',
  not_found: 'They were removed for good. Nothing can be done for them here.',
  processing: 'Wait until that is over, then try again.',
  locked: 'Have them unlocked where they came from, or leave them as they are.',
  file_not_removed: 'Make sure that the files in the workspace can be removed, then retry what failed.',
  missing_transcript: 'Add their transcripts where they came from first.',
  already_archived: 'Nothing to do: they were archived before.',
  has_invoices: 'Orders with invoices are kept for the books; archive them instead.',
  changed_since: 'Look at who changed them, then plan again if the change is still wanted.',
  changed_since_export: 'Export them again and edit that file: it has their present values.',
  duplicate: 'Nothing to do: they were imported before.',
  storage_error: 'Check the free space of the disk, then retry what failed.',
  quarantined: 'Nothing of it was changed. Tell whoever looks after Bulkhead which ones these are.',
};

const withoutReason: Partial<Record<ItemState, { words: string; remedy: string }>> = {
  failed: { words: 'Not changed', remedy: 'Retry what failed.' },
  cancelled: { words: 'Not started', remedy: 'Retry to finish them.' },
  unknown: {
    words: 'No answer yet',
    remedy: 'Bulkhead reads them back and settles them. Wait before changing them again.',
  },
};

/** What did not go as asked, worst first: failed and unknown, then cancelled, then skipped; large groups first. */
export function errorGroups(tallies: readonly Tally[]): ErrorGroup[] {
  const order: readonly ItemState[] = ['failed', 'unknown', 'cancelled', 'skipped'];
  return tallies
    .filter(({ state, count }) => count > 0 && order.includes(state))
    .map((tally) => ({ ...tally, ...wordsFor(tally) }))
    .sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || b.count - a.count);
}

function wordsFor({ state, reason }: Tally): { words: string; remedy: string } {
  if (reason !== null) return { words: reasons[reason], remedy: remedies[reason] };
  return withoutReason[state] ?? { words: 'No reason was recorded', remedy: 'Look at them yourself.' };
}

/** Items per second over the whole run; null before the end or where it was too short to measure. */
export function meanRate(operation: Operation): number | null {
  const durationMs = tookMs(operation) ?? 0;
  const counts = countsOf(operation.tallies);
  const settled = counts.done + counts.failed + counts.unknown;
  return durationMs >= 100 && settled > 0 ? (settled * 1000) / durationMs : null;
}
