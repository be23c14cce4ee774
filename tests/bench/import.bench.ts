import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeFolder, openTestConsole, removeFolder } from '../builders/workspace.ts';
import { type Benchmark, byRatio, median, type Result, type Scale, timed } from './bench.ts';
import { ensureSqlite, runSqlite } from './sqlite-cli.ts';

const eventLog = resolve(import.meta.dirname, '../../../shared/data/itsm-incident-log-119998.csv');

/** The event log from inspection to searchable tickets, against a bare `.import` of the same file. */
export const importBenchmark: Benchmark = {
  name: 'import',
  run: async (scale: Scale): Promise<Result[]> => {
    if (!existsSync(eventLog)) {
      process.stderr.write('  skipped: the event log is not on this machine\n');
      return [];
    }
    await ensureSqlite();
    const ours: number[] = [];
    const floors: number[] = [];
    for (let round = 0; round < (scale.isSmoke ? 1 : 3); round += 1) {
      floors.push(bareImport());
      ours.push(await importLog());
    }
    return [byRatio('import of the event log over sqlite3 .import', median(ours), median(floors), 4)];
  },
};

function bareImport(): number {
  const folder = makeFolder();
  try {
    return runSqlite([join(folder, 'bare.db'), `.import --csv ${eventLog} log`]);
  } finally {
    removeFolder(folder);
  }
}

async function importLog(): Promise<number> {
  const folder = makeFolder();
  const console = await openTestConsole(folder);
  try {
    return await timed(async () => {
      const handle = console.handle(eventLog);
      const { proposed } = await console.ask('imports.inspect', { handle });
      const draft = await console.ask('imports.plan', { handle, mapping: proposed });
      const { state } = await console.run(draft);
      if (state !== 'completed') throw new Error(`the import ended as ${state}`);
    });
  } finally {
    await console.close();
    removeFolder(folder);
  }
}
