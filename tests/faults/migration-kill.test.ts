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
import { randomFrom } from '../builders/random.ts';
import { makeSchema1 } from '../builders/schema1.ts';
import { contents, readDatabase } from '../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder } from '../builders/workspace.ts';
import { type Fault, sabotageVariable } from './fault.ts';
import { shipped } from './shipped.ts';
import { size } from './size.ts';

const random = randomFrom(seed);
const kills = size({ short: 9, long: 50 });
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

/** Opens the workspace in a process that meets its death, at a place or after a while; answers whether it was killed. */
async function killWhileOpening(death: Fault | { readonly afterMs: number }): Promise<boolean> {
  const args = ['--import', shipped('sabotage'), shipped('migration-child'), file];
  const isTimed = 'afterMs' in death;
  const armed = isTimed ? {} : { [sabotageVariable]: JSON.stringify(death) };
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...armed },
  });
  const timer = isTimed ? setTimeout(() => child.kill('SIGKILL'), death.afterMs) : undefined;
  const [code, signal] = await once(child, 'exit');
  clearTimeout(timer);
  expect([code, signal], JSON.stringify(death)).toEqual(signal === null ? [0, null] : [null, 'SIGKILL']);
  return signal !== null;
}

const atStatement = { thread: 'writer', kind: 'statement' } as const;
/** The ends of the one transaction that changes the schema, and what is there after a kill at each. */
const ends: readonly { readonly fault: Fault; readonly left: 'old' | 'new' }[] = [
  { fault: { ...atStatement, text: 'BEGIN IMMEDIATE', nth: 1, how: 'kill-after' }, left: 'old' },
  { fault: { ...atStatement, text: 'COMMIT', nth: 1, how: 'kill' }, left: 'old' },
  { fault: { ...atStatement, text: 'COMMIT', nth: 1, how: 'kill-after' }, left: 'new' },
];

describe('a workspace of the first schema', () => {
  it('with many tickets and a history is brought to the present one within ten seconds, and goes on', async () => {
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
    const most = { statements: 400, ms: 900 };
    for (let kill = 0; kill < kills; ) {
      const end = kill % 3 === 0 ? ends[(kill / 3) % ends.length] : undefined;
      const afterMs = random() * most.ms;
      const nth = 1 + Math.floor(random() * most.statements);
      const how = random() < 0.5 ? 'kill' : 'kill-after';
      const isTimed = kill % 6 === 5;
      const startedMs = performance.now();
      const isKilled = await killWhileOpening(
        end?.fault ?? (isTimed ? { afterMs } : { ...atStatement, nth, how }),
      );
      const version = read<number>('PRAGMA user_version');
      expect([1, migrations.length]).toContain(version);
      expect(read('PRAGMA integrity_check')).toBe('ok');
      const left = version === 1 ? 'old' : 'new';
      if (end) expect([isKilled, left], JSON.stringify(end.fault)).toEqual([true, end.left]);
      if (isKilled) {
        kill += 1;
        outcomes[left] += 1;
      } else if (isTimed) most.ms = performance.now() - startedMs;
      else most.statements = nth - 1;
      if (left === 'old') {
        expect(isKilled).toBe(true);
        expect(fingerprint()).toBe(old);
        continue;
      }
      openForWriting({ file, how: 'first', nowMs: Date.now() }).close();
      expect(read('SELECT count(*) FROM tickets')).toBe(500);
      expect(read(`SELECT count(*) FROM journal WHERE event = 'taken_over'`)).toBe(11);
      rmSync(folder, { recursive: true });
      folder = makeFolder();
      file = join(folder, 'bulkhead.db');
      writeFileSync(file, template);
    }
    process.stdout.write(`${kills} kills: ${JSON.stringify(outcomes)}\n`);
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
