import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Effect } from '../../../src-main/actions/effect.ts';
import { type Db, openWriter } from '../../../src-main/sql/open.ts';
import { insertDraft } from '../../../src-main/sql/operations/drafts.ts';
import { getOperation } from '../../../src-main/sql/operations/operations.ts';
import { lastInReach } from '../../../src-main/sql/records/reach.ts';
import { makeFolder, removeFolder } from '../../builders/workspace.ts';

let folder: string;
let db: Db;

beforeEach(() => {
  folder = makeFolder();
  db = openWriter(join(folder, 'bulkhead.db'));
});
afterEach(() => {
  db.close();
  removeFolder(folder);
});

/** The reach of a chunk of up to 10,000 items on these records, in order. */
function reachOf(
  recordIds: readonly (number | null)[],
  effect: Effect = { kind: 'fields', fields: ['status'] },
): number {
  const id = insertDraft(db, {
    action: 'update_status',
    collection: 'tickets',
    title: 'Reach',
    details: [],
    selection: null,
    input: {},
    effect,
    actor: 'tester',
    nowMs: 1,
    undoOf: null,
    retryOf: null,
  });
  const insert = db.prepare(
    `INSERT INTO items (operation_id, seq, record_id, state) VALUES (?, ?, ?, 'planned')`,
  );
  db.transaction(() => {
    for (const [at, recordId] of recordIds.entries()) insert.run(id, at + 1, recordId);
  })();
  return lastInReach(db, getOperation(db, { id }), 1, recordIds.length);
}

const every = (gap: number) => Array.from({ length: 10_000 }, (_, at) => 1 + at * gap);

describe('a chunk', () => {
  it('reaches as far as its size says over tickets beside each other, and nearly so', () => {
    expect(reachOf(every(1))).toBe(10_000);
    expect(reachOf(every(1.2).map(Math.floor))).toBe(10_000);
  });

  it('holds some thousand tickets at most where they are far apart', () => {
    expect(reachOf(every(30))).toBeLessThanOrEqual(1_250);
    expect(reachOf(every(30).slice(0, 1_200))).toBe(1_200);
  });

  it('ends before tickets far apart begin', () => {
    const jump = every(1).map((id, at) => (at < 6_000 ? id : id * 100));
    expect(reachOf(jump)).toBeLessThanOrEqual(6_000);
    expect(reachOf(jump)).toBeGreaterThanOrEqual(1_250);
  });

  it('of new tickets has no such end', () => {
    expect(
      reachOf(
        every(30).map((id) => (id % 2 ? id : null)),
        { kind: 'create' },
      ),
    ).toBe(10_000);
  });
});
