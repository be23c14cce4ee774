import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Db, openWriter } from '../../../src-main/sql/open.ts';
import { applyChunk } from '../../../src-main/sql/operations/apply.ts';
import { insertDraft, sealDraft } from '../../../src-main/sql/operations/drafts.ts';
import { moveOperation, requestCancel } from '../../../src-main/sql/operations/operation-changes.ts';
import { planChange } from '../../../src-main/sql/operations/plan.ts';
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
