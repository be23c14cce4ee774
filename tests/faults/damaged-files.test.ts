import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findDamage } from '../../src-main/sql/care/damage.ts';
import { openForWriting } from '../../src-main/sql/care/rescue.ts';
import { migrations } from '../../src-main/sql/migrations/index.ts';
import { withClosing } from '../../src-main/sql/open.ts';
import { readRecovery } from '../../src-main/storage/recovery-file.ts';
import { markSuspect } from '../../src-main/storage/suspect-mark.ts';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import type { Backup } from '../../src-shared/domain/backup.ts';
import { seed } from '../builders/property.ts';
import { seedTickets } from '../builders/seed.ts';
import { allTickets, everyTicket, fillTickets, makeTickets } from '../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../builders/workspace.ts';
import { randomFrom } from './harness.ts';
import { size } from './size.ts';
import { startStorageChild } from './storage-harness.ts';

const random = randomFrom(seed);
const rounds = size({ short: 51, long: 1_000 });
const manyTickets = size({ short: 5_000, long: 100_000 });
const pageBytes = 4_096;
const applicationId = 0x426c6b68;

/** A workspace with two backups and an operation after each, and one that was killed before its log was merged. */
let template: string;
let scratch: string;
let backups: readonly Backup[];
let merged: Buffer;
let unmerged: { database: Buffer; log: Buffer };
/** By the name of a backup, the tickets in it. */
const contentOf = new Map<string, string>();

async function edit(app: TestConsole, category: string): Promise<void> {
  const input = { category };
  const request = {
    action: 'update_category',
    collection: 'tickets',
    selection: everyTicket,
    input,
  } as const;
  expect((await app.run(await app.ask('operations.plan', request))).state).toBe('completed');
}

beforeAll(async () => {
  template = makeFolder();
  scratch = makeFolder();
  const file = join(template, 'bulkhead.db');
  fillTickets(
    template,
    makeTickets(300, (id) => ({ description: `Ticket ${id}, `.repeat(id % 40) })),
  );
  let app = await openTestConsole(template);
  for (const category of ['First', 'Second']) {
    await edit(app, category);
    contentOf.set((await app.ask('backups.create', {})).name, ticketsIn(file));
  }
  backups = (await app.ask('backups.list', {})).backups;
  await edit(app, 'Third');
  await app.close();
  merged = readFileSync(file);
  app = await openTestConsole(template);
  await edit(app, 'Fourth');
  unmerged = { database: readFileSync(file), log: readFileSync(`${file}-wal`) };
  await app.close();
});
afterAll(() => {
  removeFolder(template);
  removeFolder(scratch);
});

function ticketsIn(file: string): string {
  return withClosing(new Database(file, { readonly: true }), (db) => {
    const rows = db.prepare('SELECT * FROM tickets ORDER BY id').raw().all();
    return createHash('sha256').update(JSON.stringify(rows)).digest('hex');
  });
}

function below(limit: number): number {
  return Math.floor(random() * limit);
}

/** The files of a workspace: the database and what SQLite keeps beside it. */
interface Files {
  database: Buffer | null;
  log?: Buffer;
  shared?: Buffer;
}

function flipBit(bytes: Buffer, at: number): void {
  bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8));
}

function garble(bytes: Buffer, from: number, length: number): void {
  for (let at = from; at < Math.min(from + length, bytes.length); at += 1) bytes[at] = below(256);
}

