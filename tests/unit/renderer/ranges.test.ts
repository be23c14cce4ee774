import { beforeEach, expect, test } from 'vitest';
import type { Bridge } from '../../../src-renderer/bridge/bridge.ts';
import { isChosen } from '../../../src-renderer/state/selection.ts';
import { type ConsoleStore, connectStore, createConsoleStore } from '../../../src-renderer/state/store.ts';
import { maxSelectedIds } from '../../../src-shared/domain/selection.ts';
import { createFakeBridge } from '../../fakes/fake-bridge.ts';
import { fakeTicket, type Ticket } from '../../fakes/fake-tickets.ts';
import { until } from './until.ts';

const tickets = 600;
/** Tickets that another view would not show any more. */
let gone: ReadonlySet<number>;
let bridge: Bridge;
let store: ConsoleStore;
beforeEach(async () => {
  gone = new Set();
  const views = new Map<string, Ticket[]>();
  const all = Array.from({ length: tickets }, (_, row) => fakeTicket(idOn(row), Date.now()));
  bridge = createFakeBridge({
    answers: {
      'records.view': () => {
        const viewId = `v${views.size}`;
        views.set(
          viewId,
          all.filter(({ id }) => !gone.has(id)),
        );
        return { viewId, total: tickets - gone.size };
      },
      'records.rows': ({ viewId, from, limit }) => ({
        records: views.get(viewId)?.slice(from, from + limit) ?? [],
      }),
      'records.ids': ({ viewId, from, to }) => ({
        ids: (views.get(viewId) ?? []).slice(from, to).map(({ id }) => id),
      }),
    },
  });
  store = createConsoleStore(bridge);
  connectStore(store, bridge);
  store.getState().setVisible({ from: 0, to: 30 });
  await until(store, ({ viewId, grandTotal }) => viewId !== null && grandTotal !== null);
});

/** The ticket that stood on a row before anything was deleted: the latest is on top. */
const idOn = (row: number): number => tickets - row;

/** The rows, as they stood at first, whose tickets are chosen. */
function chosenRows(): number[] {
  const { chosen } = store.getState();
  return Array.from({ length: tickets }, (_, row) => row).filter((row) => isChosen(chosen, idOn(row)));
}
const rows = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);
const rangeTo = (row: number) => store.getState().chooseRange(row);
const toggleOn = (row: number) => {
  store.getState().setFocus(row);
  store.getState().toggle(idOn(row), row);
};

/** The tickets of these rows, as they stood at first, leave the list, and its view is made anew. */
async function remakeWithout(from: number, to: number): Promise<void> {
  gone = new Set([...gone, ...rows(from, to).map(idOn)]);
  await store.getState().refreshView();
}

test('a range starts on the row that was clicked, though the click chose nothing', async () => {
  store.getState().setFocus(5);
  await rangeTo(10);
  expect(chosenRows()).toEqual(rows(5, 10));
  expect(store.getState().focusIndex).toBe(10);
});

test('a range starts where the keyboard was moved to, not where one chose before', async () => {
  toggleOn(2);
  store.getState().setFocus(50);
  await rangeTo(51);
  expect(chosenRows()).toEqual([2, 50, 51]);
});

test('a range takes the place of the last one from the same row, and of nothing else', async () => {
  toggleOn(40);
  toggleOn(5);
  await rangeTo(6);
  await rangeTo(7);
  await rangeTo(6);
  expect(chosenRows()).toEqual([5, 6, 40]);
  await rangeTo(3);
  expect(chosenRows()).toEqual([3, 4, 5, 40]);
});

test('a range of all rows that becomes smaller is the smaller one', async () => {
  await rangeTo(tickets - 1);
  expect(store.getState().chosen.mode).toBe('filter');
  await rangeTo(3);
  expect(chosenRows()).toEqual(rows(0, 3));
});

test('a range does to its rows what was done to its first one, however far out of sight that is by now', async () => {
  store.getState().chooseAllMatching();
  toggleOn(0);
  store.setState({ blocks: new Map() });
  await rangeTo(499);
  expect(chosenRows()).toEqual(rows(500, 599));
});

test('the latest range counts, even if the answer about an earlier one comes later', async () => {
  let answerFirst: () => void = () => undefined;
  const first = new Promise<void>((resolve) => {
    answerFirst = resolve;
  });
  const slow: Bridge = {
    ...bridge,
    request: async (name, input) => {
      const answer = await bridge.request(name, input);
      if (name === 'records.ids' && (input as { to?: number }).to === 9) await first;
      return answer;
    },
  };
  store = createConsoleStore(slow);
  connectStore(store, slow);
  await until(store, ({ viewId }) => viewId !== null);
  const further = rangeTo(8);
  await rangeTo(4);
  answerFirst();
  await further;
  expect(chosenRows()).toEqual(rows(0, 4));
});

test('in a rebuilt view the keyboard and the range stay on their records', async () => {
  toggleOn(10);
  store.getState().setFocus(20);
  await remakeWithout(0, 2);
  expect(store.getState().focusIndex).toBe(17);
  expect(store.getState().recordAt(17)?.id).toBe(idOn(20));

  toggleOn(30);
  store.setState({ focusIndex: 27 });
  await remakeWithout(5, 6);
  await rangeTo(26);
  expect(chosenRows()).toEqual([10, 30, 31]);
});

test('in a view rebuilt without the first row of a range, the next one starts at the keyboard', async () => {
  toggleOn(10);
  await remakeWithout(10, 10);
  store.setState({ focusIndex: 20 });
  await rangeTo(22);
  expect(chosenRows()).toEqual([10, 21, 22, 23]);
});

test('a range of all rows that drops them leaves none chosen', async () => {
  store.getState().chooseAllMatching();
  toggleOn(0);
  await rangeTo(tickets - 1);
  expect(chosenRows()).toEqual([]);
});

test('a choice of more single records than one message carries is refused, and the one before stays', () => {
  toggleOn(3);
  store.getState().setChosen(rows(1, maxSelectedIds + 1), true);
  expect(chosenRows()).toEqual([3]);
  expect(store.getState().notice).toMatchObject({ code: 'selection_too_large' });
});
