import { BulkheadError } from '../../src-shared/contract/errors.ts';
import type { Exported, ExportOrder } from '../engine/run/export-job.ts';
import { writeExport } from '../files/export-file.ts';
import { openReader } from '../sql/open.ts';
import { exportPages } from '../sql/records/export-rows.ts';
import { doJob } from './do-job.ts';

/** A walk along the table comes to every page once. */
const cacheKiB = 2_048;

doJob<ExportOrder, Exported, number>(async (order, { isStopped, onProgress }) => {
  const { databaseFile, collection, effect, selection, nowMs } = order;
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
    const watch = { isStopped, onRows: onProgress };
    const file = await writeExport({ ...effect, collection }, pages, watch);
    if (!file) throw new BulkheadError('stopped', 'The export was stopped; no file was written.');
    return { file, runMs: Math.round(performance.now() - startedMs) };
  } finally {
    db.close();
  }
});