const damages: Readonly<Record<string, () => Files>> = {
  'a bit': () => {
    const database = Buffer.from(merged);
    flipBit(database, below(database.length));
    return { database };
  },
  'a bit of the head': () => {
    const database = Buffer.from(merged);
    flipBit(database, below(100));
    return { database };
  },
  'half a kilobyte': () => {
    const database = Buffer.from(merged);
    garble(database, below(database.length), 512);
    return { database };
  },
  'a page of zeros': () => {
    const database = Buffer.from(merged);
    const page = below(database.length / pageBytes);
    database.fill(0, page * pageBytes, (page + 1) * pageBytes);
    return { database };
  },
  'two pages exchanged': () => {
    const database = Buffer.from(merged);
    const [one, other] = [below(database.length / pageBytes), below(database.length / pageBytes)];
    merged.copy(database, one * pageBytes, other * pageBytes, (other + 1) * pageBytes);
    merged.copy(database, other * pageBytes, one * pageBytes, (one + 1) * pageBytes);
    return { database };
  },
  'a file cut short': () => ({ database: merged.subarray(0, below(merged.length)) }),
  'a file cut between pages': () => ({
    database: merged.subarray(0, below(merged.length / pageBytes) * pageBytes),
  }),
  'a log with bits changed': () => {
    const log = Buffer.from(unmerged.log);
    for (let bits = 1 + below(5); bits > 0; bits -= 1) flipBit(log, below(log.length));
    return { database: unmerged.database, log };
  },
  'a log of anything': () => {
    const log = Buffer.alloc(1 + below(40_000));
    garble(log, 0, log.length);
    return { database: merged, log };
  },
  'a damaged file with a good log': () => {
    const database = Buffer.from(unmerged.database);
    garble(database, below(database.length), pageBytes);
    return { database, log: unmerged.log };
  },
  'shared memory of anything': () => {
    const shared = Buffer.alloc(32_768);
    garble(shared, 0, shared.length);
    return { database: unmerged.database, log: unmerged.log, shared };
  },
  'no file': () => ({ database: null }),
  'a log alone': () => ({ database: null, log: unmerged.log }),
  'an empty file': () => ({ database: Buffer.alloc(0) }),
  'a file of zeros': () => ({ database: Buffer.alloc(below(merged.length)) }),
  'a text': () => ({ database: Buffer.from('id,subject\n1,Hello\n'.repeat(1 + below(500))) }),
  'the database of another program': () => {
    const file = join(scratch, 'foreign.db');
    rmSync(file, { force: true });
    const other = new Database(file);
    other.exec('CREATE TABLE notes (text); INSERT INTO notes VALUES (1)');
    other.close();
    return { database: readFileSync(file) };
  },
};

/** Which backups lie beside the file. */
const shelves = ['both', 'both', 'both', 'older only', 'newest damaged', 'all damaged', 'none'] as const;

function putBackups(folder: string, shelf: (typeof shelves)[number]): Backup | null {
  const [newest, older] = backups;
  if (!newest || !older) throw new Error('there are two backups');
  if (shelf === 'none') return null;
  mkdirSync(join(folder, 'backups'));
  const put = ({ name }: Backup, isDamaged: boolean) => {
    const [from, to] = [join(template, 'backups', name), join(folder, 'backups', name)];
    if (!isDamaged) return linkSync(from, to);
    const bytes = readFileSync(from);
    flipBit(bytes, below(bytes.length));
    return writeFileSync(to, bytes);
  };
  if (shelf !== 'older only') put(newest, shelf !== 'both');
  put(older, shelf === 'all damaged');
  return shelf === 'both' ? newest : shelf === 'all damaged' ? null : older;
}

/** What SQLite alone says of these files, and whether they are of the schema that all of them were before. */
function verdictOf(files: Files): 'sound' | 'damaged' {
  const folder = join(scratch, 'verdict');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  try {
    // A connection for reading would not know the tables' CHECKs.
    return withClosing(new Database(put(folder, files), { fileMustExist: true }), (db) => {
      db.pragma('cell_size_check = 1');
      const isEmpty = db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0;
      const isOfOurs = isEmpty || db.pragma('user_version', { simple: true }) === migrations.length;
      return isOfOurs && db.pragma('quick_check', { simple: true }) === 'ok' ? 'sound' : 'damaged';
    });
  } catch (error) {
    if (error instanceof Database.SqliteError) return 'damaged';
    throw error;
  }
}

