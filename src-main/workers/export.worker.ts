import { parentPort, workerData } from 'node:worker_threads';
import type { ExportMessage, ExportOrder } from '../engine/run/export-job.ts';
import { writeExport } from '../files/export-file.ts';
import { openReader } from '../sql/open.ts';
import { exportPages } from '../sql/records/export-rows.ts';
import { toBulkheadError } from './protocol.ts';

const { databaseFile, collection, effect, selection, nowMs, control } = workerData as ExportOrder;

/** A walk along the table comes to every page once. */
const cacheKiB = 2_048;

/** Often enough for a progress bar. */
const tellEveryMs = 50;

function tell(message: ExportMessage): void {
  parentPort?.postMessage(message);
}

function tellNowAndThen(): (rows: number) => void {
  let toldMs = 0;
  return (rows) => {
    const nowMs = performance.now();
    if (nowMs - toldMs < tellEveryMs) return;
    toldMs = nowMs;
    tell({ kind: 'rows', rows });
  };
}

async function work(): Promise<ExportMessage> {
  const startedMs = performance.now();
  const db = openReader(databaseFile, cacheKiB);
  try {
    // One read transaction, so that every page shows the same moment.
    db.exec('BEGIN');
    const pages = exportPages(db, {
      collection,
      selection,
      fields: effect.columns,
      format: effect.format,
      hasDetails: effect.hasDetails,
      nowMs,
    });
    const file = await writeExport({ ...effect, collection }, pages, {
      isStopped: () => Atomics.load(control, 0) === 1,
      onRows: tellNowAndThen(),
    });
    const runMs = Math.round(performance.now() - startedMs);
    return file ? { kind: 'done', file, runMs } : { kind: 'stopped' };
  } finally {
    db.close();
  }
}

work().then(tell, (error: unknown) => tell({ kind: 'error', error: toBulkheadError(error).toDto() }));
