import { promises as fs, readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { migrations } from '../../src-main/sql/migrations/index.ts';
import { assertSafeSqlite } from '../../src-main/sql/open.ts';
import { fillTickets, makeTickets } from '../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder } from '../builders/workspace.ts';
import { type StorageChild, startStorageChild } from './storage-harness.ts';

let folder: string;
let file: string;
const children: StorageChild[] = [];

beforeEach(() => {
  folder = makeFolder();
  file = join(folder, 'bulkhead.db');
});
afterEach(async () => {
  for (const child of children.splice(0)) await child.kill();
  removeFolder(folder);
});

async function start(options: { preload?: string } = {}): Promise<StorageChild> {
  const child = await startStorageChild(options);
  children.push(child);
  return child;
}

function codeOf(work: () => void): string {
  try {
    work();
    return 'taken';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('SQLite itself', () => {
  it.each(['2.8.17', '3.7.0', '3.44.5', '3.50.7', '3.51.0', '3.51.2'])(
    'is refused before the fix of its log, as in %s',
    (version) => {
      expect(codeOf(() => assertSafeSqlite(version))).toBe('storage_error');
    },
  );

  it.each(['3.51.3', '3.51.10', '3.52.0', '3.100.1', '4.0.0'])('is taken since, as in %s', (version) => {
    expect(codeOf(() => assertSafeSqlite(version))).toBe('taken');
  });

  it('is asked at every start which version it is', async () => {
    const child = await start({ preload: 'old-sqlite' });
    expect(await child.tell({ do: 'open', folder })).toMatchObject({
      code: 'storage_error',
      message: expect.stringContaining('SQLite 3.51.2 can lose data; 3.51.3 is needed'),
    });
  });
});

describe('a file that the console may not use', () => {
  beforeEach(() => fillTickets(folder, makeTickets(5)));

  it.each<[string, string, (db: Database.Database) => void]>([
    ['of another program', 'workspace_foreign', (db) => db.pragma('application_id = 77')],
    ['of a newer Bulkhead', 'workspace_newer', (db) => db.pragma(`user_version = ${migrations.length + 1}`)],
  ])('%s is refused and stays as it is', async (_name, code, change) => {
    const db = new Database(file);
    change(db);
    db.close();
    const before = readFileSync(file);
    await expect(openTestConsole(folder)).rejects.toMatchObject({ code });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('on a network drive is refused, whatever it is, and nothing is made beside it', async () => {
    const real = await fs.statfs(folder);
    vi.spyOn(fs, 'statfs').mockResolvedValue({ ...real, type: 0x6969 });
    const before = readdirSync(folder);
    await expect(openTestConsole(folder)).rejects.toMatchObject({ code: 'workspace_network' });
    expect(readdirSync(folder)).toEqual(before);
  });
});

describe('a running console', () => {
  beforeEach(() => fillTickets(folder, makeTickets(200)));

  it.runIf(process.platform === 'linux')(
    'has one SQLite in its memory and one connection that may write',
    async () => {
      const child = await start();
      await child.tell({ do: 'open', folder });
      await child.tell({ do: 'edit' });
      const library = mappedFiles(child.pid).filter(
        (path) => path !== realpathSync(process.execPath) && holdsSqlite(path),
      );
      expect(library).toEqual([expect.stringMatching(/better-sqlite3.*\.node$/)]);
      const answer = await child.tell({ do: 'list-modules' });
      const modules = answer?.said === 'done' ? (answer.modules ?? []) : [];
      expect(modules.length).toBeGreaterThan(50);
      expect(modules.filter((name) => /sqlite/i.test(name))).toEqual([]);
      expect(connections(child.pid)).toEqual({ writing: 1, reading: 1 });
    },
  );
});

/** Files whose code or data a process has in its memory. */
function mappedFiles(pid: number): string[] {
  const lines = readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n');
  const paths = lines
    .map((line) => line.slice(line.indexOf('/')).trim())
    .filter((path) => path.startsWith('/'));
  return [...new Set(paths)].filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true);
}

/** Every build of SQLite names its version so in its code. */
function holdsSqlite(path: string): boolean {
  return path.endsWith('.db-shm') ? false : readFileSync(path).includes('SQLite format 3\0');
}

/** The database's descriptors, by whether they may write. */
function connections(pid: number): { writing: number; reading: number } {
  const counts = { writing: 0, reading: 0 };
  for (const fd of readdirSync(`/proc/${pid}/fd`)) {
    if (readlinkSync(`/proc/${pid}/fd/${fd}`) !== realpathSync(file)) continue;
    const flags = /^flags:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'))?.[1] ?? '0';
    // O_ACCMODE: 0 reads, 1 writes, 2 does both.
    if ((Number.parseInt(flags, 8) & 3) === 0) counts.reading += 1;
    else counts.writing += 1;
  }
  return counts;
}