function put(folder: string, { database, log, shared }: Files): string {
  const file = join(folder, 'bulkhead.db');
  if (database) writeFileSync(file, database);
  if (log) writeFileSync(`${file}-wal`, log);
  if (shared) writeFileSync(`${file}-shm`, shared);
  return file;
}

/** Nothing of the files may be lost or changed. Shared memory holds no data: SQLite writes it anew. */
function expectKept(folder: string, { database, log }: Files): void {
  const file = join(folder, 'bulkhead.db');
  const kept = (path: string) => (existsSync(path) ? readFileSync(path) : null);
  expect(kept(file)?.equals(database ?? Buffer.alloc(1)) ?? database === null).toBe(true);
  if (log) expect(kept(`${file}-wal`)?.equals(log)).toBe(true);
}

type Expected = 'refused' | 'used' | 'restored' | 'anew';

/** What is right for these files, told from their bytes and from what SQLite says. */
function expectedOf(files: Files, best: Backup | null, hasBackups: boolean): Expected {
  const { database } = files;
  const replaced = best ? 'restored' : 'anew';
  if (!database || database.length === 0) return hasBackups || files.log ? replaced : 'used';
  if (database.toString('latin1', 0, 16) !== 'SQLite format 3\0') return hasBackups ? replaced : 'refused';
  const head = Buffer.concat([database, Buffer.alloc(100)]);
  const isNew = head.readInt32BE(68) === 0 && head.readUInt32BE(40) === 0;
  if (head.readInt32BE(68) !== applicationId && !isNew) return 'refused';
  if (head.readInt32BE(60) > migrations.length) return 'refused';
  const isKnown = [18, 19].every((at) => head[at] === 1 || head[at] === 2);
  return isKnown && verdictOf(files) === 'sound' ? 'used' : replaced;
}

function look(name: string, damage: () => Files, shelf: (typeof shelves)[number]): Expected {
  const folder = join(scratch, 'workspace');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const best = putBackups(folder, shelf);
  const files = damage();
  const file = put(folder, files);
  const expected = expectedOf(files, best, shelf !== 'none');
  const context = `${name}, backups: ${shelf}`;
  const nowMs = Date.UTC(2026, 5, 1);
  let met: Expected;
  try {
    withClosing(openForWriting({ file, how: 'first', nowMs }), (db) => {
      expect(db.pragma('quick_check', { simple: true }), context).toBe('ok');
    });
    const recovery = readRecovery(file);
    met = recovery === null ? 'used' : recovery.restoredFrom ? 'restored' : 'anew';
  } catch (error) {
    if (!(error instanceof BulkheadError)) throw error;
    expect(['workspace_foreign', 'workspace_newer'], context).toContain(error.code);
    met = 'refused';
  }
  expect(met, context).toBe(expected);
  if (met === 'refused') {
    expectKept(folder, files);
    expect(readdirSync(folder).filter((entry) => entry === 'damaged' || entry === 'recovery.json')).toEqual(
      [],
    );
  }
  if (met === 'restored' || met === 'anew') {
    const recovery = readRecovery(file);
    expectKept(recovery?.movedTo ?? '', files);
    expect(recovery).toMatchObject({ at: nowMs, problem: expect.stringMatching(/\w/) });
    expect(recovery?.restoredFrom?.name).toBe(best?.name);
    expect(recovery?.missing.length, context).toBeGreaterThan(0);
    if (best) expect(ticketsIn(file), context).toBe(contentOf.get(best.name));
  }
  return met;
}

