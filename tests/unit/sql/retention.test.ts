import { afterEach, beforeEach, expect, it } from 'vitest';
import { cleanOperations, countCleanable, listCleanable } from '../../../src-main/sql/care/retention.ts';
import { insertRemote } from '../../../src-main/sql/mirror/remotes.ts';
import { type Db, openWriter } from '../../../src-main/sql/open.ts';
import { insertDraft, type NewOperation } from '../../../src-main/sql/operations/drafts.ts';
import { checkWorkspace, seedOperation, seedOperations } from '../../builders/history.ts';
import { changeDatabase, readDatabase } from '../../builders/tickets.ts';
import { makeFolder, removeFolder } from '../../builders/workspace.ts';

const nowMs = Date.now();
let folder: string;

/** Three operations on one ticket each, one on ten, and one more on one. */
beforeEach(() => {
  folder = makeFolder();
  openWriter(`${folder}/bulkhead.db`).close();
  seedOperations(folder, 3);
  seedOperation(folder, 10);
  seedOperations(folder, 1);
});
afterEach(() => removeFolder(folder));

const clean = (ids: number[], limit: number) =>
  changeDatabase(folder, (db) => cleanOperations(db, { ids, endedBefore: nowMs, limit, nowMs }));
const list = (after: number, limit: number) =>
  readDatabase(folder, (db) => listCleanable(db, { endedBefore: nowMs, after, limit }));

it('operations are cleaned in one go until so many rows are gone, and the rest goes on from there', () => {
  expect(readDatabase(folder, (db) => countCleanable(db, { endedBefore: nowMs }))).toEqual({
    operations: 5,
    items: 14,
  });
  expect([list(0, 3), list(3, 3), list(5, 3)]).toEqual([[1, 2, 3], [4, 5], []]);
  expect(clean([1, 2, 3, 4, 5], 7)).toEqual({ operations: 3, items: 7, through: 3 });
  expect(checkWorkspace(folder).problems).toEqual([]);
  expect(list(0, 9)).toEqual([4, 5]);
  expect(clean([4, 5], 8)).toEqual({ operations: 2, items: 7, through: 2 });
  expect(list(0, 9)).toEqual([]);
  expect(checkWorkspace(folder).problems).toEqual([]);
});

it('an operation is counted whose last rows are all that there was room for', () => {
  expect(clean([1, 2, 3, 4, 5], 13)).toEqual({ operations: 4, items: 13, through: 4 });
  expect(clean([5], 13)).toEqual({ operations: 1, items: 1, through: 1 });
});

it('an operation that may not go any more is passed over', () => {
  changeDatabase(folder, (db) => db.exec('UPDATE operations SET pinned_at = 1 WHERE id = 2'));
  expect(clean([1, 2, 3], 7)).toEqual({ operations: 2, items: 2, through: 3 });
  expect(list(0, 9)).toEqual([4, 5]);
});

/** A draft that was made from operation 2. */
function draftFrom(db: Db, from: Partial<NewOperation>): void {
  const nothing = { details: [], selection: null, input: {}, undoOf: null, retryOf: null };
  const what = { action: 'delete', title: 'Delete', effect: { kind: 'fields' as const, fields: [] } };
  insertDraft(db, { ...nothing, ...what, collection: 'tickets', actor: 'mina', nowMs, ...from });
}

it.each<[string, (db: Db) => void]>([
  ['an undo', (db) => draftFrom(db, { undoOf: 2 })],
  ['a retry', (db) => draftFrom(db, { retryOf: 2 })],
  [
    'a plan for its records',
    (db) =>
      draftFrom(db, { selection: { mode: 'items', operationId: 2, states: ['failed'], deliveries: [] } }),
  ],
  [
    'a change of which nobody knows whether it arrived',
    (db) =>
      db.exec(`INSERT INTO deliveries (operation_id, seq, record_id, version, remote, state, idempotency_key, settled_at)
        VALUES (2, 1, 1, 1, 'Desk', 'unknown', 'key', 1)`),
  ],
  [
    'a conflict that was not decided',
    (db) => {
      const remote = {
        name: 'Desk',
        address: 'http://desk',
        user: 'mina',
        role: 'agent',
        actor: 'mina',
        nowMs,
      };
      const id = insertRemote(db, { ...remote, workspace: null, collections: ['tickets'] });
      db.prepare(
        `INSERT INTO conflicts (remote_id, operation_id, seq, collection, record_id, found_at) VALUES (?, 2, 1, 'tickets', 1, 1)`,
      ).run(id);
    },
  ],
  [
    'a change that is kept',
    (db) => db.exec('INSERT INTO kept_changes (operation_id, seq, record_id) VALUES (2, 1, 1)'),
  ],
])('an operation stays on which rests %s', (_what, rest) => {
  changeDatabase(folder, rest);
  expect(list(0, 9)).toEqual([1, 3, 4, 5]);
  expect(clean([1, 2, 3], 7)).toEqual({ operations: 2, items: 2, through: 3 });
});
