import { afterEach, beforeEach, expect, it } from 'vitest';
import { cleanOperations, countCleanable, listCleanable } from '../../../src-main/sql/care/retention.ts';
import { openWriter } from '../../../src-main/sql/open.ts';
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