describe('a damaged file', () => {
  it('is never used, never lost, and the newest good backup stands in its place', () => {
    const counts = { refused: 0, used: 0, restored: 0, anew: 0 };
    const kinds = Object.entries(damages);
    for (let round = 0; round < rounds; round += 1) {
      const [name, damage] = kinds[round % kinds.length] ?? ['', () => ({ database: null })];
      counts[look(name, damage, shelves[below(shelves.length)] ?? 'both')] += 1;
    }
    process.stdout.write(`${rounds} damaged workspaces: ${JSON.stringify(counts)}\n`);
    for (const met of Object.values(counts)) expect(met).toBeGreaterThan(0);
  });

  it('is one, too, whose head names an earlier schema than it has', () => {
    for (let version = 1 - 2 ** 31; version < migrations.length; version = version < 0 ? 0 : version + 1) {
      const damage = () => {
        const database = Buffer.from(merged);
        database.writeInt32BE(version, 60);
        return { database };
      };
      expect(look(`schema ${version}`, damage, 'both')).toBe('restored');
    }
  });

  it('is replaced in the end when the process is killed again and again while it is being replaced', async () => {
    const folder = makeFolder();
    putBackups(folder, 'both');
    const files = { database: Buffer.from(unmerged.database), log: unmerged.log };
    files.database.fill(0, pageBytes, 20 * pageBytes);
    const file = put(folder, files);
    // The account, the database, its log, their shared memory, and the backup in its place.
    const steps = [1, 2, 3, 4, 5].flatMap((nth) =>
      (['kill', 'kill-after'] as const).map((how) => ({ nth, how })),
    );
    for (const step of steps.slice(-size({ short: 3, long: steps.length }))) {
      rmSync(folder, { recursive: true });
      mkdirSync(folder);
      putBackups(folder, 'both');
      put(folder, files);
      const fault = { thread: 'writer', kind: 'file', text: 'renameSync', ...step } as const;
      const child = await startStorageChild({ fault });
      expect(await child.tell({ do: 'open', folder }), JSON.stringify(step)).toBeNull();
      await child.gone;
      withClosing(openForWriting({ file, how: 'first', nowMs: Date.now() }), (db) => {
        expect(db.pragma('quick_check', { simple: true })).toBe('ok');
      });
      const recovery = readRecovery(file);
      expect(recovery).toMatchObject({ problem: expect.stringMatching(/SQLite/), restoredFrom: backups[0] });
      expectKept(recovery?.movedTo ?? '', files);
      expect(ticketsIn(file)).toBe(contentOf.get(backups[0]?.name ?? ''));
      expect(readdirSync(join(folder, 'damaged'))).toHaveLength(1);
    }
    removeFolder(folder);
  });

  it('of many tickets is replaced within ten seconds, and looking for damage takes at most 1.5 times as long as SQLite’s own check', async () => {
    const folder = makeFolder();
    const file = join(folder, 'bulkhead.db');
    seedTickets(folder, manyTickets);
    let app = await openTestConsole(folder);
    const backup = await app.ask('backups.create', {});
    await edit(app, 'After the backup');
    await app.close();
    const bytes = statSync(file).size;

    const timesMs = Array.from({ length: 3 }, () => ({
      plain: timeOf(plainCheck),
      ours: timeOf(findDamage),
    }));
    const best = {
      plain: least(timesMs.map(({ plain }) => plain)),
      ours: least(timesMs.map(({ ours }) => ours)),
    };
    expect(best.ours).toBeLessThan(1.5 * best.plain + 20);

    zero(file, Math.floor(bytes / 2 / pageBytes));
    const startedMs = performance.now();
    app = await openTestConsole(folder);
    const tookMs = performance.now() - startedMs;
    expect(tookMs).toBeLessThan(10_000);
    const { recovery } = await app.ask('workspace.recovery', {});
    expect(recovery?.restoredFrom).toEqual(backup);
    expect(recovery?.missing.join('\n')).toMatch(/“Set category to After the backup” by tester/);
    await app.close();
    process.stdout.write(
      `${(bytes / 1e6).toFixed(0)} MB: looked at in ${((best.ours / bytes) * 1e8).toFixed(0)} ms per 100 MB ` +
        `(SQLite alone ${((best.plain / bytes) * 1e8).toFixed(0)}), replaced in ${(tookMs / 1000).toFixed(1)} s\n`,
    );
    removeFolder(folder);

    function timeOf(check: (file: string) => unknown): number {
      const startedMs = performance.now();
      check(file);
      return performance.now() - startedMs;
    }
  });
});

