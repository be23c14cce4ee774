import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openForWriting } from '../../src-main/sql/care/rescue.ts';
import { initial } from '../../src-main/sql/migrations/0001-initial.ts';
import { migrations } from '../../src-main/sql/migrations/index.ts';
import { withClosing } from '../../src-main/sql/open.ts';
import { seed } from '../builders/property.ts';
import { makeSchema1 } from '../builders/schema1.ts';
import { contents, readDatabase } from '../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder } from '../builders/workspace.ts';
import { type Fault, sabotageVariable } from './fault.ts';
import { randomFrom } from './harness.ts';
import { shipped } from './shipped.ts';
import { size } from './size.ts';

const random = randomFrom(seed);
const kills = size({ short: 6, long: 50 });
const many = size({ short: 5_000, long: 100_000 });

let folder: string;
let file: string;

beforeEach(() => {
  folder = makeFolder();
  file = join(folder, 'bulkhead.db');
});
afterEach(() => removeFolder(folder));

/** A hash of the schema and of every row. */
function fingerprint(): string {
  return withClosing(new Database(file, { readonly: true }), (db) => {
    const hash = createHash('sha256');
    hash.update(
      JSON.stringify(db.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY 1, 2').raw().all()),
    );
    const tables = db
      .prepare(`SELECT name FROM pragma_table_list WHERE type = 'table' ORDER BY 1`)
      .pluck()
      .all();
    for (const name of tables as string[]) {
      for (const row of db.prepare(`SELECT * FROM "${name}" ORDER BY 1, 2`).raw().iterate())
        hash.update(JSON.stringify(row));
    }
    return hash.digest('hex');
  });
}

function read<T>(text: string): T {
  return withClosing(new Database(file, { readonly: true }), (db) => db.prepare(text).pluck().get() as T);
}

/** Opens the workspace in a process that meets a fault; answers whether it got through. */
async function openInChild(fault: Fault | null, afterMs: number | null): Promise<boolean> {
  const args = ['--import', shipped('sabotage'), shipped('migration-child'), file];
  const armed = fault ? { [sabotageVariable]: JSON.stringify(fault) } : {};
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...armed },
  });
  const timer = afterMs === null ? undefined : setTimeout(() => child.kill('SIGKILL'), afterMs);
  const [code] = await once(child, 'exit');
  clearTimeout(timer);
  return code === 0;
}

describe('a workspace of the first schema', () => {
  it('with many tickets and a history is of the present one within ten seconds, and goes on', async () => {
    makeSchema1(folder, { tickets: many, operations: 30, itemsEach: many / 20 });
    const before = contents(folder);
    const startedMs = performance.now();
    openForWriting({ file, how: 'first', nowMs: Date.now() }).close();
    const tookMs = performance.now() - startedMs;
    process.stdout.write(`${many} tickets in ${(tookMs / 1000).toFixed(2)} s\n`);
    expect(tookMs).toBeLessThan(10_000);
    expect(read('PRAGMA user_version')).toBe(migrations.length);
    expect(contents(folder)).toEqual(before);
    expect(readDatabase(folder, (db) => db.pragma('integrity_check', { simple: true }))).toBe('ok');

    const app = await openTestConsole(folder);
    expect(await app.ask('history.verify', {})).toMatchObject({ problems: [] });
    const { operations } = await app.ask('operations.list', { limit: 50 });
    expect(operations).toHaveLength(29);
    await app.ask('operations.resume', { id: 29 });
    expect((await app.ended(29)).tallies).toContainEqual({ state: 'done', reason: null, count: many / 20 });
    await app.close();
    expect(app.reports).toEqual([]);
  });

  it('is of the old or the new schema after a kill at any moment, never between', async () => {
    makeSchema1(folder, { tickets: 500, operations: 12, itemsEach: 60 });
    const old = fingerprint();
    const template = readFileSync(file);
    const outcomes = { old: 0, new: 0 };
    /** Statements of the writer until it is through, and how long that takes: learned from those who get through. */
    let most = { statements: 400, ms: 900 };
    for (let kill = 0; kill < kills; kill += 1) {
      const nth = 1 + Math.floor(random() * most.statements);
      const how = random() < 0.5 ? 'kill' : 'kill-after';
      const isTimed = kill % 5 === 4;
      const startedMs = performance.now();
      const isThrough = isTimed
        ? await openInChild(null, random() * most.ms)
        : await openInChild({ thread: 'writer', kind: 'statement', nth, how }, null);
      if (isThrough && isTimed) most = { ...most, ms: performance.now() - startedMs };
      else if (isThrough) most = { ...most, statements: nth };
      const version = read<number>('PRAGMA user_version');
      expect([1, migrations.length]).toContain(version);
      expect(read('PRAGMA integrity_check')).toBe('ok');
      if (version === 1) {
        outcomes.old += 1;
        expect(fingerprint()).toBe(old);
        continue;
      }
      outcomes.new += 1;
      openForWriting({ file, how: 'first', nowMs: Date.now() }).close();
      expect(read('SELECT count(*) FROM tickets')).toBe(500);
      expect(read(`SELECT count(*) FROM journal WHERE event = 'taken_over'`)).toBe(11);
      rmSync(folder, { recursive: true });
      folder = makeFolder();
      file = join(folder, 'bulkhead.db');
      writeFileSync(file, template);
    }
    process.stdout.write(`${kills} kills: ${JSON.stringify(outcomes)}\n`);
    expect(outcomes.old).toBeGreaterThan(0);
  });
});

describe('an older Bulkhead', () => {
  it('refuses a workspace of the present schema, and not one byte of it changes', async () => {
    openForWriting({ file, how: 'first', nowMs: Date.now() }).close();
    const before = readFileSync(file);
    vi.resetModules();
    vi.doMock('../../src-main/sql/migrations/index.ts', () => ({ migrations: [initial] }));
    const older = await import('../../src-main/sql/care/rescue.ts');
    expect(() => older.openForWriting({ file, how: 'first', nowMs: Date.now() })).toThrow(
      /made by a newer Bulkhead \(schema \d+; this one knows 1\)\. It was not touched/,
    );
    expect(readFileSync(file).equals(before)).toBe(true);
    vi.doUnmock('../../src-main/sql/migrations/index.ts');
  });
});
