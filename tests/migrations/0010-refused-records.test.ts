import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { applicationId } from '../../src-main/sql/identity.ts';
import { migrations } from '../../src-main/sql/migrations/index.ts';
import { openWriter } from '../../src-main/sql/open.ts';
import { makeFolder, removeFolder } from '../builders/workspace.ts';

const before = 9;

it('a copy that records are missing from is walked anew, so that it is known which; the others go on', () => {
  const folder = makeFolder();
  const path = join(folder, 'bulkhead.db');
  const old = new Database(path);
  old.pragma('journal_mode = WAL');
  for (const step of migrations.slice(0, before)) {
    if (typeof step === 'string') old.exec(step);
    else step(old);
  }
  old.exec(`INSERT INTO remotes (id, name, address, user, role, created_at) VALUES (1, 'Desk', 'http://desk', 'mina', 'agent', 1);
    INSERT INTO mirrors (remote_id, collection, cursor, is_whole, refused) VALUES (1, 'orders', 'c1', 1, 7), (1, 'tickets', 'c2', 1, 0);
    PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${before};`);
  old.close();

  const db = openWriter(path);
  const mirrors = db
    .prepare('SELECT collection, cursor, epoch, is_whole FROM mirrors ORDER BY 1')
    .raw()
    .all();
  db.close();
  expect(mirrors).toEqual([
    ['orders', null, 2, 0],
    ['tickets', 'c2', 1, 1],
  ]);
  removeFolder(folder);
});
