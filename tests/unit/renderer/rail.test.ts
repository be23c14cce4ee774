import { beforeEach, expect, test } from 'vitest';
import { railOrder } from '../../../src-renderer/state/operations-slice.ts';
import { connectStore, createConsoleStore } from '../../../src-renderer/state/store.ts';
import type { AppInfo } from '../../../src-shared/contract/app.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { buildOperation } from '../../builders/operations.ts';
import { createHeldBridge } from '../../fakes/held-bridge.ts';

const actor = 'Mina';
const info = {
  version: '1',
  host: 'browser',
  workspace: { name: 'w', path: '/w' },
  actor,
} satisfies AppInfo;
let held: ReturnType<typeof createHeldBridge>;
let store: ReturnType<typeof createConsoleStore>;
beforeEach(() => {
  held = createHeldBridge();
  store = createConsoleStore(held.bridge);
  connectStore(store, held.bridge);
  store.setState({ info });
  store.getState().setRailOpen(false);
});

function tell(changes: Partial<Operation>): void {
  const payload = { operation: buildOperation({ actor, ...changes }), progress: null };
  held.tell({ name: 'operation.updated', payload });
}
const shown = () => railOrder(store.getState().operations, actor).map(({ operation }) => operation.id);
const underWay = { state: 'in_progress', endedAt: null } as const;
const one = { tallies: [{ state: 'planned', reason: null, count: 1 }] } satisfies Partial<Operation>;

test("what others' scripts edit record by record neither opens the rail nor appears on it", () => {
  for (let id = 1; id <= 500; id += 1) {
    tell({ id, actor: 'robot', ...one, ...underWay });
    tell({ id, actor: 'robot', ...one });
  }
  expect(shown()).toEqual([]);
  expect(store.getState().isRailOpen).toBe(false);
  expect(store.getState().operations.size).toBe(100);
});

test("others' operations on several records appear there while they are under way", () => {
  tell({ id: 1, actor: 'robot', ...underWay });
  expect(shown()).toEqual([1]);
  expect(store.getState().isRailOpen).toBe(true);
  tell({ id: 1, actor: 'robot' });
  expect(shown()).toEqual([]);
});

test("one's own stay, however much others do, and the latest hundred when one does much", () => {
  tell({ id: 1, ...one });
  for (let id = 2; id <= 300; id += 1) tell({ id, actor: 'robot', ...one });
  expect(shown()).toEqual([1]);
  for (let id = 301; id <= 450; id += 1) tell({ id, ...one });
  tell({ id: 451, ...underWay });
  expect(shown()).toEqual([451, ...Array.from({ length: 100 }, (_, at) => 450 - at)]);
});

test('what is too many for the rail is counted, and called again into the place of what is dismissed', async () => {
  const settle = () => new Promise(setImmediate);
  const page = (from: number) =>
    Array.from({ length: 50 }, (_, at) => buildOperation({ id: from - at, actor }));
  const answerLists = async (from: number, count: number) => {
    held.next('operations.list').answer({ operations: page(from), hasMore: true });
    held.next('operations.list').answer({ operations: [], hasMore: false });
    await settle();
    held.next('operations.count').answer({ count });
    await settle();
  };
  void store.getState().loadOperations();
  await answerLists(300, 300);
  expect([shown().length, store.getState().unlisted]).toEqual([50, 250]);

  void store.getState().command(300, 'dismiss');
  held.next('operations.dismiss').answer(buildOperation({ id: 300, actor, isDismissed: true }));
  await settle();
  await answerLists(299, 299);
  expect([shown()[0], shown().length, store.getState().unlisted]).toEqual([299, 50, 249]);

  for (let id = 301; id <= 360; id += 1) tell({ id });
  expect([shown().length, store.getState().unlisted]).toEqual([100, 259]);
});

test('one request dismisses all that have ended, and the rail is read again when the event comes', async () => {
  for (let id = 1; id <= 3; id += 1) tell({ id });
  void store.getState().dismissEnded();
  expect(held.asked.map(({ name }) => name)).toEqual(['operations.dismiss_ended']);
  held.tell({ name: 'operations.dismissed', payload: { actor: 'robot' } });
  expect(held.asked).toHaveLength(1);
  held.tell({ name: 'operations.dismissed', payload: { actor } });
  for (let lists = 0; lists < 2; lists += 1)
    held.next('operations.list').answer({ operations: [], hasMore: false });
  await new Promise(setImmediate);
  expect(shown()).toEqual([]);
});

test('what retention has cleaned is read again, so that nothing offers to undo it', async () => {
  tell({ id: 1 });
  held.tell({ name: 'operations.cleaned', payload: {} });
  const operations = [buildOperation({ id: 1, actor, isCleaned: true })];
  held.next('operations.list').answer({ operations, hasMore: false });
  held.next('operations.list').answer({ operations: [], hasMore: false });
  await new Promise(setImmediate);
  expect(store.getState().operations.get(1)?.operation.isCleaned).toBe(true);
});

test('news of an old operation is kept, so that its line in the history stays current', () => {
  for (let id = 1; id <= 300; id += 1) tell({ id, actor: 'robot', ...one });
  tell({ id: 7, actor: 'robot', ...one, isPinned: true });
  expect(store.getState().operations.get(7)?.operation.isPinned).toBe(true);
});

test.each([true, false])(
  "the rail is open at the start where one's own is under way (%s)",
  async (isUnderWay) => {
    const loading = store.getState().loadOperations();
    const own = buildOperation({ id: 1, actor, ...(isUnderWay && underWay) });
    held.next('operations.list').answer({ operations: [own], hasMore: false });
    held.next('operations.list').answer({ operations: [buildOperation(underWay)], hasMore: false });
    await loading;
    expect(store.getState().isRailOpen).toBe(isUnderWay);
  },
);

test('what was not started never appears on the rail, whatever news there is of it', () => {
  tell({ id: 1, state: 'draft', isPinned: true });
  expect([shown(), store.getState().isRailOpen]).toEqual([[], false]);
});

test("the user's own operation opens the rail even if news of it came before the window knew the user", () => {
  store.setState({ info: null });
  tell({ id: 1, ...one });
  expect(store.getState().isRailOpen).toBe(true);
  store.setState({ info });
  expect(shown()).toEqual([1]);
});

test('a card leads to a part of the details, and whoever comes from elsewhere sees the records', () => {
  store.getState().openHistoryAt(4, 'errors');
  expect(store.getState()).toMatchObject({ screen: 'history', historyFocus: 4, historyPart: 'errors' });
  store.getState().openHistoryAt(5);
  expect(store.getState()).toMatchObject({ historyFocus: 5, historyPart: 'items' });
  store.getState().goTo('history');
  expect(store.getState().historyFocus).toBeNull();
});
