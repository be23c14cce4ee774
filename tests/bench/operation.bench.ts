import { join } from 'node:path';
import { openWriter } from '../../src-main/sql/open.ts';
import { seedTickets } from '../builders/seed.ts';
import { makeFolder, openTestConsole, removeFolder } from '../builders/workspace.ts';
import { type Benchmark, byRatio, median, type Result, type Scale, timed } from './bench.ts';

const everything = { mode: 'filter', filter: {} } as const;

/** `update_status` over every ticket, plan and journal included, against one raw transaction that writes the same rows. */
export const operationBenchmark: Benchmark = {
  name: 'operation',
  run: async (scale: Scale): Promise<Result[]> => {
    const rounds = scale.isSmoke ? 1 : 3;
    const ours: number[] = [];
    const floors: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      floors.push(await rawTransaction(scale.medium));
      ours.push(await updateStatus(scale.medium));
    }
    const perSmall = (await updateStatus(scale.small)) / scale.small;
    const perLarge = (await updateStatus(scale.large)) / scale.large;
    return [
      byRatio(
        `update_status of ${scale.medium} tickets over one raw transaction`,
        median(ours),
        median(floors),
        2.5,
      ),
      byRatio(
        `time per ticket at ${scale.large} over that at ${scale.small}`,
        perLarge * 1000,
        perSmall * 1000,
        1.3,
        'µs',
      ),
    ];
  },
};

async function updateStatus(count: number): Promise<number> {
  const folder = makeFolder();
  seedTickets(folder, count);
  openTickets(folder);
  const console = await openTestConsole(folder);
  try {
    return await timed(async () => {
      const draft = await console.ask('operations.plan', {
        action: 'update_status',
        collection: 'tickets',
        selection: everything,
        input: { status: 'solved' },
      });
      const ended = await console.run(draft);
      const done = ended.tallies.find(({ state }) => state === 'done')?.count;
      if (done !== count) throw new Error(`${done ?? 0} of ${count} tickets were changed`);
    });
  } finally {
    await console.close();
    removeFolder(folder);
  }
}

/** Every ticket open, so that all of them change. */
function openTickets(folder: string): void {
  const db = openWriter(join(folder, 'bulkhead.db'));
  db.exec(`UPDATE tickets SET status = 'open'`);
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}

/** The floor: the same tickets and the same item rows written row by row in one better-sqlite3 transaction. */
async function rawTransaction(count: number): Promise<number> {
  const folder = makeFolder();
  seedTickets(folder, count);
  openTickets(folder);
  const db = openWriter(join(folder, 'bulkhead.db'));
  const operation = db.prepare(
    `INSERT INTO operations (action, collection, title, state, input, effect, forecast, actor, created_at)
     VALUES ('update_status', 'tickets', '', 'completed', '{}', '{}', '{}', '', 0)`,
  );
  const select = db.prepare<[], { id: number; version: number; status: string }>(
    'SELECT id, version, status FROM tickets',
  );
  const update = db.prepare(
    'UPDATE tickets SET status = ?, version = version + 1, updated_at = ? WHERE id = ?',
  );
  const insert = db.prepare(
    `INSERT INTO items (operation_id, seq, record_id, state, base_version, before, after, attempts, finished_at)
     VALUES (?, ?, ?, 'done', ?, ?, ?, 1, ?)`,
  );
  try {
    const now = Date.now();
    return await timed(() =>
      db.transaction(() => {
        const operationId = operation.run().lastInsertRowid;
        let seq = 0;
        for (const { id, version, status } of select.all()) {
          seq += 1;
          update.run('solved', now, id);
          insert.run(operationId, seq, id, version, JSON.stringify({ status }), '{"status":"solved"}', now);
        }
      })(),
    );
  } finally {
    db.close();
    removeFolder(folder);
  }
}
