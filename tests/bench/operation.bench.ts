import { join } from 'node:path';
import { type Db, openWriter } from '../../src-main/sql/open.ts';
import { openTestConsole, removeFolder } from '../builders/workspace.ts';
import { type Benchmark, byRatio, bySpeedup, median, type Result, type Scale, timed } from './bench.ts';
import { workspaceOf } from './workspaces.ts';

const everything = { mode: 'filter', filter: {} } as const;

/** `update_status` over every ticket, plan and journal included, against the same done by plain SQLite programs. */
export const operationBenchmark: Benchmark = {
  name: 'operation',
  run: async (scale: Scale): Promise<Result[]> => {
    const rounds = scale.isSmoke ? 1 : 3;
    const ours: number[] = [];
    const floors: number[] = [];
    const small: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      floors.push(await rawTransaction(scale.medium));
      ours.push(await updateStatus(scale.medium));
      small.push((await updateStatus(scale.small)) / scale.small);
    }
    const naive = (await oneAtATime(scale.medium, scale.few)) / scale.few;
    const large = (await updateStatus(scale.large)) / scale.large;
    return [
      byRatio(
        {
          name: `update_status of ${amount(scale.medium)} tickets, plan and journal included, over one raw transaction`,
          limit: 1.6,
          why: 'Every item is written twice, when planned and when done, and hashed for the journal; the loop over prepared statements spends about as much on its calls.',
        },
        median(ours),
        median(floors),
      ),
      byRatio(
        {
          name: `time per ticket at ${amount(scale.large)} over that at ${amount(scale.small)}`,
          limit: 1.2,
          why: 'Operations go in order of numbers and change table and indexes page by page; all that grows with the workspace is the depth of its indexes and the merging of a log that is kept short.',
        },
        large * 1000,
        median(small) * 1000,
        'µs',
      ),
      bySpeedup(
        {
          name: 'time per ticket, against one ticket at a time: a transaction each for record, item and counters, and an event',
          limit: 20,
          why: 'Each of the three transactions waits for the disk; a chunk of thousands of tickets waits once.',
        },
        (median(ours) / scale.medium) * 1000,
        naive * 1000,
        'µs',
      ),
    ];
  },
};

function amount(count: number): string {
  return count.toLocaleString('en');
}

async function updateStatus(count: number): Promise<number> {
  const folder = workspaceOf(count, 'open');
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

interface Found {
  readonly id: number;
  readonly version: number;
  readonly status: string;
}

/** The statements of an edit as a plain program would prepare them, on an operation of its own. */
function plainEdit(db: Db) {
  const now = Date.now();
  const operationId = db
    .prepare(
      `INSERT INTO operations (action, collection, title, state, input, effect, forecast, actor, created_at)
       VALUES ('update_status', 'tickets', '', 'completed', '{}', '{}', '{}', '', 0)`,
    )
    .run().lastInsertRowid;
  const select = db.prepare<[number], Found>('SELECT id, version, status FROM tickets ORDER BY id LIMIT ?');
  const update = db.prepare(
    'UPDATE tickets SET status = ?, version = version + 1, updated_at = ? WHERE id = ?',
  );
  const insert = db.prepare(
    `INSERT INTO items (operation_id, seq, record_id, state, base_version, before, after, attempts, finished_at)
     VALUES (?, ?, ?, 'done', ?, ?, ?, 1, ?)`,
  );
  const count = db.prepare(
    `INSERT INTO tallies (operation_id, state, reason, count) VALUES (?, 'done', '', 1)
     ON CONFLICT DO UPDATE SET count = count + 1`,
  );
  return {
    find: (limit: number) => select.all(limit),
    update: ({ id }: Found) => void update.run('solved', now, id),
    note: ({ id, version, status }: Found, seq: number) =>
      void insert.run(operationId, seq, id, version, JSON.stringify({ status }), '{"status":"solved"}', now),
    count: () => void count.run(operationId),
  };
}

/** The floor: the same tickets and the same item rows written row by row in one transaction. */
async function rawTransaction(tickets: number): Promise<number> {
  return withDatabase(tickets, (db) => {
    const edit = plainEdit(db);
    return timed(() =>
      db.transaction(() => {
        for (const [at, found] of edit.find(tickets).entries()) {
          edit.update(found);
          edit.note(found, at + 1);
        }
      })(),
    );
  });
}

/** The naive way: for each ticket a transaction for the record, one for its item, one for the counters, and an event. */
async function oneAtATime(tickets: number, edited: number): Promise<number> {
  return withDatabase(tickets, (db) => {
    const edit = plainEdit(db);
    const events = new EventTarget();
    let told = 0;
    events.addEventListener('progress', () => {
      told += 1;
    });
    return timed(() => {
      for (const [at, found] of edit.find(edited).entries()) {
        edit.update(found);
        edit.note(found, at + 1);
        edit.count();
        events.dispatchEvent(new CustomEvent('progress', { detail: { ...found, done: at + 1 } }));
      }
      if (told !== edited) throw new Error(`${told} of ${edited} tickets were changed`);
    });
  });
}

async function withDatabase(tickets: number, use: (db: Db) => Promise<number>): Promise<number> {
  const folder = workspaceOf(tickets, 'open');
  const db = openWriter(join(folder, 'bulkhead.db'));
  try {
    return await use(db);
  } finally {
    db.close();
    removeFolder(folder);
  }
}
