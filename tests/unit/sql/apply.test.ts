import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Db, openWriter } from '../../../src-main/sql/open.ts';
import { applyChunk, cancelRest, finishOperation } from '../../../src-main/sql/operations/apply.ts';
import { cutPlan } from '../../../src-main/sql/operations/cut-plan.ts';
import { insertDraft, sealDraft } from '../../../src-main/sql/operations/drafts.ts';
import { moveOperation, requestCancel } from '../../../src-main/sql/operations/operation-changes.ts';
import { getOperation } from '../../../src-main/sql/operations/operations.ts';
import { planAgain, planChange } from '../../../src-main/sql/operations/plan.ts';
import { type FailedTry, noteFailedTry } from '../../../src-main/sql/operations/tries.ts';
import type { Fields } from '../../builders/records.ts';
import { insertTickets, makeTicket, makeTickets } from '../../builders/tickets.ts';
import { makeFolder, removeFolder } from '../../builders/workspace.ts';

const nowMs = 1_000_000;
let folder: string;
let db: Db;
let id: number;

beforeEach(() => {
  folder = makeFolder();
  db = openWriter(`${folder}/bulkhead.db`);
  insertTickets(db, makeTickets(10));
  id = draftOf('category');
  planAll(id, { values: { category: 'moved' } });
  start(id);
});
afterEach(() => {
  db.close();
  removeFolder(folder);
});

/** A draft that is to set a field, still without items. */
function draftOf(field: string, retryOf: number | null = null): number {
  return insertDraft(db, {
    action: 'update',
    collection: 'tickets',
    title: 'Set field',
    actor: 'tester',
    details: [],
    selection: null,
    undoOf: null,
    retryOf,
    input: {},
    effect: { kind: 'fields', fields: [field] },
    nowMs,
  });
}

function planAll(operationId: number, change: { values: Fields; forDeleted?: boolean }): void {
  const { values, forDeleted = false } = change;
  const ids = Float64Array.from({ length: 10 }, (_, at) => at + 1);
  planChange(db, { operationId, ids, change: { kind: 'set', values, rules: [] }, forDeleted, nowMs });
}

function start(operationId: number): void {
  sealDraft(db, { id: operationId, reversible: true, warnings: [] });
  moveOperation(db, { id: operationId, from: ['draft'], to: 'pending', nowMs, event: 'started' });
  moveOperation(db, { id: operationId, from: ['pending'], to: 'in_progress', nowMs, event: 'running' });
}

/** States and reasons of the items of an operation, in order. */
function itemsOf(operationId: number): string[] {
  return db
    .prepare(`SELECT state || coalesce(' ' || reason, '') FROM items WHERE operation_id = ? ORDER BY seq`)
    .pluck()
    .all(operationId) as string[];
}

function apply(): number {
  applyChunk(db, { operationId: id, limit: 4, nowMs, runMs: 0, remotes: [] });
  return Number(db.prepare("SELECT count(*) FROM tickets WHERE category = 'moved'").pluck().get());
}

it('a chunk that begins after a cancel was asked for does nothing', () => {
  expect(apply()).toBe(4);
  requestCancel(db, { id, nowMs });
  expect(apply()).toBe(4);
});

it('a chunk that begins after a pause does nothing, and goes on after it', () => {
  expect(apply()).toBe(4);
  moveOperation(db, { id, from: ['in_progress'], to: 'paused', nowMs, event: 'paused' });
  expect(apply()).toBe(4);
  moveOperation(db, { id, from: ['paused'], to: 'in_progress', nowMs, event: 'resumed' });
  expect([apply(), apply(), apply()]).toEqual([8, 10, 10]);
});

it('what is being ended by a rule keeps that reason through a pause', () => {
  const stoppedBy = { code: 'too_many_errors', message: 'Too many failed.' } as const;
  apply();
  requestCancel(db, { id, nowMs, stoppedBy });
  moveOperation(db, { id, from: ['in_progress'], to: 'paused', nowMs, event: 'paused' });
  cancelRest(db, { operationId: id, limit: 10, nowMs });
  expect(finishOperation(db, { operationId: id, nowMs }).operation).toMatchObject({
    state: 'failed',
    stoppedBy,
  });
});

