import { expect, test } from 'vitest';
import { connectStore, createConsoleStore } from '../../../src-renderer/state/store.ts';
import { createFakeBridge } from '../../fakes/fake-bridge.ts';
import { fakeRemote } from '../../fakes/fake-remotes.ts';

function open(hasRemotes = true) {
  const bridge = createFakeBridge({ tickets: 300, hasRemotes });
  const store = createConsoleStore(bridge);
  return { bridge, store, names: () => store.getState().remotes?.map(({ name }) => name) };
}

const key = 'a key that nobody may see';

test('remotes are read at the start, and replaced by what the console tells of them', async () => {
  const { store, bridge, names } = open();
  expect(names()).toBeUndefined();
  connectStore(store, bridge);
  await store.getState().loadRemotes();
  expect(names()).toHaveLength(6);
  await bridge.request('remotes.set_offline', { id: 1, isOffline: true });
  expect(store.getState().remotes?.[0]).toMatchObject({ name: 'Desk', state: 'offline', isOffline: true });
});

test('one that is added appears in its place, and its key nowhere', async () => {
  const { store, names } = open();
  await store.getState().loadRemotes();
  const remote = { name: 'Elsewhere', address: 'https://e.example.com', token: key, collections: [] };
  await store.getState().addRemote({ ...remote, collections: ['tickets'] });
  expect(names()?.slice(1, 3)).toEqual(['Desk', 'Elsewhere']);
  await store.getState().signIn({ id: 1, token: key });
  expect(names()).toHaveLength(7);
  expect(JSON.stringify(store.getState())).not.toContain(key);
});

test('forms get their own errors; an error that no form waits for is shown above the screen', async () => {
  const { store, names } = open();
  const { addRemote, removeRemote, pullRemote, loadRemotes } = store.getState();
  await loadRemotes();
  const remote = { address: 'https://e.example.com', token: key, collections: ['tickets' as const] };
  await expect(addRemote({ ...remote, name: 'Desk' })).rejects.toMatchObject({ code: 'name_taken' });
  await expect(removeRemote(3)).rejects.toMatchObject({ code: 'wrong_state' });
  expect(store.getState().notice).toBeNull();
  await removeRemote(5);
  expect(names()).not.toContain('Studio');
  await pullRemote(99);
  expect(store.getState().notice?.code).toBe('not_found');
});

test('conflicts are shown of a remote or an operation, until one goes elsewhere', () => {
  const { store } = open(false);
  store.getState().openHistoryAt(4);
  store.getState().openConflicts({ operationId: 4 });
  expect(store.getState()).toMatchObject({
    screen: 'remotes',
    conflictScope: { operationId: 4 },
    historyFocus: null,
  });
  store.getState().goTo('remotes');
  expect(store.getState().conflictScope).toBeNull();
});

test('what an event brings is the whole truth', () => {
  const { store } = open(false);
  store.getState().applyRemotes([fakeRemote({ id: 9, name: 'Nine' })]);
  store.getState().applyRemotes([]);
  expect(store.getState().remotes).toEqual([]);
});
