import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tickets } from '../../src-shared/collections/tickets.ts';
import { openTestConsole, removeFolder } from '../builders/workspace.ts';
import { type Benchmark, byRatio, byValue, median, type Result, type Scale, timed } from './bench.ts';
import { ensureSqlite, runSqlite } from './sqlite-cli.ts';
import { workspaceOf } from './workspaces.ts';

const columns = tickets.fields.map(({ name }) => name);
const everyColumn = `SELECT id, external_id, subject, description, status, priority, category, assignee, requester, channel,
  product, source, created_at, updated_at, deleted_at, version FROM tickets ORDER BY id`;
const memorySampleMs = 20;

/** CSV of every ticket and column, against the sqlite3 program on the same database. */
export const exportBenchmark: Benchmark = {
  name: 'export',
  run: async (scale: Scale): Promise<Result[]> => {
    await ensureSqlite();
    const folder = workspaceOf(scale.large);
    const console = await openTestConsole(folder);
    try {
      const ours: number[] = [];
      const floors: number[] = [];
      const growth: number[] = [];
      for (let round = 0; round < (scale.isSmoke ? 1 : 3); round += 1) {
        floors.push(bareExport(folder));
        const { tookMs, grewBytes } = await exportAll(
          console,
          join(folder, `export-${round}.csv`),
          scale.large,
        );
        ours.push(tookMs);
        growth.push(grewBytes);
      }
      const count = scale.large.toLocaleString('en');
      return [
        byRatio(
          {
            name: `CSV export of ${count} tickets, made safe for spreadsheets and durable, over sqlite3 -csv`,
            limit: 1,
            why: 'Half of it is SQLite walking the table; the other half is looking at every byte once, writing times as dates and waiting for the disk.',
          },
          median(ours),
          median(floors),
        ),
        byValue(
          {
            name: 'memory growth during that export',
            limit: 100,
            why: 'The isolate of the export’s thread; pages are released as soon as they are written.',
          },
          Math.max(...growth) / 2 ** 20,
          'MB',
        ),
      ];
    } finally {
      await console.close();
      removeFolder(folder);
    }
  },
};

/** The same rows through the sqlite3 program into a file. */
function bareExport(folder: string): number {
  const script = join(folder, 'export.sql');
  writeFileSync(script, `.headers on\n.mode csv\n.once ${join(folder, 'bare.csv')}\n${everyColumn};\n`);
  return runSqlite(['-readonly', join(folder, 'bulkhead.db'), `.read ${script}`]);
}

async function exportAll(console: Awaited<ReturnType<typeof openTestConsole>>, path: string, count: number) {
  const beforeBytes = process.memoryUsage.rss();
  let peakBytes = beforeBytes;
  const sampler = setInterval(() => {
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
  }, memorySampleMs);
  const tookMs = await timed(async () => {
    const draft = await console.ask('operations.plan', {
      action: 'export',
      collection: 'tickets',
      selection: { mode: 'filter', filter: {} },
      input: { columns, target: console.handle(path) },
    });
    const { file } = await console.run(draft);
    if (file?.rows !== count) throw new Error(`${file?.rows ?? 0} of ${count} tickets were exported`);
  });
  clearInterval(sampler);
  return { tookMs, grewBytes: peakBytes - beforeBytes };
}