function plainCheck(file: string): void {
  withClosing(new Database(file), (db) => db.pragma('quick_check'));
}

function least(numbers: readonly number[]): number {
  return Math.min(...numbers);
}

function zero(file: string, page: number, pages = 1): void {
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, Buffer.alloc(pages * pageBytes), 0, pages * pageBytes, page * pageBytes);
  closeSync(descriptor);
}

function lastSchemaPage(file: string): number {
  const text = `SELECT max(pageno) FROM dbstat WHERE name = 'sqlite_schema'`;
  return withClosing(new Database(file), (db) => db.prepare(text).pluck().get() as number);
}

describe('damage that shows while the console runs', () => {
  it('is looked for in the indexes too at the next start, where the quick check does not look', () => {
    const folder = makeFolder();
    const best = putBackups(folder, 'both');
    const file = put(folder, { database: merged });
    const page = withClosing(new Database(file), (db) =>
      Number(db.prepare(`SELECT max(pageno) FROM dbstat WHERE name = 'tickets_category'`).pluck().get()),
    );
    const bytes = readFileSync(file);
    const at = bytes.indexOf('Third', (page - 1) * pageBytes);
    expect(Math.floor(at / pageBytes)).toBe(page - 1);
    bytes.write('Tired', at);
    const open = () => {
      writeFileSync(file, bytes);
      openForWriting({ file, how: 'first', nowMs: Date.now() }).close();
      return readRecovery(file)?.restoredFrom?.name;
    };
    expect(open()).toBeUndefined();
    markSuspect(file);
    expect(open()).toBe(best?.name);
    expect(existsSync(`${file}.suspect`)).toBe(false);
    removeFolder(folder);
  });

  it('stops the operation with the reason, lets nothing be written any more, and the next start restores', async () => {
    const folder = makeFolder();
    const file = join(folder, 'bulkhead.db');
    seedTickets(folder, 6_000);
    let app = await openTestConsole(folder);
    const backup = await app.ask('backups.create', {});
    const before = allTickets(folder);
    const { id } = await app.ask('operations.plan', {
      action: 'update_category',
      collection: 'tickets',
      selection: everyTicket,
      input: { category: 'Everything' },
    });
    const pages = statSync(file).size / pageBytes;
    // The schema is spared and what comes before its last page, so that there is a table that can be written.
    zero(file, lastSchemaPage(file), Math.floor(pages * 0.8));
    // Another program's change makes the console's connections read afresh what they knew.
    withClosing(new Database(file), (db) => db.exec(`INSERT INTO settings VALUES ('other', '1')`));

    const stopped = app.event('operation.updated', ({ operation }) => operation.stoppedBy !== null);
    await app.ask('operations.start', { id });
    expect((await stopped).operation).toMatchObject({
      state: 'paused',
      stoppedBy: { code: 'workspace_damaged' },
    });
    await expect(app.ask('operations.resume', { id })).rejects.toMatchObject({ code: 'workspace_damaged' });
    await expect(app.ask('settings.update', { theme: 'dark' })).rejects.toMatchObject({
      code: 'workspace_damaged',
    });
    await app.close();

    app = await openTestConsole(folder);
    const { recovery } = await app.ask('workspace.recovery', {});
    expect(recovery?.restoredFrom).toEqual(backup);
    await app.ask('workspace.acknowledgeRecovery', {});
    expect(await app.ask('workspace.recovery', {})).toEqual({ recovery: null });
    expect(readdirSync(recovery?.movedTo ?? '').toSorted()).toContain('recovery.json');
    await app.close();
    expect(allTickets(folder)).toEqual(before);
    removeFolder(folder);
  });
});
