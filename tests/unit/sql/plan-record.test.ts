import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Change } from '../../../src-main/actions/action.ts';
import { actions } from '../../../src-main/actions/index.ts';
import { planRecord } from '../../../src-main/actions/plan-record.ts';
import { type Db, openWriter } from '../../../src-main/sql/open.ts';
import { insertDraft } from '../../../src-main/sql/operations/drafts.ts';
import { planChange } from '../../../src-main/sql/operations/plan.ts';
import { type Table, tableOf } from '../../../src-main/sql/records/table.ts';
import { orderStatuses } from '../../../src-shared/collections/orders.ts';
import { ticketPriorities, ticketStatuses } from '../../../src-shared/collections/tickets.ts';
import { runs } from '../../builders/property.ts';
import { type Fields, insertRecords } from '../../builders/records.ts';
import { makeFolder, removeFolder } from '../../builders/workspace.ts';
import { condition, nowMs, recordIn, word } from './arbitraries.ts';

/** Inputs of the actions that take any, from the same small pool of words as the records, so that they often agree. */
const inputs: Record<string, fc.Arbitrary<unknown>> = {
  'tickets update_status': fc.record({ status: fc.constantFrom(...ticketStatuses) }),
  'tickets update_priority': fc.record({ priority: fc.constantFrom(...ticketPriorities) }),
  'tickets update_category': fc.record({ category: word.filter((text) => text.trim() !== '') }),
  'tickets assign': fc.record({ assignee: fc.option(word) }),
  'tickets add_comment': fc.record({ comment: fc.constant('Hello'), is_internal: fc.boolean() }),
  'sessions delete': fc.record({ soft_delete: fc.boolean(), cascade_exports: fc.boolean() }),
  'videos set_category': fc.record({ category: word.filter((text) => text.trim() !== '') }),
  'orders status_update': fc.record({ status: fc.constantFrom(...orderStatuses) }),
};

let folder: string;
let db: Db;

beforeAll(() => {
  folder = makeFolder();
  db = openWriter(join(folder, 'bulkhead.db'));
});
afterAll(() => {
  db.close();
  removeFolder(folder);
});

/** Plans a change over records with SQL and answers each item as the per-record form would put it. */
function planWithSql(
  table: Table,
  records: readonly Fields[],
  change: Exclude<Change, { kind: 'export' }>,
  forDeleted: boolean,
  ids: readonly number[] = records.map(({ id }) => Number(id)),
): unknown[] {
  db.exec('BEGIN');
  try {
    insertRecords(db, table, records);
    const operationId = insertDraft(db, {
      action: 'test',
      collection: table.name,
      title: 'Test',
      details: [],
      selection: null,
      input: {},
      effect: { kind: 'fields', fields: [] },
      actor: 'tester',
      nowMs,
      undoOf: null,
      retryOf: null,
    });
    planChange(db, {
      operationId,
      ids: Float64Array.from(ids),
      change,
      forDeleted,
      nowMs,
    });
    const rows = db
      .prepare('SELECT state, reason, before, after FROM items WHERE operation_id = ? ORDER BY seq')
      .all(operationId) as {
      state: string;
      reason: string | null;
      before: string | null;
      after: string | null;
    }[];
    return rows.map(({ state, reason, before, after }) =>
      state === 'skipped'
        ? { state, reason }
        : { state, before: before && JSON.parse(before), after: after && JSON.parse(after) },
    );
  } finally {
    db.exec('ROLLBACK');
  }
}

function manyOf(table: Table): fc.Arbitrary<Fields[]> {
  return fc
    .array(recordIn(table), { minLength: 1, maxLength: 12 })
    .map((list) => list.map((record, at) => ({ ...record, id: at + 1, key: `${record['key']}${at}` })));
}

describe('the set-based plan means the same as the per-record plan', () => {
  const known = actions.filter(({ name }) => name !== 'export');

  it.each(known)('$collection: $name', (action) => {
    const table = tableOf(action.collection);
    const input = inputs[`${action.collection} ${action.name}`] ?? fc.constant({});
    fc.assert(
      fc.property(manyOf(table), input, (records, input) => {
        const { change } = action.prepare(input, { nowMs });
        if (change.kind === 'export') throw new Error('not an edit');
        const expected = records.map((record) => planRecord(action, change, record, nowMs));
        expect(planWithSql(table, records, change, action.forDeleted)).toEqual(expected);
      }),
      runs(120),
    );
  });

  it('for changes and rules that no action has yet', () => {
    const tickets = tableOf('tickets');
    const values = fc.record(
      { category: fc.option(word), assignee: fc.option(word), status: fc.constantFrom(...ticketStatuses) },
      { requiredKeys: [] },
    );
    const rules = fc.array(
      fc.record({
        reason: fc.constantFrom('illegal_transition' as const, 'duplicate' as const),
        when: fc.array(condition, { maxLength: 3 }),
      }),
      { maxLength: 3 },
    );
    const change = fc.oneof(
      fc.record({
        kind: fc.constant('set' as const),
        values: values.filter((set) => Object.keys(set).length > 0),
        rules,
      }),
      fc.record({
        kind: fc.constant('comment' as const),
        body: fc.constant('Hello'),
        isInternal: fc.boolean(),
        rules,
      }),
    );
    fc.assert(
      fc.property(manyOf(tickets), change, fc.boolean(), (records, change, forDeleted) => {
        const expected = records.map((record) => planRecord({ forDeleted }, change, record, nowMs));
        expect(planWithSql(tickets, records, change, forDeleted)).toEqual(expected);
      }),
      runs(400),
    );
  });

  it('says of a number that no ticket has that there is none', () => {
    const tickets = tableOf('tickets');
    const change = { kind: 'set', values: { category: 'x' }, rules: [] } as const;
    expect(planWithSql(tickets, [], change, false, [7, 2 ** 53 - 1])).toEqual([
      { state: 'skipped', reason: 'not_found' },
      { state: 'skipped', reason: 'not_found' },
    ]);
  });
});
