import { beforeEach, expect, test } from 'vitest';
import { connectStore, createConsoleStore } from '../../../src-renderer/state/store.ts';
import type { RequestInput } from '../../../src-shared/contract/index.ts';
import { createHeldBridge } from '../../fakes/held-bridge.ts';

const answered = () => new Promise(setImmediate);
const farDown = { from: 40_000, to: 40_030 };
let held: ReturnType<typeof createHeldBridge>;
let store: ReturnType<typeof createConsoleStore>;

/** A view of 50,000 tickets in which one is far down. */
beforeEach(async () => {
  held = createHeldBridge();
  store = createConsoleStore(held.bridge);
  connectStore(store, held.bridge);
  void store.getState().openView(true);
  await answerView('first', 50_000);
  store.getState().setVisible(farDown);
  store.getState().setFocus(40_010);
  held.asked.length = 0;
});

/** Answers the oldest question for a view, and those for its rows. */
async function answerView(viewId: string, total: number): Promise<void> {
  held.next('records.view').answer({ viewId, total });
  await answered();
  for (const rows of held.asked.filter(({ name }) => name === 'records.rows')) rows.answer({ records: [] });
  await answered();
}
const blocksAskedFor = () =>
  held.asked
    .filter(({ name }) => name === 'records.rows')
    .map(({ input }) => (input as RequestInput<'records.rows'>).from);

test('a filter whose view is overtaken by one made anew is shown from the top all the same', async () => {
  const { viewEpoch } = store.getState();
  store.getState().setFilterText('status:open');
  const overtaken = held.next('records.view');
  void store.getState().refreshView();
  overtaken.answer({ viewId: 'overtaken', total: 20_000 });
  held.next('records.view').answer({ viewId: 'anew', total: 20_000 });
  await expect.poll(blocksAskedFor).toEqual([0]);
  held.next('records.rows').answer({ records: [] });
  await answered();
  expect(store.getState()).toMatchObject({ viewId: 'anew', focusIndex: 0, viewEpoch: viewEpoch + 1 });
});

test('one that could not be opened is shown from the top as soon as it can', async () => {
  const { viewEpoch } = store.getState();
  store.getState().setSort({ field: 'subject', direction: 'asc' });
  held.next('records.view').refuse(new Error('busy'));
  await answered();
  expect(store.getState().viewError?.message).toContain('busy');
  void store.getState().refreshView();
  await answerView('sorted', 50_000);
  expect(store.getState()).toMatchObject({ viewId: 'sorted', focusIndex: 0, viewEpoch: viewEpoch + 1 });
});

test('rows that were shown from the top already are not scrolled back by the view that follows', async () => {
  store.getState().setFilterText('status:open');
  held.next('records.page').answer({ records: [] });
  await answered();
  const { viewEpoch } = store.getState();
  store.getState().setVisible({ from: 20, to: 50 });
  store.getState().setFocus(25);
  await answerView('open', 20_000);
  expect(store.getState()).toMatchObject({ viewId: 'open', focusIndex: 25, viewEpoch });
});

test('rows of the filter before are not chosen, and those of the new one as soon as they are here', async () => {
  store.getState().setFilterText('status:open');
  const choose = () => {
    store.getState().toggle(7, 0);
    store.getState().setChosen([7], true);
    void store.getState().chooseRange(1);
  };
  choose();
  expect(store.getState()).toMatchObject({ chosen: { mode: 'none' }, anchor: null, focusIndex: 40_010 });
  held.next('records.page').answer({ records: [] });
  await answered();
  choose();
  expect(store.getState()).toMatchObject({ chosen: { mode: 'ids' }, focusIndex: 1 });
});

test('all that match are chosen as soon as they are counted, and no row of the filter before', async () => {
  store.getState().setFilterText('status:open');
  store.getState().chooseAllMatching();
  expect(store.getState().chosen).toEqual({ mode: 'none' });
  held.next('records.page').answer({ records: [] });
  await answered();
  await answerView('open', 20_000);
  const { filter, chosen } = store.getState();
  expect(JSON.stringify(filter)).toContain('open');
  expect(chosen).toEqual({ mode: 'filter', filter, total: 20_000, except: new Set() });
  expect(store.getState().isAllDue).toBe(false);
});

test('all are not chosen after another filter, another choice, or a list that could not be read', async () => {
  const chosenOnce = async (viewId: string) => {
    await answerView(viewId, 20_000);
    return store.getState().chosen.mode;
  };
  const chooseAll = (filter: string) => {
    store.getState().setFilterText(filter);
    store.getState().chooseAllMatching();
  };
  chooseAll('status:open');
  store.getState().setFilterText('status:new');
  held.next('records.view');
  expect(await chosenOnce('another filter')).toBe('none');

  chooseAll('status:open');
  store.getState().clearChosen();
  expect(await chosenOnce('given up')).toBe('none');

  chooseAll('status:solved');
  held.asked.splice(
    0,
    held.asked.findLastIndex(({ name }) => name === 'records.page'),
  );
  held.next('records.page').answer({ records: [{ id: 7 }] });
  await answered();
  store.getState().setChosen([7], true);
  expect(await chosenOnce('another choice')).toBe('ids');

  chooseAll('status:new');
  held.next('records.view').refuse(new Error('busy'));
  await answered();
  void store.getState().refreshView();
  expect(await chosenOnce('read in the end')).toBe('none');
});

test('all that match are counted anew with their view', async () => {
  store.getState().chooseAllMatching();
  void store.getState().refreshView();
  await answerView('anew', 20_000);
  const { filter, chosen } = store.getState();
  expect(chosen).toMatchObject({ mode: 'filter', filter, total: 20_000 });
});

test('a range is chosen among the first rows before they are counted', async () => {
  store.getState().setFilterText('status:open');
  held.next('records.page').answer({ records: [{ id: 9 }, { id: 7 }, { id: 4 }] });
  await answered();
  store.getState().setFocus(1);
  await store.getState().chooseRange(2);
  expect(store.getState().chosen).toEqual({ mode: 'ids', ids: new Set([7, 4]) });
});

test('records that come from elsewhere move no row: how many there are by now is told, until they are listed', async () => {
  held.tell({ name: 'records.changed', payload: { collection: 'tickets' } });
  await expect.poll(() => held.asked.at(-1)?.name).toBe('records.count');
  held.next('records.count').answer({ count: 100_003 });
  await expect.poll(() => store.getState().matching).toBe(100_003);
  void store.getState().refreshView();
  await answerView('anew', 100_003);
  expect(store.getState()).toMatchObject({ total: 100_003, matching: null });
});

test('an unfiltered list is all there is, also before that is counted', async () => {
  void store.getState().refreshView();
  await answerView('before', 50_000);
  held.next('records.count').answer({ count: 50_000 });
  void store.getState().refreshView();
  await answerView('grown', 60_000);
  expect(store.getState()).toMatchObject({ total: 60_000, grandTotal: 60_000 });
  store.getState().setFilterText('status:open');
  await answerView('open', 20_000);
  expect(store.getState()).toMatchObject({ total: 20_000, grandTotal: 60_000 });
});
