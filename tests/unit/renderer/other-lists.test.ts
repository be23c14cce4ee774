import { beforeEach, expect, test } from 'vitest';
import { connectStore, createConsoleStore } from '../../../src-renderer/state/store.ts';
import type { RequestInput } from '../../../src-shared/contract/index.ts';
import { createHeldBridge } from '../../fakes/held-bridge.ts';

const answered = () => new Promise(setImmediate);
let held: ReturnType<typeof createHeldBridge>;
let state: ReturnType<typeof createConsoleStore>['getState'];

/** A view of 600 tickets, of which the first block is here and the others are asked for when they come into sight. */
beforeEach(async () => {
  held = createHeldBridge();
  const store = createConsoleStore(held.bridge);
  connectStore(store, held.bridge);
  state = store.getState;
  void state().openView(true);
  held.next('records.page');
  await answerView('first');
});

async function answerView(viewId: string): Promise<void> {
  held.next('records.view').answer({ viewId, total: 600 });
  await answered();
  held.next('records.rows').answer({ records: [{ id: 1 }] });
  await answered();
}
const queries = (name: 'records.view' | 'records.page') =>
  held.asked
    .filter((one) => one.name === name)
    .map(({ input }) => (input as RequestInput<typeof name>).query);

test('another collection is listed afresh with nothing chosen, and the one before comes back as it was left', async () => {
  const sort = { field: 'subject', direction: 'asc' } as const;
  state().setFilterText('status:open');
  state().setSort(sort);
  held.next('records.view');
  await answerView('open');
  state().toggle(1, 0);
  held.asked.length = 0;
  state().showCollection('orders');
  expect(state()).toMatchObject({ chosen: { mode: 'none' }, filterText: '', total: null, viewId: null });
  expect(queries('records.view')).toMatchObject([{ collection: 'orders', filter: { conditions: [] } }]);
  state().showCollection('tickets');
  expect(queries('records.view').at(-1)).toMatchObject({ collection: 'tickets', sort });
  expect(queries('records.view').at(-1)?.filter.conditions).toHaveLength(1);
  expect(state().filterText).toBe('status:open');
});

test('what is answered about a list that was left is not shown in another one', async () => {
  const rows = async () => {
    state().needRows({ from: 200, to: 230 });
    await answered();
    return held.next('records.rows');
  };
  const late = await rows();
  const counts = held.next('records.count');
  state().setFilterText('status:open');
  const firstRows = held.next('records.page');
  state().showCollection('orders');
  late.answer({ records: [{ id: 201 }] });
  counts.answer({ count: 600 });
  firstRows.answer({ records: [{ id: 7 }] });
  await answered();
  expect(state()).toMatchObject({ collection: 'orders', blocks: new Map(), grandTotal: null });
});

test('first rows that come after their view, or rows of a view after another filter, are not shown', async () => {
  state().setFilterText('status:open');
  const firstRows = held.next('records.page');
  await answerView('open');
  firstRows.answer({ records: [{ id: 9 }] });
  await answered();
  expect(state()).toMatchObject({ viewId: 'open', total: 600, blocks: new Map([[0, [{ id: 1 }]]]) });
  state().setFilterText('status:new');
  held.next('records.view').answer({ viewId: 'new', total: 5 });
  await answered();
  const rows = held.next('records.rows');
  state().setFilterText('status:solved');
  rows.answer({ records: [] });
  const overtaken = held.next('records.view');
  state().setFilterText('');
  overtaken.refuse(new Error('busy'));
  await answered();
  expect(state()).toMatchObject({ viewId: 'open', total: 600, isTopDue: true, viewError: null });
});

test('rows that come into sight while a view is rebuilt are fetched from the new one', async () => {
  state().setVisible({ from: 0, to: 30 });
  void state().refreshView();
  held.next('records.view').answer({ viewId: 'anew', total: 600 });
  await answered();
  state().setVisible({ from: 200, to: 230 });
  held.next('records.rows').answer({ records: [{ id: 1 }] });
  await answered();
  expect(held.next('records.rows').input).toMatchObject({ viewId: 'anew', from: 200 });
});

test('an empty list says whether there are deleted records', async () => {
  held.next('records.count').answer({ count: 0 });
  await answered();
  const counting = held.next('records.count');
  expect(counting.input).toMatchObject({ filter: { deleted: true } });
  counting.answer({ count: 3 });
  await answered();
  expect(state()).toMatchObject({ grandTotal: 0, deletedTotal: 3 });
});

test('rows that changed are read again in sight, and elsewhere when they come into sight', async () => {
  const from = () =>
    held.asked
      .filter(({ name }) => name === 'records.rows')
      .map(({ input }) => (input as RequestInput<'records.rows'>).from);
  state().needRows({ from: 200, to: 230 });
  held.next('records.rows').answer({ records: [{ id: 201 }] });
  await answered();
  state().setVisible({ from: 0, to: 30 });
  held.tell({ name: 'records.changed', payload: { collection: 'orders' } });
  held.tell({ name: 'records.changed', payload: { collection: 'tickets' } });
  await expect.poll(from).toEqual([0]);
  held.next('records.rows').answer({ records: [{ id: 1 }] });
  await answered();
  expect([...state().blocks.keys()]).toEqual([0]);
  state().needRows({ from: 200, to: 230 });
  expect(from()).toEqual([200]);
});
