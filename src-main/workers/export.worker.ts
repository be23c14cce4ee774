import { parentPort, workerData } from 'node:worker_threads';
import type { ExportMessage, ExportOrder } from '../engine/export-job.ts';
import { writeExport } from '../files/export-file.ts';
import { exportPages } from '../sql/export-rows.ts';
import { openReader } from '../sql/open.ts';
import { toBulkheadError } from './protocol.ts';

const { databaseFile, effect, selection, nowMs, control } = workerData as ExportOrder;

/** A walk along the table comes to every page once. */
const cacheKiB = 2_048;

function tell(message: ExportMessage): void {
  parentPort?.postMessage(message);
}

try {
  const startedMs = performance.now();
  const db = openReader(databaseFile, cacheKiB);
  try {
    // One read transaction, so that every page shows the same moment.
    db.exec('BEGIN');
    const pages = exportPages(db, { selection, fields: effect.columns, nowMs });
    const file = writeExport(effect, pages, {
      isStopped: () => Atomics.load(control, 0) === 1,
      onRows: (rows) => tell({ kind: 'rows', rows }),
    });
    const runMs = Math.round(performance.now() - startedMs);
    tell(file ? { kind: 'done', file, runMs } : { kind: 'stopped' });
  } finally {
    db.close();
  }
} catch (error) {
  tell({ kind: 'error', error: toBulkheadError(error).toDto() });
}
