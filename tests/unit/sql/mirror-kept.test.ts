import { expect, it } from 'vitest';
import { packRows } from '../../../src-main/platform/packed-rows.ts';
import { forgetKept, listKept, planOnTop } from '../../../src-main/sql/mirror/kept-changes.ts';
import { insertDraft, sealDraft } from '../../../src-main/sql/operations/drafts.ts';
import { listItems } from '../../../src-main/sql/operations/items.ts';
import { moveOperation } from '../../../src-main/sql/operations/operation-changes.ts';
import { getOperation } from '../../../src-main/sql/operations/operations.ts';
import { planChange } from '../../../src-main/sql/operations/plan.ts';
import { planEdits } from '../../../src-main/sql/operations/plan-edits.ts';
import { applyChange, nowMs } from '../../builders/told-changes.ts';
import { gone, theirs, useMirror } from './mirror-setup.ts';

const setup = useMirror();
const { pull, change, decide } = setup;

/** A change of two records that met theirs, and is kept. */
function kept(): number {
  pull([theirs(1), theirs(2)]);
  const id = change('Mine');
  pull([theirs(1, 2, { category: 'Theirs' }), theirs(2, 2, { category: 'Theirs' })]);
  decide('mine', { operationId: id });
  return id;
}

/** A draft that is to make an operation again. */
function draftOf(id: number, startAt: number | null = null): number {
  const { operation, effect, input } = getOperation(setup.db, { id });
  const { action, collection, title, actor, options } = operation;
  const origin = { undoOf: null, retryOf: id, options: { ...options, startAt } };
  const more = { details: [], selection: null, nowMs, ...origin };
  return insertDraft(setup.db, { action, collection, title, actor, effect, input, ...more });
}

/** Has an operation planned for these records and started, which has not begun. */
function start(operationId: number, category: string): void {
  const made = { kind: 'set', values: { category }, rules: [] } as const;
  const planned = { operationId, ids: Float64Array.of(1, 2), change: made, forDeleted: false, nowMs };
  planChange(setup.db, planned);
  sealDraft(setup.db, { id: operationId, reversible: true, warnings: [] });
  moveOperation(setup.db, { id: operationId, from: ['draft'], to: 'pending', nowMs, event: 'started' });
}

it.each([
  ['waits for an earlier one that is to change the same records', 'Mine', null, true],
  ['does not wait for one that is to leave them as they are', 'Theirs', null, false],
  ['does not wait for one that is to start at a moment to come', 'Mine', nowMs + 60_000, false],
])('what is kept %s', (_what, category, startAt, isHeldUp) => {
  const id = kept();
  const other = draftOf(id, startAt);
  start(other, category);
  const heldUpBy = isHeldUp ? other : null;
  if (isHeldUp) start(draftOf(id), category);
  expect(listKept(setup.db)).toEqual([
    { operationId: id, actor: 'mina', seqs: [1, 2], recordIds: [1, 2], heldUpBy },
  ]);
});

it('what is kept leaves alone what was deleted there, and what stands as it was wanted', () => {
  const id = kept();
  pull([theirs(1, 3, { category: 'Mine' }), { ...theirs(2, 3), isDeleted: true }]);
  const operationId = draftOf(id);
  expect(planOnTop(setup.db, { operationId, of: id, seqs: [1, 2] })).toBe(2);
  const every = { states: [], reasons: [], deliveries: [], after: 0, limit: 9 };
  expect(listItems(setup.db, { operationId, ...every }).items).toMatchObject([
    { state: 'skipped', reason: 'already_so' },
    { state: 'skipped', reason: 'deleted' },
  ]);
});

it('what is kept is forgotten item by item, and made again where only capitals differ', () => {
  const id = kept();
  forgetKept(setup.db, { operationId: id, seqs: [1] });
  expect(listKept(setup.db)).toMatchObject([{ seqs: [2], recordIds: [2] }]);
  pull([theirs(2, 3, { category: 'MINE' })]);
  const operationId = draftOf(id);
  planOnTop(setup.db, { operationId, of: id, seqs: [2] });
  const every = { states: [], reasons: [], deliveries: [], after: 0, limit: 9 };
  expect(listItems(setup.db, { operationId, ...every }).items).toMatchObject([
    { state: 'planned', before: { category: 'MINE' }, after: { category: 'Mine' } },
  ]);
});

it('what is kept brings back a record that stays deleted there', () => {
  pull([theirs(1)]);
  pull([gone(1, 2)]);
  const id = applyChange(setup.db, { ids: [1], values: { deletedAt: null }, limit: 1, remotes: [] });
  pull([gone(1, 3)]);
  decide('mine', { operationId: id });
  const operationId = draftOf(id);
  planOnTop(setup.db, { operationId, of: id, seqs: [1] });
  const every = { states: [], reasons: [], deliveries: [], after: 0, limit: 9 };
  expect(listItems(setup.db, { operationId, ...every }).items).toMatchObject([
    { state: 'planned', after: { deletedAt: null } },
  ]);
});

it('what is kept of an edited export stands as it was wanted where its own cells do', () => {
  pull([theirs(1), theirs(2)]);
  const effect = { kind: 'fields', fields: [], isSparse: true } as const;
  const said = {
    collection: 'tickets',
    title: 'Update',
    details: [],
    selection: null,
    input: {},
    actor: 'mina',
  };
  const draft = { action: 'update', ...said, effect: { ...effect, fields: [] }, nowMs, undoOf: null };
  const of = insertDraft(setup.db, { ...draft, retryOf: null });
  const row = { line: 2, text: '', version: 1, key: null, source: null };
  const rows = [
    { ...row, id: 1, cells: ['Mine', 'low'] },
    { ...row, id: 2, cells: ['', 'high'] },
  ];
  const fields = ['category', 'priority'];
  planEdits(setup.db, { operationId: of, fields, isLossy: false, rows: packRows(rows), rejected: [], nowMs });
  pull([theirs(1, 2, { category: 'Mine' })]);
  const operationId = insertDraft(setup.db, { ...draft, retryOf: of });
  planOnTop(setup.db, { operationId, of, seqs: [1, 2] });
  const every = { states: [], reasons: [], deliveries: [], after: 0, limit: 9 };
  expect(listItems(setup.db, { operationId, ...every }).items).toMatchObject([
    { reason: 'already_so' },
    { reason: null, before: { priority: 'low' }, after: { priority: 'high' } },
  ]);
});
