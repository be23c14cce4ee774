import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import type { Db } from '../open.ts';
import { appendJournal } from '../operations/journal.ts';
import { getOperation } from '../operations/operations.ts';

/** A report on one operation or, with null, on the whole history. */
export interface SignedReport {
  readonly operationId: number | null;
  readonly signedBy: string;
  /** The name of the file. */
  readonly file: string;
  readonly nowMs: number;
}

/** Writes down who answers for the history up to here. Throws `not_found`, or `wrong_state` for what was never started. */
export function signOff(db: Db, report: SignedReport): void {
  db.transaction(() => {
    if (report.operationId !== null) {
      const { operation } = getOperation(db, { id: report.operationId });
      if (operation.state === 'draft')
        throw new BulkheadError(
          'wrong_state',
          `"${operation.title}" was not started: there is nothing to report.`,
        );
    }
    note(db, 'signed_off', report);
  }).immediate();
}

/** Writes down that there is no file of a report that was signed off. */
export function failReport(db: Db, report: SignedReport): void {
  db.transaction(() => note(db, 'report_failed', report)).immediate();
}

function note(db: Db, event: string, { operationId, signedBy, file, nowMs }: SignedReport): void {
  appendJournal(db, { operationId, at: nowMs, event, detail: { signedBy, file } });
}
