/** A thread that reads without a pause, as a window's reader does: statement after statement, none left open. */
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { openReader } from '../../src-main/sql/open.ts';
import { countRecords, facetRecords, firstRecords, orderedIds } from '../../src-main/sql/records/views.ts';
import { Filter } from '../../src-shared/domain/filter.ts';

const { folder, stop } = workerData as { folder: string; stop: Int32Array };
const nowMs = Date.now();
const filter = Filter.parse({ conditions: [{ op: 'in', field: 'channel', values: ['Web', 'Chat'] }] });
const query = { collection: 'tickets', filter, sort: { field: 'updatedAt', direction: 'desc' } } as const;

const db = openReader(join(folder, 'bulkhead.db'));
parentPort?.postMessage('ready');
while (Atomics.load(stop, 0) === 0) {
  orderedIds(db, { query, nowMs });
  countRecords(db, { collection: 'tickets', filter: { ...filter, text: 'refund' }, nowMs });
  firstRecords(db, { query, limit: 200, nowMs });
  facetRecords(db, { collection: 'tickets', filter, fields: ['status', 'category'], nowMs });
}
db.close();
