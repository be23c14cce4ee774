import { parentPort, workerData } from 'node:worker_threads';
import type { Verification } from '../../src-shared/contract/history.ts';
import type { HistoryMessage, HistoryOrder } from '../engine/history/history-job.ts';
import { writeReport } from '../files/report-file.ts';
import { checkHistory } from '../sql/evidence/evidence-check.ts';
import { reportCsv, reportJson } from '../sql/evidence/evidence-report.ts';
import { type Db, openReader } from '../sql/open.ts';
import { toBulkheadError } from './protocol.ts';

const { databaseFile, nowMs, report, control } = workerData as HistoryOrder;

/** The check comes to every page once. */
const cacheKiB = 2_048;

const tellEveryMs = 100;

function tell(message: HistoryMessage): void {
  parentPort?.postMessage(message);
}

function isStopped(): boolean {
  return Atomics.load(control, 0) === 1;
}

function tellNowAndThen(): (checked: number, total: number) => void {
  let toldMs = Number.NEGATIVE_INFINITY;
  return (checked, total) => {
    const now = performance.now();
    if (now - toldMs < tellEveryMs) return;
    toldMs = now;
    tell({ kind: 'checked', checked, total });
  };
}

function check(db: Db): Verification | null {
  const startedMs = performance.now();
  const findings = checkHistory(db, { isStopped, onProgress: tellNowAndThen() });
  return findings && { at: nowMs, tookMs: Math.round(performance.now() - startedMs), ...findings };
}

/** Answers the size of the report that was asked for; null for none, or when it was stopped. */
function write(db: Db, verification: Verification): number | null {
  if (!report) return null;
  const { operationId, signedBy, format, path } = report;
  const content = { operationId, signedBy, signedAt: nowMs, verification };
  const pieces = format === 'json' ? reportJson(db, content) : reportCsv(db, content);
  return writeReport(path, pieces, isStopped);
}

try {
  const db = openReader(databaseFile, cacheKiB);
  try {
    // One read transaction, so that the check and the report show the same moment.
    db.exec('BEGIN');
    const verification = check(db);
    const bytes = verification && write(db, verification);
    if (!verification || (report && bytes === null)) tell({ kind: 'stopped' });
    else tell({ kind: 'done', verification, bytes });
  } finally {
    db.close();
  }
} catch (error) {
  tell({ kind: 'error', error: toBulkheadError(error).toDto() });
}
