import { describe, expect, test } from 'vitest';
import type { Bridge, BridgeEvent } from '../../../src-renderer/bridge/bridge.ts';
import { railOrder } from '../../../src-renderer/state/operations-slice.ts';
import {
  type ConsoleState,
  type ConsoleStore,
  connectStore,
  createConsoleStore,
} from '../../../src-renderer/state/store.ts';
import { createFakeBridge, type FakeOptions } from '../../fakes/fake-bridge.ts';

/** Resolves once the state is as wanted; the test's own time limit ends a wait in vain. */
function until(store: ConsoleStore, isSo: (state: ConsoleState) => boolean): Promise<ConsoleState> {
  return new Promise((resolve) => {
    if (isSo(store.getState())) return resolve(store.getState());
    const end = store.subscribe((state) => {
      if (!isSo(state)) return;
      end();
      resolve(state);
    });
  });
}

async function openStore(options: FakeOptions = {}): Promise<{ store: ConsoleStore; bridge: Bridge }> {
  const bridge = createFakeBridge({ tickets: 600, tickMs: 1, chunk: 200, ...options });
  const store = createConsoleStore(bridge);
  connectStore(store, bridge);
  await until(
    store,
    ({ viewId, info, grandTotal }) => viewId !== null && info !== null && grandTotal !== null,
  );
  return { store, bridge };
}

describe('the view', () => {
  test('opens on everything and fetches what comes into sight', async () => {
    const { store } = await openStore();
    expect(store.getState()).toMatchObject({ total: 600, grandTotal: 600 });
    store.getState().needRows({ from: 395, to: 420 });
    const { recordAt } = await until(store, ({ blocks }) => blocks.has(2) && blocks.has(1));
    expect(recordAt(400)?.id).toBe(200);
  });

  test('follows a filter, and drops a choice that could no longer be seen', async () => {
    const { store } = await openStore();
    store.getState().toggle(600, 0);
    store.getState().setFilterText('status:open');
    expect(store.getState().chosen.mode).toBe('none');
    const { total, blocks } = await until(store, ({ total: count }) => count !== null && count < 600);
    expect(total).toBeGreaterThan(0);
    expect(new Set(blocks.get(0)?.map(({ status }) => status))).toEqual(new Set(['open']));
  });

  test('with a problem in the text the old result stays', async () => {
    const { store } = await openStore();
    store.getState().setFilterText('stauts:open');
    expect(store.getState()).toMatchObject({ total: 600, problems: [{ from: 0, to: 11 }] });
    expect(store.getState().filter.text).toBe('');
  });

  test('says what went wrong when it cannot be opened', async () => {
    const { store } = await openStore();
    const failing = createFakeBridge({
      answers: {
        'records.view': () => {
          throw new Error('disk gone');
        },
      },
    });
    const broken = createConsoleStore(failing);
    await broken.getState().openView(true);
    expect(broken.getState().viewError?.message).toContain('disk gone');
    expect(store.getState().viewError).toBeNull();
  });
});

describe('choosing rows', () => {
  test('a range takes every row from the anchor, loaded or not', async () => {
    const { store } = await openStore();
    store.getState().toggle(600, 0);
    await store.getState().chooseRange(349);
    const { chosen } = store.getState();
    expect(chosen.mode === 'ids' && chosen.ids.size).toBe(350);
    expect(chosen.mode === 'ids' && chosen.ids.has(251)).toBe(true);
  });
});

describe('an operation', () => {
  test('goes from form to preview to rail, told by events alone', async () => {
    const { store } = await openStore();
    store.getState().chooseAllMatching();
    const selection = { mode: 'filter' as const, filter: store.getState().filter, except: [] };
    await store
      .getState()
      .plan({ action: 'update_status', collection: 'tickets', selection, input: { status: 'solved' } });
    const { overlay } = store.getState();
    if (overlay.kind !== 'preview') throw new Error('no preview');
    await store.getState().start(overlay.operation.id);
    expect(store.getState()).toMatchObject({
      isRailOpen: true,
      overlay: { kind: 'none' },
      chosen: { mode: 'none' },
    });
    const { operations } = await until(
      store,
      (state) => state.operations.get(1)?.operation.state === 'completed',
    );
    expect(railOrder(operations).map(({ operation }) => operation.id)).toEqual([1]);
    await store.getState().command(1, 'dismiss');
    expect(railOrder(store.getState().operations)).toEqual([]);
  });

  test('an answer that arrives late does not overrule newer events', async () => {
    let tell: (event: BridgeEvent) => void = () => undefined;
    const fake = createFakeBridge({ tickets: 3 });
    const bridge: Bridge = { ...fake, subscribe: (listener) => ((tell = listener), () => undefined) };
    const store = createConsoleStore(bridge);
    connectStore(store, bridge);
    const draft = await bridge.request('operations.plan', {
      action: 'delete',
      collection: 'tickets',
      selection: { mode: 'ids', ids: [1] },
      input: {},
    });
    const running = store.getState().start(draft.id);
    tell({
      name: 'operation.updated',
      payload: { operation: { ...draft, state: 'completed' }, progress: null },
    });
    await running;
    expect(store.getState().operations.get(draft.id)?.operation.state).toBe('completed');
  });
});
