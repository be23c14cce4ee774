import { beforeEach, expect, test } from 'vitest';
import { connectStore, createConsoleStore } from '../../../src-renderer/state/store.ts';
import { Settings } from '../../../src-shared/contract/app.ts';
import type { Operation, Progress } from '../../../src-shared/domain/operation.ts';
import { buildOperation } from '../../builders/operations.ts';
import { fakeRemote } from '../../fakes/fake-remotes.ts';
import { createHeldBridge } from '../../fakes/held-bridge.ts';

let held: ReturnType<typeof createHeldBridge>;
let state: ReturnType<typeof createConsoleStore>['getState'];
beforeEach(() => {
  held = createHeldBridge();
  const store = createConsoleStore(held.bridge);
  connectStore(store, held.bridge);
  state = store.getState;
});

const running = (id: number) => buildOperation({ id, state: 'in_progress', endedAt: null });
const tell = (operation: Operation, progress: Progress | null = null) =>
  held.tell({ name: 'operation.updated', payload: { operation, progress } });
const shown = () =>
  Object.fromEntries([...state().operations.values()].map(({ operation: { id, state: now } }) => [id, now]));

/** One's own, and what is under way, are two lists. */
function answerLists(own: Operation[], underWay: Operation[]): void {
  for (const operations of [own, underWay])
    held.next('operations.list').answer({ operations, hasMore: false });
}

test('an operation that has ended does not run again because a list was made before its end', async () => {
  tell(running(1));
  const loading = state().loadOperations();
  tell(buildOperation({ id: 1 }));
  tell(running(3));
  answerLists([running(1)], [running(2), running(1)]);
  await loading;
  expect(shown()).toEqual({ 1: 'completed', 2: 'in_progress', 3: 'in_progress' });

  // What was told before somebody asks is older than the answer.
  const again = state().loadOperations();
  answerLists([buildOperation({ id: 1, isPinned: true })], []);
  await again;
  expect(shown()).toEqual({ 1: 'completed' });
  expect(state().operations.get(1)?.operation.isPinned).toBe(true);
});

test('the answer to a command counts, unless an event has overtaken it', async () => {
  tell(running(1));
  const pausing = state().command(1, 'pause');
  held.next('operations.pause').answer(buildOperation({ id: 1, state: 'paused', endedAt: null }));
  await pausing;
  expect(shown()).toEqual({ 1: 'paused' });

  const resuming = state().command(1, 'resume');
  tell(buildOperation({ id: 1 }));
  held.next('operations.resume').answer(running(1));
  await resuming;
  expect(shown()).toEqual({ 1: 'completed' });
});

test('how far an operation has come stays with the answer to a command, until it has ended', async () => {
  const progress = { processed: 4, total: 10, ratePerSecond: 1, etaMs: 6_000 };
  tell(running(1), progress);
  const pinning = state().pin(1, true);
  held.next('operations.pin').answer(running(1));
  await pinning;
  expect(state().operations.get(1)?.progress).toEqual(progress);
  const cancelling = state().command(1, 'cancel');
  held.next('operations.cancel').answer(buildOperation({ id: 1, state: 'cancelled' }));
  await cancelling;
  expect(state().operations.get(1)?.progress).toBeNull();
});

test('remotes, schedules and settings are as last reported', async () => {
  const remotes = state().loadRemotes();
  held.tell({ name: 'remotes.changed', payload: { remotes: [fakeRemote({ state: 'offline' })] } });
  held.next('remotes.list').answer({ remotes: [fakeRemote()] });
  await remotes;
  expect(state().remotes).toMatchObject([{ state: 'offline' }]);

  const signing = state().signIn({ id: 1, token: 'a key' });
  held.tell({ name: 'remotes.changed', payload: { remotes: [] } });
  held.next('remotes.sign_in').answer(fakeRemote());
  await signing;
  expect(state().remotes).toEqual([]);

  const schedules = state().loadSchedules();
  held.tell({ name: 'schedules.changed', payload: { schedules: [] } });
  held.next('templates.list').answer({ templates: [] });
  held.next('schedules.list').answer({ schedules: [{ id: 1 }] });
  await schedules;
  expect(state()).toMatchObject({ templates: [], schedules: [] });

  const settings = state().loadSettings();
  await expect.poll(() => held.asked.map(({ name }) => name)).toContain('settings.get');
  held.tell({ name: 'settings.changed', payload: Settings.parse({ theme: 'dark' }) });
  expect(state().settings.theme).toBe('dark');
  held.next('settings.get').answer(Settings.parse({}));
  await settings;
  expect(state().settings.theme).toBe('dark');
});
