import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Db, openWriter } from '../../../src-main/sql/open.ts';
import { applyChunk, cancelRest, finishOperation } from '../../../src-main/sql/operations/apply.ts';
import { insertDraft, sealDraft } from '../../../src-main/sql/operations/drafts.ts';
import { moveOperation, requestCancel } from '../../../src-main/sql/operations/operation-changes.ts';
import { planChange } from '../../../src-main/sql/operations/plan.ts';
import { type FailedTry, noteFailedTry } from '../../../src-main/sql/operations/tries.ts';
import { insertTickets, makeTickets } from '../../builders/tickets.ts';
import { makeFolder, removeFolder } from '../../builders/workspace.ts';

const nowMs = 1_000_000;
let folder: string;
let db: Db;
let id: number;

beforeEach(() => {
  folder = makeFolder();
  db = openWriter(`${folder}/bulkhead.db`);
  insertTickets(db, makeTickets(10));
  const effect = { kind: 'fields' as const, fields: ['category'] };
  id = insertDraft(db, {
    action: 'update_category',
    collection: 'tickets',
    title: 'Set category',
    actor: 'tester',
    details: [],
    selection: null,
    undoOf: null,
    retryOf: null,
    input: { category: 'moved' },
    effect,
    nowMs,
  });
  const change = { kind: 'set', values: { category: 'moved' }, rules: [] } as const;
  const ids = Float64Array.from({ length: 10 }, (_, at) => at + 1);
  planChange(db, { operationId: id, ids, change, forDeleted: false, nowMs });
  sealDraft(db, { id, reversible: true, warnings: [] });
  moveOperation(db, { id, from: ['draft'], to: 'pending', nowMs, event: 'started' });
  moveOperation(db, { id, from: ['pending'], to: 'in_progress', nowMs, event: 'running' });
});
afterEach(() => {
  db.close();
  removeFolder(folder);
});

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
