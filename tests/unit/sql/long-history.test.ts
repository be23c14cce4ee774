import { afterEach, beforeEach, expect, it } from 'vitest';
import { listCleanable } from '../../../src-main/sql/care/retention.ts';
import { type Db, openWriter } from '../../../src-main/sql/open.ts';
import { insertDraft, sealDraft } from '../../../src-main/sql/operations/drafts.ts';
import { listExportPaths } from '../../../src-main/sql/operations/export-paths.ts';
import { countOperations, listUnfinished } from '../../../src-main/sql/operations/operations.ts';
import { planChange } from '../../../src-main/sql/operations/plan.ts';
import { readRate } from '../../../src-main/sql/operations/rate.ts';
import { seedOperation, seedOperations } from '../../builders/history.ts';
import { insertTickets, makeTicket } from '../../builders/tickets.ts';
import { makeFolder, removeFolder } from '../../builders/workspace.ts';

const nowMs = Date.now();
let folder: string;
let db: Db;

beforeEach(() => {
  folder = makeFolder();
  openWriter(`${folder}/bulkhead.db`).close();
  seedOperations(folder, 25);
  seedOperation(folder, 1_000);
  db = openWriter(`${folder}/bulkhead.db`);
  insertTickets(
    db,
    [1, 2].map((id) => makeTicket(id)),
  );
});
afterEach(() => {
  db.close();
  removeFolder(folder);
});

/** A draft like the operations of the history, on two tickets. */
function plan() {
  const about = {
    action: 'update_status',
    collection: 'tickets' as const,
    title: '',
    details: [],
    actor: 'tester',
  };
  const effect = { kind: 'fields' as const, fields: ['status'] };
  const nothing = { selection: null, input: {}, undoOf: null, retryOf: null };
  const id = insertDraft(db, { ...about, ...nothing, effect, nowMs });
  const change = { kind: 'set', values: { status: 'solved' }, rules: [] } as const;
  planChange(db, { operationId: id, ids: Float64Array.of(1, 2), change, forDeleted: false, nowMs });
  return sealDraft(db, { id, reversible: true, warnings: [] });
}

it('a forecast rests on the twenty largest operations of the action', () => {
  db.exec('UPDATE operations SET run_ms = iif(last_seq > 1, 500, 10)');
  const perItemMs = (500 + 19 * 10) / (1_000 + 19);
  expect(plan().operation.forecast.durationMs).toBe(Math.ceil(2 * perItemMs));
});

it('what is asked for at each operation walks through no history', () => {
  const texts = new Set<string>();
  const prepare = db.prepare.bind(db);
  db.prepare = ((text: string) => {
    texts.add(text);
    return prepare(text);
  }) as typeof db.prepare;
  plan();
  countOperations(db, { search: '', states: ['pending', 'in_progress'], actions: [], actor: 'tester' });
  const rate = { actor: 'tester', collection: 'tickets', action: null, except: [], count: 1, perMs: 1_000 };
  readRate(db, { rate, operationId: 1, nowMs });
  listUnfinished(db);
  listExportPaths(db);
  listCleanable(db, { endedBefore: nowMs, after: 0, limit: 10 });
  const ways = [...texts].flatMap((text) => {
    const values = [...text.matchAll(/\?/g)].map(() => null);
    return prepare(`EXPLAIN QUERY PLAN ${text}`).all(...values) as { detail: string }[];
  });
  const details = ways.map(({ detail }) => detail);
  expect(details.filter((detail) => /^SCAN (operations|o|u)\b/.test(detail))).toEqual([]);
  // A search for the latest one would go back to the beginning where there is none.
  expect(details).toContainEqual(expect.stringContaining('(retry_of=?)'));
  // By the collection alone all of its operations would be read.
  expect(details).toContainEqual(expect.stringContaining('(actor=? AND started_at>? AND started_at<?)'));
});
