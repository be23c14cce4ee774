import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openForWriting } from '../../src-main/sql/care/rescue.ts';
import { withClosing } from '../../src-main/sql/open.ts';
import type { Operation } from '../../src-shared/domain/operation.ts';
import { seed } from '../builders/property.ts';
import { randomFrom } from '../builders/random.ts';
import { everyTicket, fillTickets, makeTickets, theseTickets } from '../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder } from '../builders/workspace.ts';
import { size } from './size.ts';

// https://www.sqlite.org/fileformat2.html#walformat
const logHeader = 32;
const frameHeader = 24;
const frameBytes = frameHeader + 4_096;

const random = randomFrom(seed);
const cuts = size({ short: 60, long: 1_000 });
/** Of the borders between frames, every how many-th is cut at. */
const step = size({ short: 8, long: 1 });

/** What a power cut left: the database as it was merged last, and the log of all that was done since. */
let base: string;
let log: Buffer;
/** How many bytes of the log hold the first so many transactions, and what the workspace then holds. */
let commits: { end: number; state: State }[];
let scratch: string;

interface State {
  readonly journal: string[];
  readonly versions: number;
  readonly items: unknown[];
}

beforeAll(async () => {
  base = makeFolder();
  scratch = makeFolder();
  fillTickets(base, makeTickets(120));
  const app = await openTestConsole(base);
  const edit = (category: string, selection = everyTicket): Promise<Operation> =>
    app.ask('operations.plan', {
      action: 'update_category',
      collection: 'tickets',
      selection,
      input: { category },
    });
  const first = await app.run(await edit('First'));
  await app.run(await edit('Second', theseTickets(1, 7, 33)));
  await app.ask('settings.update', { theme: 'dark' });
  await app.run(await app.ask('operations.undo', { id: first.id }));
  // Nothing is being written: as they are now, a kill or a power cut would leave the files.
  const names = ['bulkhead.db', 'bulkhead.db-wal'] as const;
  const [database, written] = names.map((name) => readFileSync(join(base, name)));
  await app.close();
  if (!database || !written) throw new Error('nothing was left');
  writeFileSync(join(base, 'bulkhead.db'), database);
  log = written.subarray(0, lastCommit(written));
  commits = [];
  for (const end of [0, ...commitEnds(log)]) commits.push({ end, state: openCut(log.subarray(0, end)) });
});
afterAll(() => {
  removeFolder(base);
  removeFolder(scratch);
});

/** Where the frames that end a transaction end. */
function commitEnds(bytes: Buffer): number[] {
  const ends: number[] = [];
  for (let at = logHeader; at + frameBytes <= bytes.length; at += frameBytes) {
    const isOfThisLog = bytes.subarray(at + 8, at + 16).equals(bytes.subarray(16, 24));
    if (isOfThisLog && bytes.readUInt32BE(at + 4) !== 0) ends.push(at + frameBytes);
  }
  return ends;
}

function lastCommit(bytes: Buffer): number {
  return commitEnds(bytes).at(-1) ?? 0;
}

/** Opens the workspace with this log as the console's writer does, and answers what it holds. Nothing may be wrong with it. */
function openCut(cut: Buffer): State {
  const folder = join(scratch, 'cut');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const file = join(folder, 'bulkhead.db');
  copyFileSync(join(base, 'bulkhead.db'), file);
  if (cut.length > 0) writeFileSync(`${file}-wal`, cut);
  return withClosing(openForWriting({ file, how: 'first', nowMs: 0 }), (db) => {
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(db.pragma('foreign_key_check')).toEqual([]);
    return {
      journal: db.prepare('SELECT hash FROM journal ORDER BY seq').pluck().all() as string[],
      versions: Number(db.prepare('SELECT sum(version) FROM tickets').pluck().get()),
      items: db
        .prepare('SELECT operation_id, state, count(*) AS count FROM items GROUP BY 1, 2 ORDER BY 1, 2')
        .all(),
    };
  });
}

/** What a log must hold of which only the first `intact` bytes are as they were written. */
function expectAllThatWasWritten(cut: Buffer, intact: number): void {
  const whole = commits.findLast(({ end }) => end <= intact);
  expect(openCut(cut), `intact to ${intact} of ${log.length}`).toEqual(whole?.state);
}

describe('after a power cut', () => {
  it('what is left is a beginning of all that was done', () => {
    const all = commits.at(-1)?.state.journal ?? [];
    expect(all.length).toBeGreaterThan(8);
    expect(commits.length).toBeGreaterThan(12);
    for (const { state } of commits) expect(all.slice(0, state.journal.length)).toEqual(state.journal);
  });

  it('a log that ends between any two frames holds every transaction that is whole in it', () => {
    for (let end = 0; end <= log.length; end += end === 0 ? logHeader : frameBytes * step)
      expectAllThatWasWritten(log.subarray(0, end), end);
  });

  it('so does one that ends at any byte', () => {
    for (let cut = 0; cut < cuts; cut += 1) {
      const end = Math.floor(random() * log.length);
      expectAllThatWasWritten(log.subarray(0, end), end);
    }
  });

  it('so does one whose last bytes are anything, or whose frames were written in another order', () => {
    for (let cut = 0; cut < cuts / 4; cut += 1) {
      const from = Math.floor(random() * log.length);
      const garbled = Buffer.from(log);
      for (let at = from; at < garbled.length; at += 1) garbled[at] = Math.floor(random() * 256);
      expectAllThatWasWritten(garbled, from);

      const hole = logHeader + Math.floor((random() * log.length) / frameBytes) * frameBytes;
      const torn = Buffer.from(log);
      torn.fill(0, hole, hole + frameBytes);
      expectAllThatWasWritten(torn, hole);
    }
  });
});

describe('a chunk that is done', () => {
  it('is on the disk: the log is synchronised at every commit', () => {
    const file = join(scratch, 'bulkhead.db');
    withClosing(openForWriting({ file, how: 'first', nowMs: 0 }), (db) => {
      const read = (name: string) => db.pragma(name, { simple: true });
      expect([read('journal_mode'), read('synchronous')]).toEqual(['wal', 2]);
      expect([read('fullfsync'), read('checkpoint_fullfsync')]).toEqual([1, 1]);
    });
  });
});
