import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeFolder, openTestConsole, removeFolder } from '../builders/workspace.ts';
import { type Benchmark, byPart, byRatio, median, type Result, type Scale } from './bench.ts';
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
    const folder = makeFolder();
    const file = join(folder, 'log.csv');
    const lines = readFileSync(eventLog, 'latin1')
      .split('\n')
      .slice(0, scale.lines + 1);
    writeFileSync(file, lines.join('\n'), 'latin1');
    const ours: Phases[] = [];
    const floors: number[] = [];
    try {
      for (let round = 0; round < (scale.isSmoke ? 1 : 3); round += 1) {
        floors.push(bareImport(file));
        ours.push(await importLog(file));
      }
    } finally {
      removeFolder(folder);
    }
    const floor = median(floors);
    const log = `an event log of ${(lines.length - 1).toLocaleString('en')} lines`;
    const figure = (phase: keyof Phases) => median(ours.map((phases) => phases[phase]));
    return [
      byRatio(
        {
          name: `import of ${log}, inspected, planned and created, over sqlite3 .import`,
          limit: 2,
          why: 'Three stretches follow one another, each bound by one thread: inspecting; reading once more and gathering the rows of a ticket as its events, while the writer keeps what was planned; creating. Of creating, a third is twelve indexes and the words of the search, and a quarter the digest of every record for the journal. .import does none of it: it keeps one row per line.',
        },
        figure('wholeMs'),
        floor,
      ),
      byPart(
        {
          name: `of it, to inspect ${log}, over sqlite3 .import`,
          why: 'A thread is started and loads its code, which is a fifth of it, and reads the file once; nothing is written.',
        },
        figure('inspectMs'),
        floor,
      ),
      byPart(
        {
          name: `of it, to plan and create what is in ${log}, over sqlite3 .import`,
          why: 'Records are written once as planned and once as created, with all that belongs to them; .import writes rows once. The disk is not what it waits for: without syncs, or without merges of the log, no difference was measured.',
        },
        figure('writeMs'),
        floor,
      ),
    ];
  },
};

function bareImport(file: string): number {
  const folder = makeFolder();
  try {
    return runSqlite([join(folder, 'bare.db'), `.import --csv ${file} log`]);
  } finally {
    removeFolder(folder);
  }
}

interface Phases {
  readonly inspectMs: number;
  /** Plan and run. */
  readonly writeMs: number;
  readonly wholeMs: number;
}

async function importLog(file: string): Promise<Phases> {
  const folder = makeFolder();
  const console = await openTestConsole(folder);
  try {
    const handle = console.handle(file);
    const startedMs = performance.now();
    const { proposed } = await console.ask('imports.inspect', { handle });
    const inspectMs = performance.now() - startedMs;
    const draft = await console.ask('imports.plan', { handle, mapping: proposed });
    const { state } = await console.run(draft);
    if (state !== 'completed') throw new Error(`the import ended as ${state}`);
    const wholeMs = performance.now() - startedMs;
    return { inspectMs, writeMs: wholeMs - inspectMs, wholeMs };
  } finally {
    await console.close();
    removeFolder(folder);
  }
}
