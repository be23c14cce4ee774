import type { Verification } from '../../../src-shared/contract/history.ts';
import { type Job, startJob } from '../../workers/job.ts';

export interface HistoryOrder {
  readonly databaseFile: string;
  readonly nowMs: number;
  /** What to write when the history was checked, or null. */
  readonly report: ReportOrder | null;
}

export interface ReportOrder {
  /** Null for the whole history. */
  readonly operationId: number | null;
  readonly format: 'csv' | 'json';
  readonly signedBy: string;
  readonly path: string;
}

export interface Verified {
  readonly verification: Verification;
  /** The size of the report; null where none was asked for. */
  readonly bytes: number | null;
}

/** How many entries and items were looked at, of how many. */
export interface Checked {
  readonly checked: number;
  readonly total: number;
}

/** Checks the history, and writes a report of it, in a thread of its own. */
export function startHistoryJob(order: HistoryOrder, onChecked: (progress: Checked) => void): Job<Verified> {
  return startJob(
    'history',
    order,
    'Checking the history ended unexpectedly. Nothing was changed.',
    onChecked,
  );
}
