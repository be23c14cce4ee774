import { describe, expect, test } from 'vitest';
import type { Bridge, BridgeEvent } from '../../../src-renderer/bridge/bridge.ts';
import { railOrder } from '../../../src-renderer/state/operations-slice.ts';
import { connectStore, createConsoleStore } from '../../../src-renderer/state/store.ts';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import { countsOf } from '../../../src-shared/domain/operation.ts';
import { RunOptions } from '../../../src-shared/domain/run-options.ts';
import { createFakeBridge } from '../../fakes/fake-bridge.ts';
import { createHeldBridge } from '../../fakes/held-bridge.ts';
import { openStore } from './open-store.ts';
import { until } from './until.ts';

test('that the console could not be reached is not said any longer once it is back', async () => {
  const { store } = await openStore();
  const { setConnection, showNotice } = store.getState();
  const noticeAfter = (code: 'stopping' | 'disk_full') => {
    setConnection('lost');
    showNotice(new BulkheadError(code, 'No.'));
    expect(store.getState().notice?.code).toBe(code);
    setConnection('connected');
    return store.getState().notice?.code;
  };
  expect(noticeAfter('stopping')).toBeUndefined();
  expect(noticeAfter('disk_full')).toBe('disk_full');
});

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

  test('fills an empty list as soon as there is something, and is as it is by now for who comes back', async () => {
    let total = 0;
    let tell: (event: BridgeEvent) => void = () => undefined;
    const fake = createFakeBridge({
      answers: { 'records.view': () => ({ viewId: `view of ${total}`, total }) },
    });
    const bridge: Bridge = {
      ...fake,
      subscribe: (listener) => {
        tell = listener;
        return fake.subscribe(listener);
      },
    };
    const store = createConsoleStore(bridge);
    connectStore(store, bridge);
    await until(store, ({ viewId }) => viewId !== null);
    total = 3;
    tell({ name: 'records.changed', payload: { collection: 'tickets' } });
    const filled = await until(store, (state) => state.total !== 0);
    expect(filled.total).toBe(3);

    total = 4;
    store.getState().goTo('settings');
    store.getState().goTo('tickets');
    expect((await until(store, (state) => state.total !== 3)).total).toBe(4);
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
    store.getState().openOverlay({ kind: 'action', action: 'update_status' });
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
    const { operations, info } = await until(
      store,
      (state) => state.operations.get(1)?.operation.state === 'completed',
    );
    expect(railOrder(operations, info?.actor).map(({ operation }) => operation.id)).toEqual([1]);
    await store.getState().command(1, 'dismiss');
    expect(railOrder(store.getState().operations, info?.actor)).toEqual([]);
  });
});

describe('what is chosen', () => {
  test('stays when something else is started than what was planned for it', async () => {
    const { store, bridge } = await openStore();
    const draft = await bridge.request('operations.plan', {
      action: 'update_status',
      collection: 'tickets',
      selection: { mode: 'filter', filter: store.getState().filter },
      input: { status: 'solved' },
    });
    await store.getState().start(draft.id);
    await until(store, (state) => state.operations.get(draft.id)?.operation.state === 'completed');

    store.getState().setChosen([3, 4, 5], true);
    const { chosen } = store.getState();
    await store.getState().undo(draft.id);
    const { overlay } = store.getState();
    if (overlay.kind !== 'preview') throw new Error('no preview');
    await store.getState().start(overlay.operation.id);
    expect(store.getState()).toMatchObject({ overlay: { kind: 'none' }, chosen });
  });
});

test('a file is asked for before anything opens, and nothing opens without one', async () => {
  const fake = createFakeBridge();
  let file: { handle: string; name: string; bytes: number } | null = null;
  const store = createConsoleStore({ ...fake, chooseFile: async () => file });
  await store.getState().importFile();
  expect(store.getState().overlay).toEqual({ kind: 'none' });
  file = { handle: 'file-0001', name: 'tickets.csv', bytes: 12 };
  await store.getState().importFile();
  expect(store.getState().overlay).toEqual({ kind: 'import', collection: 'tickets', file });
});

test('what is undone is all, some items or some fields, as it was asked for', async () => {
  const asked: unknown[] = [];
  const { store } = await openStore({
    answers: {
      'operations.undo': (request) => {
        asked.push(request);
        throw new BulkheadError('nothing_to_do', 'Nothing is left to undo.');
      },
    },
  });
  await store.getState().undo(3);
  await store.getState().undo(3, { seqs: [1, 4] });
  await store.getState().undo(3, { seqs: [1], fields: ['status'] });
  expect(asked).toEqual([{ id: 3 }, { id: 3, seqs: [1, 4] }, { id: 3, seqs: [1], fields: ['status'] }]);
  expect(store.getState().notice?.code).toBe('nothing_to_do');
});

test('a first part alone stops there, waits with the reason, and goes on when told to', async () => {
  const { store, bridge } = await openStore({ chunk: 60 });
  store.getState().setFilterText('status:open');
  const { total } = await until(
    store,
    (state) => state.viewId !== null && state.total !== null && state.total < 600,
  );
  const open = total ?? 0;
  const draft = await bridge.request('operations.plan', {
    action: 'update_status',
    collection: 'tickets',
    selection: { mode: 'filter', filter: store.getState().filter },
    input: { status: 'solved' },
  });
  const options = RunOptions.parse({ canary: { count: 50, isPausing: true } });
  await store.getState().start(draft.id, options);
  const { operations } = await until(
    store,
    (state) => state.operations.get(draft.id)?.operation.state === 'paused',
  );
  const paused = operations.get(draft.id)?.operation;
  expect(paused?.stoppedBy?.code).toBe('canary_done');
  expect(paused && countsOf(paused.tallies).done).toBe(50);
  // The list behind it is what is there now, or what one selects next has another count than it says.
  await until(store, (state) => state.total === open - 50);
  await store.getState().command(draft.id, 'resume');
  await until(store, (state) => state.operations.get(draft.id)?.operation.state === 'completed');
});

describe('a backup that could not be made', () => {
  const failure = {
    at: 1_700_000_000_000,
    error: { code: 'not_enough_space', message: 'No room.', next: 'Free some space.' },
  } as const;

  test('is shown to a window that was not open then, until there is one', async () => {
    const { store, bridge } = await openStore({ backupFailure: failure });
    expect(store.getState().backupFailure).toEqual(failure);
    await bridge.request('backups.create', {});
    expect(store.getState().backupFailure).toBeNull();
  });

  test('is not forgotten for an answer that was made before it was told', async () => {
    const held = createHeldBridge();
    const store = createConsoleStore(held.bridge);
    connectStore(store, held.bridge);
    const loading = store.getState().loadApp();
    held.tell({ name: 'backups.changed', payload: { failure } });
    held.next('app.info').answer({});
    held.next('actions.list').answer({ actions: [] });
    held.next('workspace.recovery').answer({ recovery: null });
    held.next('backups.failure').answer({ failure: null });
    await new Promise(setImmediate);
    held.next('settings.get').answer(store.getState().settings);
    await loading;
    expect(store.getState().backupFailure).toEqual(failure);
  });
});
