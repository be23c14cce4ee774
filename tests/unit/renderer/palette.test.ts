import { expect, test } from 'vitest';
import { matchingCommands, paletteCommands } from '../../../src-renderer/app/palette-commands.ts';
import { createConsoleStore } from '../../../src-renderer/state/store.ts';
import { fakeActions } from '../../fakes/fake-actions.ts';
import { createFakeBridge } from '../../fakes/fake-bridge.ts';

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
