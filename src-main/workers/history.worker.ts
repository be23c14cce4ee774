import { BulkheadError } from '../../src-shared/contract/errors.ts';
import type { Verification } from '../../src-shared/contract/history.ts';
import type { Checked, HistoryOrder, Verified } from '../engine/history/history-job.ts';
import { writeReport } from '../files/report-file.ts';
import { checkHistory } from '../sql/evidence/evidence-check.ts';
import { reportCsv, reportJson } from '../sql/evidence/evidence-report.ts';
import { type Db, openReader } from '../sql/open.ts';
import { doJob, type JobWatch } from './do-job.ts';

/** The check comes to every page once. */
const cacheKiB = 2_048;

doJob<HistoryOrder, Verified, Checked>(async (order, watch) => {
  const db = openReader(order.databaseFile, cacheKiB);
  try {
    // One read transaction, so that the check and the report show the same moment.
    db.exec('BEGIN');
    const verification = check(db, order, watch);
    return { verification, bytes: write(db, order, verification, watch) };
  } finally {
    db.close();
  }
});

function check(db: Db, { nowMs }: HistoryOrder, { isStopped, onProgress }: JobWatch<Checked>): Verification {
  const startedMs = performance.now();
  const findings = checkHistory(db, {
    isStopped,
    onProgress: (checked, total) => onProgress({ checked, total }),
  });
  if (!findings) throw stopped();
  return { at: nowMs, tookMs: Math.round(performance.now() - startedMs), ...findings };
}

/** Answers the size of the report; null where none was asked for. */
function write(
  db: Db,
  { report, nowMs }: HistoryOrder,
  verification: Verification,
  { isStopped }: JobWatch<Checked>,
): number | null {
  if (!report) return null;
  const { operationId, signedBy, format, path } = report;
  const content = { operationId, signedBy, signedAt: nowMs, verification };
  const pieces = format === 'json' ? reportJson(db, content) : reportCsv(db, content);
  const bytes = writeReport(path, pieces, isStopped);
  if (bytes === null) throw stopped();
  return bytes;
}

function stopped(): BulkheadError {
  return new BulkheadError('stopped', 'Checking the history was stopped. Nothing was changed.');
}
