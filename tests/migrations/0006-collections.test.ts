import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { applicationId } from '../../src-main/sql/identity.ts';
import { migrations } from '../../src-main/sql/migrations/index.ts';
import { makeFolder, openTestConsole, removeFolder } from '../builders/workspace.ts';

const before = 5;

/** A workspace as the schema before left it, with preferences for the one list there was. */
function makeSchema5(folder: string): void {
  const db = new Database(join(folder, 'bulkhead.db'));
  db.pragma('journal_mode = WAL');
  for (const step of migrations.slice(0, before)) {
    if (typeof step === 'string') db.exec(step);
    else step(db);
  }
  const keep = db.prepare('INSERT INTO settings (name, value) VALUES (?, ?)');
  keep.run('columns', '["key","status"]');
  keep.run('savedFilters', '[{"name":"Mine","text":"assignee:ada"},{"name":"All","text":""}]');
  keep.run('theme', '"dark"');
  db.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${before};`);
  db.close();
}

it('what was set up for the one list there was is set up for tickets now', async () => {
  const folder = makeFolder();
  makeSchema5(folder);
  const app = await openTestConsole(folder);
  try {
    expect(await app.ask('settings.get', {})).toMatchObject({
      theme: 'dark',
      columns: { tickets: ['key', 'status'] },
      savedFilters: [
        { collection: 'tickets', name: 'Mine', text: 'assignee:ada' },
        { collection: 'tickets', name: 'All', text: '' },
      ],
    });
    for (const collection of ['sessions', 'videos', 'orders'] as const)
      expect(await app.ask('records.count', { collection, filter: {} })).toEqual({ count: 0 });
  } finally {
    await app.close();
  }
  expect(app.reports).toEqual([]);
  removeFolder(folder);
});
