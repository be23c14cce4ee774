import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Db, openWriter } from '../../../src-main/sql/open.ts';
import { finishOperation } from '../../../src-main/sql/operations/apply.ts';
import { discardDraft, insertDraft } from '../../../src-main/sql/operations/drafts.ts';
import { listJournal } from '../../../src-main/sql/operations/journal.ts';
import {
  dismissEnded,
  dismissOperation,
  pinOperation,
} from '../../../src-main/sql/operations/operation-changes.ts';
import { getOperation } from '../../../src-main/sql/operations/operations.ts';
import { insertTickets, makeTickets } from '../../builders/tickets.ts';
import { applyChange, nowMs } from '../../builders/told-changes.ts';
import { makeFolder, removeFolder } from '../../builders/workspace.ts';

let folder: string;
let db: Db;

beforeEach(() => {
  folder = makeFolder();
  db = openWriter(`${folder}/bulkhead.db`);
  insertTickets(db, makeTickets(2));
});
afterEach(() => {
  db.close();
  removeFolder(folder);
});

/** An operation that somebody asked for and that has ended. */
function ended(actor: string): number {
  const id = applyChange(db, { ids: [1, 2], values: { category: actor }, limit: 2, remotes: [] });
  db.prepare('UPDATE operations SET actor = ? WHERE id = ?').run(actor, id);
  finishOperation(db, { operationId: id, nowMs });
  return id;
}

function eventsOf(operationId: number): string[] {
  return listJournal(db, { operationId }).map(({ event }) => event);
}

it('what has ended is taken off the rail of whoever asked for it, and that is told once', () => {
  const [mine, theirs] = [ended('mina'), ended('kim')];
  dismissEnded(db, { actor: 'mina', after: 0, limit: 9, nowMs });
  dismissOperation(db, { id: mine, actor: 'mina', nowMs });
  expect([mine, theirs].map((id) => getOperation(db, { id }).operation.isDismissed)).toEqual([true, false]);
  expect(eventsOf(mine)).toEqual(['started', 'running', 'chunk', 'completed', 'dismissed']);
});

it('what is kept from retention says so once', () => {
  const id = ended('mina');
  for (const isPinned of [true, true, false, false]) pinOperation(db, { id, isPinned, actor: 'mina', nowMs });
  expect(eventsOf(id).slice(-2)).toEqual(['pinned', 'unpinned']);
  expect(eventsOf(id)).toHaveLength(6);
});

it('a plan that is kept from retention is in no journal: it may still be thrown away', () => {
  const id = insertDraft(db, {
    action: 'delete',
    collection: 'tickets',
    title: 'Delete',
    details: [],
    selection: null,
    input: {},
    effect: { kind: 'fields', fields: ['deletedAt'] },
    actor: 'mina',
    nowMs,
    undoOf: null,
    retryOf: null,
  });
  expect(pinOperation(db, { id, isPinned: true, actor: 'mina', nowMs }).operation.isPinned).toBe(true);
  expect(eventsOf(id)).toEqual([]);
  expect(discardDraft(db, { id, limit: 9 })).toBe(true);
});
