import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect } from 'vitest';
import { withClosing } from '../../../src-main/sql/open.ts';
import type { Backup } from '../../../src-shared/domain/backup.ts';
import { seed } from '../../builders/property.ts';
import { randomFrom } from '../../builders/random.ts';
import { everyTicket, fillTickets, makeTickets } from '../../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../../builders/workspace.ts';

export const pageBytes = 4_096;
const random = randomFrom(seed);

/** A workspace with two backups and an operation after each, and one that was killed before its log was merged. */
export interface Originals {
  readonly scratch: string;
  /** The newest first. */
  readonly backups: readonly Backup[];
  readonly merged: Buffer;
  readonly unmerged: { readonly database: Buffer; readonly log: Buffer };
  /** By the name of a backup, the tickets in it. */
  readonly contentOf: ReadonlyMap<string, string>;
  /** Puts backups into a folder as the shelf says, and answers which one is to be restored. */
  putBackups(folder: string, shelf: Shelf): Backup | null;
}

/** One for all tests of a file. */
export function useOriginals(): Originals {
  let template: string;
  let scratch: string;
  let backups: readonly Backup[];
  let merged: Buffer;
  let unmerged: { database: Buffer; log: Buffer };
  const contentOf = new Map<string, string>();

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

  function putBackups(folder: string, shelf: Shelf): Backup | null {
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

  return {
    get scratch() {
      return scratch;
    },
    get backups() {
      return backups;
    },
    get merged() {
      return merged;
    },
    get unmerged() {
      return unmerged;
    },
    contentOf,
    putBackups,
  };
}

/** Which backups lie beside the file. */
export const shelves = [
  'both',
  'both',
  'both',
  'older only',
  'newest damaged',
  'all damaged',
  'none',
] as const;
export type Shelf = (typeof shelves)[number];

export async function edit(app: TestConsole, category: string): Promise<void> {
  const input = { category };
  const request = {
    action: 'update_category',
    collection: 'tickets',
    selection: everyTicket,
    input,
  } as const;
  expect((await app.run(await app.ask('operations.plan', request))).state).toBe('completed');
}

export function ticketsIn(file: string): string {
  return withClosing(new Database(file, { readonly: true }), (db) => {
    const rows = db.prepare('SELECT * FROM tickets ORDER BY id').raw().all();
    return createHash('sha256').update(JSON.stringify(rows)).digest('hex');
  });
}

export function below(limit: number): number {
  return Math.floor(random() * limit);
}

/** The files of a workspace: the database and what SQLite keeps beside it. */
export interface Files {
  database: Buffer | null;
  log?: Buffer;
  shared?: Buffer;
}

export function flipBit(bytes: Buffer, at: number): void {
  bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8));
}

export function garble(bytes: Buffer, from: number, length: number): void {
  for (let at = from; at < Math.min(from + length, bytes.length); at += 1) bytes[at] = below(256);
}

export function put(folder: string, { database, log, shared }: Files): string {
  const file = join(folder, 'bulkhead.db');
  if (database) writeFileSync(file, database);
  if (log) writeFileSync(`${file}-wal`, log);
  if (shared) writeFileSync(`${file}-shm`, shared);
  return file;
}

/** Nothing of the files may be lost or changed. Shared memory holds no data: SQLite writes it anew. */
export function expectKept(folder: string, { database, log }: Files): void {
  const file = join(folder, 'bulkhead.db');
  const kept = (path: string) => (existsSync(path) ? readFileSync(path) : null);
  expect(kept(file)?.equals(database ?? Buffer.alloc(1)) ?? database === null).toBe(true);
  if (log) expect(kept(`${file}-wal`)?.equals(log)).toBe(true);
}

export function zero(file: string, page: number, pages = 1): void {
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, Buffer.alloc(pages * pageBytes), 0, pages * pageBytes, page * pageBytes);
  closeSync(descriptor);
}
