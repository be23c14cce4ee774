import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openWriter, withClosing } from '../../src-main/sql/open.ts';
import { makeFolder, openTestConsole, removeFolder } from '../builders/workspace.ts';
import { type Benchmark, byPart, byRatio, median, type Result, type Scale } from './bench.ts';
import { ensureSqlite, runSqlite } from './sqlite-cli.ts';

const data = resolve(import.meta.dirname, '../../../shared/data');
const eventLog = join(data, 'itsm-incident-log-119998.csv');
const forum = join(data, 'firefox-support-2025-43793.csv');

/** Real files from inspection to searchable tickets, against a bare `.import` of the same file. */
export const importBenchmark: Benchmark = {
  name: 'import',
  run: async (scale: Scale): Promise<Result[]> => {
    if (![eventLog, forum].every((file) => existsSync(file))) {
      process.stderr.write('  skipped: the files are not on this machine\n');
      return [];
    }
    await ensureSqlite();
    return [...(await importEvents(scale)), ...(await importQuestions(scale))];
  },
};

async function importEvents(scale: Scale): Promise<Result[]> {
  const { lines, floor, figure } = await measure(eventLog, scale);
  const log = `an event log of ${lines.toLocaleString('en')} lines`;
  return [
    byRatio(
      {
        name: `import of ${log}, inspected, planned and created, over sqlite3 .import`,
        limit: 2,
        why: 'Three phases follow one another, each limited by one thread: inspecting; reading again and collecting each ticket’s rows as its events, while the writer stores the plan; creating. A third of creating is fourteen indexes and the search index, and a quarter the digest of every record for the journal. .import does none of this: it stores one row per line.',
      },
      figure('wholeMs'),
      floor,
    ),
    byPart(
      {
        name: `of which inspecting ${log}, over sqlite3 .import`,
        why: 'A thread is started, loads its code, which is a fifth of the time, and reads the file once; nothing is written.',
      },
      figure('inspectMs'),
      floor,
    ),
    byPart(
      {
        name: `of which planning and creating what is in ${log}, over sqlite3 .import`,
        why: 'Records are written twice, as planned and as created, with everything that belongs to them; .import writes rows once. The disk is not the limit: without syncs, or without merging the log, no difference was measured.',
      },
      figure('writeMs'),
      floor,
    ),
  ];
}

async function importQuestions(scale: Scale): Promise<Result[]> {
  const { lines, floor, figure } = await measure(forum, scale);
  const questions = `${lines.toLocaleString('en')} questions from a forum, newest first`;
  return [
    byRatio(
      {
        name: `import of ${questions}, over sqlite3 .import`,
        limit: 2,
        why: 'Every line is a ticket with a long text. Indexing its words for the search and adding it to fourteen indexes takes longer than the limit allows by itself (next line); and it is written as planned first.',
      },
      figure('wholeMs'),
      floor,
    ),
    byPart(
      {
        name: 'one raw transaction that writes the same tickets, over sqlite3 .import',
        why: 'SQLite alone, with nothing planned and nothing journaled. Six tenths of it is indexing words for the search.',
      },
      figure('rawMs'),
      floor,
    ),
  ];
}

/** Takes turns with `.import`; the figures are medians. */
async function measure(
  path: string,
  scale: Scale,
): Promise<{ lines: number; floor: number; figure: (phase: keyof Phases) => number }> {
  const folder = makeFolder();
  const file = join(folder, 'file.csv');
  const [head = '', ...rows] = readFileSync(path, 'latin1').trimEnd().split('\n');
  const lines = rows.slice(0, scale.lines);
  writeFileSync(file, [head, ...lines, ''].join('\n'), 'latin1');
  const ours: Phases[] = [];
  const floors: number[] = [];
  try {
    for (let round = 0; round < (scale.isSmoke ? 1 : 3); round += 1) {
      floors.push(bareImport(file));
      ours.push(await importFile(file));
    }
  } finally {
    removeFolder(folder);
  }
  const figure = (phase: keyof Phases) => median(ours.map((phases) => phases[phase]));
  return { lines: lines.length, floor: median(floors), figure };
}

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
  /** The same tickets in one transaction and nothing else. */
  readonly rawMs: number;
}

async function importFile(file: string): Promise<Phases> {
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
    return { inspectMs, writeMs: wholeMs - inspectMs, wholeMs, rawMs: rawInsert(folder) };
  } finally {
    await console.close();
    removeFolder(folder);
  }
}

function rawInsert(from: string): number {
  const folder = makeFolder();
  try {
    return withClosing(openWriter(join(folder, 'bulkhead.db')), (db) => {
      db.prepare('ATTACH ? AS made').run(join(from, 'bulkhead.db'));
      const startedMs = performance.now();
      db.exec('BEGIN; INSERT INTO tickets SELECT * FROM made.tickets ORDER BY id; COMMIT');
      return performance.now() - startedMs;
    });
  } finally {
    removeFolder(folder);
  }
}
