import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { initial } from '../../src-main/sql/migrations/0001-initial.ts';
import { readRecovery } from '../../src-main/storage/recovery-file.ts';
import { checkWorkspace } from '../builders/history.ts';
import { changeDatabase, readDatabase } from '../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder } from '../builders/workspace.ts';

let folder: string;

beforeEach(() => {
  folder = makeFolder();
  makeSchema1();
});
afterEach(() => removeFolder(folder));

/** A workspace as schema 1 left it: an operation that is done, one that is paused after item 2 of 4, and a draft. */
function makeSchema1(): void {
  const db = new Database(join(folder, 'bulkhead.db'));
  db.pragma('journal_mode = WAL');
  db.exec(`${initial}; PRAGMA application_id = ${0x426c6b68}; PRAGMA user_version = 1;`);
  const operation = db.prepare(
    `INSERT INTO operations (id, action, collection, title, state, input, effect, forecast, actor, created_at, started_at,
        ended_at, last_seq, next_seq, is_sealed)
      VALUES (@id, 'assign', 'tickets', 'Assign to Mina', @state, '{}', '{"kind":"fields","fields":["assignee"]}',
        '{"durationMs":null,"reversible":true,"warnings":[]}', 'tester', 1, @startedAt, @endedAt, 4, @nextSeq, 1)`,
  );
  operation.run({ id: 1, state: 'completed', startedAt: 2, endedAt: 9, nextSeq: 5 });
  operation.run({ id: 2, state: 'paused', startedAt: 10, endedAt: null, nextSeq: 3 });
  operation.run({ id: 3, state: 'draft', startedAt: null, endedAt: null, nextSeq: 1 });
  db.exec(`
    INSERT INTO tickets (id, external_id, source, subject, description, status, priority, created_at, updated_at, version)
      SELECT value, value, 'test', 'Ticket', '', 'open', 'low', 1, 1, 1 FROM json_each('[1,2,3,4]');
    INSERT INTO items (operation_id, seq, record_id, state, base_version, before, after, attempts, finished_at)
      SELECT o.id, t.id, t.id, iif(t.id < o.next_seq, 'done', 'planned'), 1, '{"assignee":null}', '{"assignee":"Mina"}',
        t.id < o.next_seq, iif(t.id < o.next_seq, 5, NULL) FROM operations o, tickets t;
    INSERT INTO tallies SELECT operation_id, state, '', count(*) FROM items GROUP BY 1, 2;
    INSERT INTO journal (operation_id, at, event, detail) VALUES
      (1, 2, 'started', '{}'), (1, 3, 'running', '{}'), (1, 5, 'chunk', '{"fromSeq":1,"toSeq":4}'), (1, 9, 'completed', '{}'),
      (2, 10, 'started', '{}'), (2, 11, 'chunk', '{"fromSeq":1,"toSeq":2}'), (2, 12, 'paused', '{}');`);
  db.close();
}

it('keeps the journal of schema 1 to the letter, and vouches from then on for what was found', async () => {
  const entries = (): unknown[] =>
    readDatabase(folder, (db) =>
      db.prepare('SELECT seq, operation_id, at, event, detail FROM journal ORDER BY seq').all(),
    );
  const before = entries();
  const app = await openTestConsole(folder);
  try {
    expect(entries().slice(0, before.length)).toEqual(before);
    expect(await app.ask('history.verify', {})).toMatchObject({ entries: 9, items: 6, problems: [] });
    const { entries: told } = await app.ask('operations.journal', { id: 2 });
    expect(told.map(({ event }) => event)).toEqual(['started', 'chunk', 'paused', 'taken_over']);
    const ended = app.ended(2);
    await app.ask('operations.resume', { id: 2 });
    expect(await ended).toMatchObject({ state: 'completed' });
    expect(await app.ask('history.verify', {})).toMatchObject({ items: 8, problems: [] });
  } finally {
    await app.close();
  }
  expect(app.reports).toEqual([]);
});

it('takes a workspace of schema 1 over in which somebody else left tables and indexes of their own', async () => {
  const db = new Database(join(folder, 'bulkhead.db'));
  db.exec('CREATE TABLE notes (text); CREATE INDEX tickets_notes ON tickets (description, id); ANALYZE');
  db.close();
  const app = await openTestConsole(folder);
  expect((await app.ask('operations.journal', { id: 2 })).entries.at(-1)?.event).toBe('taken_over');
  expect(readRecovery(join(folder, 'bulkhead.db'))).toBeNull();
  await app.close();
});

it('finds what is changed afterwards, in entries, items and operations from before', async () => {
  await (await openTestConsole(folder)).close();
  const found = (change: string) => {
    changeDatabase(folder, (db) => db.exec(change));
    return checkWorkspace(folder).problems.map(({ kind, operationId }) => [kind, operationId]);
  };
  expect(found(`UPDATE items SET after = '{"assignee":"Nina"}' WHERE operation_id = 1 AND seq = 2`)).toEqual([
    ['items', 1],
  ]);
  expect(found(`UPDATE operations SET actor = 'nobody' WHERE id = 2`)).toEqual([
    ['items', 1],
    ['operation', 2],
  ]);
  expect(found(`DROP TRIGGER journal_no_update; UPDATE journal SET at = 4 WHERE seq = 3`)).toContainEqual([
    'entry',
    1,
  ]);
});
