import { expect, test } from 'vitest';
import { matchingCommands, paletteCommands } from '../../../src-renderer/app/palette-commands.ts';
import { createConsoleStore } from '../../../src-renderer/state/store.ts';
import { fakeActions } from '../../fakes/fake-actions.ts';
import { createFakeBridge } from '../../fakes/fake-bridge.ts';
import { fakeRemote } from '../../fakes/fake-remotes.ts';

function openStore() {
  const store = createConsoleStore(createFakeBridge());
  store.setState({ actions: fakeActions });
  return store;
}

test('actions are offered for what is chosen, and only then', () => {
  const store = openStore();
  const labels = () => paletteCommands(store.getState()).map(({ label }) => label);
  expect(labels()).not.toContain('Update status');
  store.getState().toggle(1, 0);
  expect(labels()[0]).toBe('Update status');
});

test('a command does what it says', () => {
  const store = openStore();
  const [command] = matchingCommands(paletteCommands(store.getState()), 'go hist');
  command?.run();
  expect(store.getState().screen).toBe('history');
});

test('what begins with the word comes first', () => {
  const labels = matchingCommands(paletteCommands(openStore().getState()), 'im').map(({ label }) => label);
  expect(labels[0]).toBe('Import a file');
});

test('remotes are turned off and on, and their conflicts decided, from anywhere', () => {
  const store = openStore();
  const found = (typed: string) => matchingCommands(paletteCommands(store.getState()), typed);
  expect(found('decide')).toEqual([]);
  store.getState().applyRemotes([fakeRemote({ conflicts: 7, isOffline: true, state: 'offline' })]);
  expect(found('desk').map(({ label, hint }) => [label, hint])).toEqual([
    ['Decide conflicts with Desk', '7'],
    ['Go online with Desk', undefined],
  ]);
  found('decide')[0]?.run();
  expect(store.getState()).toMatchObject({ screen: 'remotes', conflictScope: { remoteId: 1 } });
});
