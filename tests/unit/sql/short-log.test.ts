import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withShortLog } from '../../../src-main/sql/care/short-log.ts';
import { type Db, openReader, openWriter } from '../../../src-main/sql/open.ts';
import { makeFolder, removeFolder } from '../../builders/workspace.ts';

const megabyte = 2 ** 20;

let folder: string;
let file: string;
let db: Db;

beforeEach(() => {
  folder = makeFolder();
  file = join(folder, 'bulkhead.db');
  db = openWriter(file);
  db.exec('CREATE TABLE ballast (bytes BLOB)');
});
afterEach(() => {
  db.close();
  removeFolder(folder);
});

function logMegabytes(): number {
  return statSync(`${file}-wal`).size / megabyte;
}

/** What of the log is in use, after a write that begins it anew where all of it is merged. */
function usedMegabytes(): number {
  db.exec("INSERT INTO ballast VALUES ('')");
  const [state] = db.pragma('wal_checkpoint(NOOP)') as { log: number }[];
  return ((state?.log ?? 0) * 4_096) / megabyte;
}

/** Writes so much to the log, of which nothing is merged by itself. */
function grow(megabytes: number): void {
  db.pragma('wal_autocheckpoint = 0');
  db.prepare('INSERT INTO ballast VALUES (zeroblob(?))').run(megabytes * megabyte);
}

/** A writer with one large and one small method; each writes a little, and answers how much of the log is in use then. */
function methods() {
  const wrapped = withShortLog(file, { large: usedMegabytes, small: usedMegabytes }, ['large']);
  return (name: 'large' | 'small') => wrapped[name]?.(db, undefined as never);
}

describe('a large write', () => {
  it('finds a short log, at once when nobody reads', () => {
    const call = methods();
    grow(20);
    expect(call('large')).toBeGreaterThan(20);
    grow(10);
    expect(call('small')).toBeGreaterThan(30);
    expect(call('large')).toBeLessThan(1);
    // Begun anew in its place: a file that is cut off has to grow again.
    expect(logMegabytes()).toBeGreaterThan(30);
  });

  it('waits for whoever reads an earlier moment; small ones do not', async () => {
    const call = methods();
    grow(1);
    const reader = openReader(file);
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM ballast').get();
    grow(30);
    const waiting = Promise.resolve(call('large'));
    expect(call('small')).toBeGreaterThan(30);
    reader.close();
    expect(await waiting).toBeLessThan(1);
  });
});

it('a log is cut off when nobody has written for a while', async () => {
  const call = methods();
  grow(5);
  call('small');
  expect(logMegabytes()).toBeGreaterThan(5);
  await expect.poll(logMegabytes).toBeLessThan(1);
});
