import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Change } from '../../../src-main/actions/action.ts';
import { actions } from '../../../src-main/actions/index.ts';
import { planRecord } from '../../../src-main/actions/plan-record.ts';
import { type Db, openWriter } from '../../../src-main/sql/open.ts';
import { insertDraft } from '../../../src-main/sql/operations/operation-changes.ts';
import { planChange } from '../../../src-main/sql/operations/plan.ts';
import { ticketPriorities, ticketStatuses } from '../../../src-shared/collections/tickets.ts';
import { runs } from '../../builders/property.ts';
import { insertTickets, type TicketColumns } from '../../builders/tickets.ts';
import { makeFolder, removeFolder } from '../../builders/workspace.ts';
import { condition, nowMs, recordOf, ticketColumns, word } from './arbitraries.ts';

/** Inputs that each action takes, from the same small pool of words as the tickets, so that they often agree. */
const inputs: Record<string, fc.Arbitrary<unknown>> = {
  update_status: fc.record({ status: fc.constantFrom(...ticketStatuses) }),
  update_priority: fc.record({ priority: fc.constantFrom(...ticketPriorities) }),
  update_category: fc.record({ category: word.filter((text) => text.trim() !== '') }),
  assign: fc.record({ assignee: fc.option(word) }),
  add_comment: fc.record({ comment: fc.constant('Hello'), is_internal: fc.boolean() }),
  delete: fc.constant({}),
  restore: fc.constant({}),
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

/** Plans a change over tickets with SQL and answers each item as the per-record form would put it. */
function planWithSql(
  tickets: readonly TicketColumns[],
  change: Exclude<Change, { kind: 'export' }>,
  forDeleted: boolean,
  ids: readonly number[] = tickets.map(({ id }) => id),
): unknown[] {
  db.exec('BEGIN');
  try {
    insertTickets(db, tickets);
    const operationId = insertDraft(db, {
      action: 'test',
      collection: 'tickets',
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

const manyTickets = fc
  .array(ticketColumns, { minLength: 1, maxLength: 12 })
  .map((list) =>
    list.map((ticket, at) => ({ ...ticket, id: at + 1, external_id: `${ticket.external_id}${at}` })),
  );

describe('the set-based plan means the same as the per-record plan', () => {
  const known = actions.filter(({ name }) => name !== 'export');

  it('for every action there is', () => {
    expect(Object.keys(inputs).toSorted()).toEqual(known.map(({ name }) => name).toSorted());
  });

  it.each(known)('$name', (action) => {
    fc.assert(
      fc.property(manyTickets, inputs[action.name] ?? fc.constant({}), (tickets, input) => {
        const { change } = action.prepare(input, { nowMs });
        if (change.kind === 'export') throw new Error('not an edit');
        const expected = tickets.map((ticket) => planRecord(action, change, recordOf(ticket), nowMs));
        expect(planWithSql(tickets, change, action.forDeleted)).toEqual(expected);
      }),
      runs(120),
    );
  });

  it('for changes and rules that no action has yet', () => {
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
      fc.property(manyTickets, change, fc.boolean(), (tickets, change, forDeleted) => {
        const expected = tickets.map((ticket) => planRecord({ forDeleted }, change, recordOf(ticket), nowMs));
        expect(planWithSql(tickets, change, forDeleted)).toEqual(expected);
      }),
      runs(400),
    );
  });

  it('says of a number that no ticket has that there is none', () => {
    const change = { kind: 'set', values: { category: 'x' }, rules: [] } as const;
    expect(planWithSql([], change, false, [7, 2 ** 53 - 1])).toEqual([
      { state: 'skipped', reason: 'not_found' },
      { state: 'skipped', reason: 'not_found' },
    ]);
  });
});
