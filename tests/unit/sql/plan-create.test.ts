import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PackedRows, packRows } from '../../../src-main/platform/packed-rows.ts';
import { type Db, openWriter } from '../../../src-main/sql/open.ts';
import { applyChunk } from '../../../src-main/sql/operations/apply.ts';
import { insertDraft, sealDraft } from '../../../src-main/sql/operations/drafts.ts';
import { moveOperation } from '../../../src-main/sql/operations/operation-changes.ts';
import { getOperation } from '../../../src-main/sql/operations/operations.ts';
import { type NewRecord, planCreate } from '../../../src-main/sql/operations/plan-new.ts';
import { insertTickets, makeTicket } from '../../builders/tickets.ts';
import { makeFolder, removeFolder } from '../../builders/workspace.ts';

let folder: string;
let db: Db;
let operationId: number;

beforeEach(() => {
  folder = makeFolder();
  db = openWriter(join(folder, 'bulkhead.db'));
  operationId = insertDraft(db, {
    action: 'import',
    collection: 'tickets',
    title: 'Import test',
    details: [],
    selection: null,
    input: {},
    effect: { kind: 'create' },
    actor: 'tester',
    nowMs: 1,
    undoOf: null,
    retryOf: null,
  });
});
afterEach(() => {
  db.close();
  removeFolder(folder);
});

function records(...keys: string[]): PackedRows<NewRecord> {
  return packRows(
    keys.map((key) => ({
      key,
      source: 'test',
      subject: `Subject of ${key}`,
      description: '',
      status: 'open',
      priority: 'medium',
      category: null,
      assignee: null,
      requester: null,
      channel: null,
      product: null,
      createdAt: 1,
      updatedAt: 2,
      extra: '{}',
      events: null,
    })),
  );
}

function items() {
  return db
    .prepare(
      'SELECT seq, record_id AS recordId, state, reason FROM items WHERE operation_id = ? ORDER BY seq',
    )
    .all(operationId);
}

describe('records planned to be created', () => {
  it('are skipped where the workspace has their source and key, in exactly that spelling, and did not delete it', () => {
    insertTickets(db, [
      makeTicket(1, { external_id: 'A-1' }),
      makeTicket(2, { external_id: 'A-2', deleted_at: 5 }),
      makeTicket(3, { external_id: 'a-3' }),
      makeTicket(4, { external_id: 'A-4', source: 'elsewhere' }),
      makeTicket(5, { external_id: 'A-5', source: 'TEST' }),
    ]);
    planCreate(db, { operationId, records: records('A-1', 'A-2', 'A-3'), rejected: [] });
    planCreate(db, {
      operationId,
      records: records('A-4', 'A-5'),
      rejected: [{ line: 7, reason: 'It has no id.', text: ',,' }],
    });
    expect(items()).toEqual([
      { seq: 1, recordId: 1, state: 'skipped', reason: 'duplicate' },
      { seq: 2, recordId: null, state: 'planned', reason: null },
      { seq: 3, recordId: null, state: 'planned', reason: null },
      { seq: 4, recordId: null, state: 'planned', reason: null },
      { seq: 5, recordId: 5, state: 'skipped', reason: 'duplicate' },
    ]);
    const { operation, lastSeq } = getOperation(db, { id: operationId });
    expect(lastSeq).toBe(5);
    expect(operation.rejected).toBe(1);
    expect(operation.tallies).toEqual([
      { state: 'planned', reason: null, count: 3 },
      { state: 'skipped', reason: 'duplicate', count: 2 },
    ]);
    expect(db.prepare('SELECT seq, external_id FROM new_records ORDER BY seq').raw().all()).toEqual([
      [1, 'A-1'],
      [2, 'A-2'],
      [3, 'A-3'],
      [4, 'A-4'],
      [5, 'A-5'],
    ]);
  });

  it('are refused by an operation that is no draft any more', () => {
    db.prepare(`UPDATE operations SET state = 'pending' WHERE id = ?`).run(operationId);
    expect(() => planCreate(db, { operationId, records: records('A-1'), rejected: [] })).toThrow(
      expect.objectContaining({ code: 'wrong_state' }),
    );
    expect(items()).toEqual([]);
  });
});

describe('records that are created', () => {
  it('keep their numbers and are written in the order of these, whatever the order of the file', () => {
    db.exec(`CREATE TEMP TABLE written (id INTEGER);
      CREATE TEMP TRIGGER note AFTER INSERT ON tickets BEGIN INSERT INTO written VALUES (new.id); END`);
    planCreate(db, { operationId, records: records('30', 'A-1', '100', '20', 'A-2'), rejected: [] });
    sealDraft(db, { id: operationId, reversible: true, warnings: [] });
    const step = { id: operationId, nowMs: 2 };
    moveOperation(db, { ...step, from: ['draft'], to: 'pending', event: 'started' });
    moveOperation(db, { ...step, from: ['pending'], to: 'in_progress', event: 'running' });
    applyChunk(db, { operationId, limit: 10, nowMs: 2, runMs: 0, remotes: [] });
    expect(db.prepare('SELECT id FROM written ORDER BY rowid').pluck().all()).toEqual([
      20, 30, 100, 101, 102,
    ]);
    expect(items()).toEqual(
      [30, 101, 100, 20, 102].map((recordId, at) => ({ seq: at + 1, recordId, state: 'done', reason: null })),
    );
  });
});