it('an item whose values cannot be read costs that item', () => {
  db.prepare(`UPDATE items SET after = '{' WHERE operation_id = ? AND seq = 2`).run(id);
  expect([apply(), apply(), apply()]).toEqual([3, 7, 9]);
  expect(finishOperation(db, { operationId: id, nowMs }).operation).toMatchObject({
    state: 'partial',
    tallies: expect.arrayContaining([{ state: 'failed', reason: 'storage_error', count: 1 }]),
  });
});

it('a chunk that killed its thread is counted, unless it was done after all or the operation was paused', () => {
  const tried = { operationId: id, nowMs, runMs: 0, code: 'worker_lost', message: 'Gone.', failures: 1 };
  const note = (chunk: FailedTry['chunk']) => noteFailedTry(db, { ...tried, chunk });
  const attempts = () =>
    db.prepare('SELECT attempts FROM items WHERE operation_id = ? ORDER BY seq').pluck().all(id).join('');
  apply();
  note({ fromSeq: 1, limit: 4 });
  expect(attempts()).toBe('1111000000');
  note({ fromSeq: 5, limit: 2 });
  expect(attempts()).toBe('1111110000');
  moveOperation(db, { id, from: ['in_progress'], to: 'paused', nowMs, event: 'paused' });
  note({ fromSeq: 5, limit: 2 });
  expect(attempts()).toBe('1111110000');
  const told = db.prepare("SELECT count(*) FROM journal WHERE operation_id = ? AND event = 'tried_again'");
  expect(told.pluck().get(id)).toBe(1);
});

it('nothing is added to an operation that was started', () => {
  expect(() => planAll(id, { values: { category: 'more' } })).toThrow('has been started already');
  expect(itemsOf(id)).toHaveLength(10);
});

it('a ticket that is there again under another number by then is not restored beside it', () => {
  db.exec('UPDATE tickets SET deleted_at = 1 WHERE id <= 2');
  const restore = draftOf('deletedAt');
  planAll(restore, { values: { deletedAt: null }, forDeleted: true });
  const deleted = db.prepare('SELECT source, external_id FROM tickets WHERE id = 1').get() as {
    source: string;
    external_id: string;
  };
  insertTickets(db, [makeTicket(77, deleted)]);
  start(restore);
  applyChunk(db, { operationId: restore, limit: 10, nowMs, runMs: 0, remotes: [] });
  expect(itemsOf(restore).slice(0, 3)).toEqual(['failed duplicate', 'done', 'skipped not_deleted']);
});

it('what is tried again as it was planned spares what somebody changed since', () => {
  apply();
  requestCancel(db, { id, nowMs });
  cancelRest(db, { operationId: id, limit: 10, nowMs });
  finishOperation(db, { operationId: id, nowMs });
  db.exec(`UPDATE tickets SET category = 'Yours', version = version + 1 WHERE id = 6`);
  const again = draftOf('category', id);
  expect(planAgain(db, { operationId: again, of: id, afterSeq: 0, limit: 10 })).toBe(null);
  expect(itemsOf(again)).toEqual([
    'planned',
    'skipped changed_since',
    'planned',
    'planned',
    'planned',
    'planned',
  ]);
});

it('a plan ends with the record that is one too many of those that cannot be changed', () => {
  db.exec(`UPDATE tickets SET category = 'late' WHERE id IN (2, 4, 10)`);
  const cut = (maxErrors: number) => {
    const draft = draftOf('category');
    planAll(draft, { values: { category: 'late' } });
    return [cutPlan(db, { operationId: draft, maxErrors }), draft];
  };
  const [count, draft = 0] = cut(2);
  expect(count).toBe(6);
  const kept = ['planned', 'skipped already_so', 'planned', 'skipped already_so'];
  expect(itemsOf(draft)).toEqual([...kept, ...Array.from({ length: 6 }, () => 'cancelled')]);
  expect(getOperation(db, { id: draft }).operation.tallies).toEqual([
    { state: 'cancelled', reason: null, count: 6 },
    { state: 'planned', reason: null, count: 2 },
    { state: 'skipped', reason: 'already_so', count: 2 },
  ]);
  expect([cut(3)[0], cut(4)[0]]).toEqual([0, 0]);
});
