import { describe, expect, test } from 'vitest';
import { type ConsoleStore, connectStore, createConsoleStore } from '../../../src-renderer/state/store.ts';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import { createFakeBridge } from '../../fakes/fake-bridge.ts';
import { fakeRecovery } from '../../fakes/fake-storage.ts';
import { createHeldBridge } from '../../fakes/held-bridge.ts';
import { openStore } from './open-store.ts';
import { until } from './until.ts';

/** What a console tells when a backup was put back. */
function tellReplaced(store: ConsoleStore): void {
  connectStore(store, {
    ...createFakeBridge(),
    onConnection: () => () => undefined,
    subscribe: (listener) => {
      listener({ name: 'workspace.replaced', payload: {} });
      return () => undefined;
    },
  })();
}

describe('what is read on a connection', () => {
  test.each([
    ['stopping', undefined],
    ['storage_busy', 'storage_busy'],
  ] as const)('and fails with %s is told above the screen as %s', async (code, told) => {
    const held = createHeldBridge();
    const store = createConsoleStore(held.bridge);
    connectStore(store, held.bridge);
    held.move('connected');
    for (const { refuse } of held.asked.splice(0)) refuse(new BulkheadError(code, 'No answer.'));
    await until(store, ({ viewError }) => viewError?.code === code);
    await new Promise(setImmediate);
    expect(store.getState().notice?.code).toBe(told);

    // The view is asked for once more, and its error is of the past.
    held.move('connected');
    expect(store.getState().viewError).toBeNull();
  });
});

describe('the workspace', () => {
  test('another database in it makes everything be asked for again, and keeps how the window stands', async () => {
    let records = 600;
    const { store, bridge } = await openStore({
      answers: {
        'backups.restore': () => {
          records = 42;
          return {};
        },
        'records.count': () => ({ count: records }),
      },
    });
    store.getState().goTo('history');
    store.getState().toggle(600, 0);
    store.getState().openOverlay({ kind: 'record', collection: 'tickets', id: 600 });
    await store.getState().plan({
      action: 'delete',
      collection: 'tickets',
      selection: { mode: 'ids', ids: [1] },
      input: {},
    });
    const before = store.getState();
    await bridge.request('backups.restore', { name: 'a.db' });
    tellReplaced(store);
    expect(store.getState()).toMatchObject({
      screen: 'history',
      overlay: { kind: 'none' },
      chosen: { mode: 'none' },
      viewId: null,
      total: null,
      info: before.info,
      workspaceEpoch: before.workspaceEpoch + 1,
      isReplaced: true,
    });
    const after = await until(store, ({ grandTotal }) => grandTotal === 42);
    expect(after.viewId).not.toBeNull();
  });

  test('another database in it is listed as the one before was', async () => {
    const { store } = await openStore();
    store.getState().goTo('orders');
    store.getState().setFilterText('is:deleted');
    const { sort, filter } = store.getState();
    tellReplaced(store);
    expect(store.getState()).toMatchObject({ screen: 'orders', collection: 'orders', sort, filter });
    await until(store, ({ viewId }) => viewId !== null);
  });

  test('what happened to a damaged one is told until it was read, also by other windows', async () => {
    const { store, bridge } = await openStore({ recovery: fakeRecovery(Date.now()) });
    expect(store.getState().recovery?.movedTo).toContain('damaged');
    await store.getState().acknowledgeRecovery();
    expect(store.getState().recovery).toBeNull();
    expect(await bridge.request('workspace.recovery', {})).toEqual({ recovery: null });
  });

  test('a page is not told that it was read when that could not be kept', async () => {
    const { store } = await openStore({
      recovery: fakeRecovery(Date.now()),
      answers: {
        'workspace.acknowledge_recovery': () => {
          throw new BulkheadError('disk_full', 'The disk is full.');
        },
      },
    });
    await store.getState().acknowledgeRecovery();
    expect(store.getState().recovery).not.toBeNull();
    expect(store.getState().notice?.code).toBe('disk_full');
  });
});
