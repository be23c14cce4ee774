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

/** Writes so much to the log, of which nothing is merged by itself. */
function grow(megabytes: number): void {
  db.pragma('wal_autocheckpoint = 0');
  db.prepare('INSERT INTO ballast VALUES (zeroblob(?))').run(megabytes * megabyte);
}

/** A writer with one large and one small method; each answers how large the log was. */
function methods() {
  const wrapped = withShortLog(file, { large: logMegabytes, small: logMegabytes }, ['large']);
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
  await expect.poll(logMegabytes, { timeout: 10_000 }).toBeLessThan(1);
});
