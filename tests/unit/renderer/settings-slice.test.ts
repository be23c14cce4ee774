import { beforeEach, expect, test } from 'vitest';
import { createConsoleStore } from '../../../src-renderer/state/store.ts';
import { Settings } from '../../../src-shared/contract/app.ts';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import { createHeldBridge } from '../../fakes/held-bridge.ts';

const limit = { collection: 'tickets' as const, action: '*', maxRecords: 100, rate: null };

let held: ReturnType<typeof createHeldBridge>;
let state: ReturnType<typeof createConsoleStore>['getState'];
beforeEach(() => {
  held = createHeldBridge();
  state = createConsoleStore(held.bridge).getState;
});

const inputs = () => held.asked.map(({ input }) => input);

/** Answers the next change as a console that keeps `before` does. */
async function keepNext(before: Settings): Promise<Settings> {
  await expect.poll(inputs).not.toEqual([]);
  const { input, answer } = held.next('settings.update');
  const kept = { ...before, ...(input as Partial<Settings>) };
  answer(kept);
  return kept;
}

test('a change names itself alone, and comes after what was asked before it', async () => {
  let kept = Settings.parse({ density: 'comfortable' });
  const loading = state().loadSettings();
  const limiting = state().updateSettings({ limits: [limit] });
  const keeping = state().updateSettings({ historyDays: 365 });
  await expect.poll(() => held.asked.map(({ name }) => name)).toEqual(['settings.get']);

  // In effect at once, whatever older answers are still to come.
  const changed = { limits: [limit], historyDays: 365 };
  expect(state().settings).toMatchObject(changed);
  held.next('settings.get').answer(kept);
  await loading;
  expect(state().settings).toEqual({ ...kept, ...changed });

  await expect.poll(inputs).toEqual([{ limits: [limit] }]);
  kept = await keepNext(kept);
  await limiting;
  expect(state().settings).toEqual({ ...kept, ...changed });

  await expect.poll(inputs).toEqual([{ historyDays: 365 }]);
  kept = await keepNext(kept);
  await keeping;
  expect(state().settings).toEqual(kept);
  expect(kept).toMatchObject(changed);
});

test('one that cannot be saved is reverted and reported; those around it stay', async () => {
  const kept = Settings.parse({});
  const theme = state().updateSettings({ theme: 'dark' });
  const limits = state().updateSettings({ limits: [limit] });
  const days = state().updateSettings({ historyDays: 30 });
  const first = await keepNext(kept);
  await theme;
  await expect.poll(inputs).toEqual([{ limits: [limit] }]);
  held.next('settings.update').refuse(new BulkheadError('disk_full', 'The disk is full.'));
  await limits;
  expect(state().notice?.code).toBe('disk_full');
  expect(state().settings).toMatchObject({ theme: 'dark', limits: [], historyDays: 30 });
  await keepNext(first);
  await days;
  expect(state().settings).toEqual({ ...first, historyDays: 30 });
});
