import type { ExportedFile } from '../../../src-shared/domain/operation.ts';
import type { Selection } from '../../../src-shared/domain/selection.ts';
import type { Effect } from '../../actions/effect.ts';
import { type Job, startJob } from '../../workers/job.ts';

export interface ExportOrder {
  readonly databaseFile: string;
  readonly collection: string;
  readonly effect: Extract<Effect, { kind: 'export' }>;
  readonly selection: Selection;
  readonly nowMs: number;
}

export interface Exported {
  readonly file: ExportedFile;
  readonly runMs: number;
}

/** Writes the records of an export to its file in a thread of its own. One that is stopped leaves no file behind. */
export function startExport(order: ExportOrder, onRows: (rows: number) => void): Job<Exported> {
  return startJob('export', order, 'The export ended unexpectedly; no file was written.', onRows);
}
