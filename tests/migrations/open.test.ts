import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrations } from '../../src-main/sql/migrations/index.ts';
import { openReader, openWriter } from '../../src-main/sql/open.ts';
import { allTickets, fillTickets, makeTickets } from '../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder } from '../builders/workspace.ts';

const applicationId = 0x426c6b68;
let folder: string;
let file: string;

beforeEach(() => {
  folder = makeFolder();
  file = join(folder, 'bulkhead.db');
});
afterEach(() => removeFolder(folder));

function withFile<T>(use: (db: Database.Database) => T): T {
  const db = new Database(file);
  try {
    return use(db);
  } finally {
    db.close();
  }
}

/** The bytes of the database and of what belongs to it. The lock beside it and shared memory hold no data. */
function bytes(): Record<string, string> {
  const names = readdirSync(folder).filter((name) => !name.endsWith('.owner') && !name.endsWith('-shm'));
  return Object.fromEntries(
    names.map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex'),
    ]),
  );
}

async function expectRefused(code: string): Promise<void> {
  const before = bytes();
  const { mtimeMs } = statSync(file);
  await expect(openTestConsole(folder)).rejects.toMatchObject({
    code,
    message: expect.stringContaining('not touched'),
  });
  expect(bytes()).toEqual(before);
  expect(statSync(file).mtimeMs).toBe(mtimeMs);
}

describe('a new workspace', () => {
  it('is stamped as ours and with the version of its schema', () => {
    openWriter(file).close();
    withFile((db) => {
      expect(db.pragma('application_id', { simple: true })).toBe(applicationId);
      expect(db.pragma('user_version', { simple: true })).toBe(migrations.length);
      expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    });
  });

  it('has strict tables throughout and foreign keys that hold', () => {
    openWriter(file).close();
    withFile((db) => {
      const loose = db
        .prepare(
          `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%'`,
        )
        .pluck()
        .all();
      expect(loose).toEqual([]);
      expect(db.pragma('foreign_key_check')).toEqual([]);
    });
  });

  it('is written durably and by nobody but the writer', () => {
    const writer = openWriter(file);
    const reader = openReader(file);
    try {
      expect(writer.pragma('synchronous', { simple: true })).toBe(2);
      expect(writer.pragma('foreign_keys', { simple: true })).toBe(1);
      expect(writer.pragma('trusted_schema', { simple: true })).toBe(0);
      expect(() => reader.exec('DELETE FROM tickets')).toThrow(/readonly|read-only/);
    } finally {
      reader.close();
      writer.close();
    }
  });
});

describe('a workspace that is opened again', () => {
  it('keeps its tickets and its schema', async () => {
    fillTickets(folder, makeTickets(20));
    const before = allTickets(folder);
    const schema = () =>
      withFile((db) => db.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY name').all());
    const first = schema();
    const app = await openTestConsole(folder);
    await app.close();
    expect(allTickets(folder)).toEqual(before);
    expect(schema()).toEqual(first);
  });
});

describe('a file that is not ours is refused and not one byte of it changes', () => {
  it('a newer workspace', async () => {
    fillTickets(folder, makeTickets(5));
    withFile((db) => db.pragma(`user_version = ${migrations.length + 1}`));
    await expectRefused('workspace_newer');
  });

  it('a database of another program', async () => {
    withFile((db) => db.exec('CREATE TABLE notes (text); INSERT INTO notes VALUES (1)'));
    await expectRefused('workspace_foreign');
  });

  it('a database of another program with a mark of its own and nothing in it', async () => {
    withFile((db) => db.pragma('application_id = 77'));
    await expectRefused('workspace_foreign');
  });

  it('a database of another program whose last writes are still in its log', async () => {
    leaveAsKilled((db) => {
      db.pragma('journal_mode = WAL');
      db.exec('CREATE TABLE notes (text); INSERT INTO notes VALUES (1)');
    });
    await expectRefused('workspace_foreign');
  });

  it('a newer workspace whose version is still in its log', async () => {
    fillTickets(folder, makeTickets(5));
    leaveAsKilled((db) => db.pragma(`user_version = ${migrations.length + 1}`));
    await expectRefused('workspace_newer');
  });

  /** Writes to the file and puts file and log back as they are before they are merged. */
  function leaveAsKilled(use: (db: Database.Database) => void): void {
    const db = new Database(file);
    use(db);
    const kept = ['bulkhead.db', 'bulkhead.db-wal']
      .map((name) => join(folder, name))
      .map((path) => [path, readFileSync(path)] as const);
    db.close();
    for (const [path, content] of kept) writeFileSync(path, content);
    expect(kept[1]?.[1].length).toBeGreaterThan(0);
  }

  it('a text file', async () => {
    writeFileSync(file, 'id,subject\n1,Hello\n'.repeat(500));
    await expectRefused('workspace_foreign');
  });

  it('a file of zeros', async () => {
    writeFileSync(file, Buffer.alloc(8192));
    await expectRefused('workspace_foreign');
  });
});

describe('an empty file', () => {
  it('becomes a workspace: that is what a kill in the first moment leaves', async () => {
    writeFileSync(file, '');
    const app = await openTestConsole(folder);
    await app.close();
    expect(existsSync(file)).toBe(true);
    expect(allTickets(folder)).toEqual([]);
  });
});
