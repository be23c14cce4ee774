import { beforeEach, expect, test } from 'vitest';
import type { Bridge } from '../../../src-renderer/bridge/bridge.ts';
import { createConsoleStore } from '../../../src-renderer/state/store.ts';
import { Settings } from '../../../src-shared/contract/app.ts';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import { createFakeBridge } from '../../fakes/fake-bridge.ts';

const limit = { collection: 'tickets' as const, action: '*', maxRecords: 100, rate: null };

interface Asked {
  readonly name: string;
  readonly input: Partial<Settings>;
  answer(value: Settings): void;
  refuse(error: Error): void;
}

/** The requests that have reached the console, oldest first. Each is answered by hand. */
let asked: Asked[];
let state: ReturnType<typeof createConsoleStore>['getState'];
beforeEach(() => {
  asked = [];
  const request = (name: string, input: unknown) =>
    new Promise((answer, refuse) => {
      asked.push({ name, input: input as Partial<Settings>, answer, refuse });
    });
  const bridge = { ...createFakeBridge(), request: request as Bridge['request'] };
  state = createConsoleStore(bridge).getState;
});

/** Answers the next request as a console that keeps `before` does. */
async function answerNext(before: Settings): Promise<Settings> {
  await expect.poll(() => asked.length).toBeGreaterThan(0);
  const { name, input, answer } = asked.shift() as Asked;
  const kept = name === 'settings.update' ? { ...before, ...input } : before;
  answer(kept);
  return kept;
}

test('a change names itself alone, and comes after what was asked before it', async () => {
  let kept = Settings.parse({ density: 'comfortable' });
  const loading = state().loadSettings();
  const limiting = state().updateSettings({ limits: [limit] });
  const keeping = state().updateSettings({ historyDays: 365 });
  await expect.poll(() => asked.length).toBe(1);
  expect(asked[0]?.name).toBe('settings.get');

  // In effect at once, whatever older answers are still to come.
  const changed = { limits: [limit], historyDays: 365 };
  expect(state().settings).toMatchObject(changed);
  kept = await answerNext(kept);
  await loading;
  expect(state().settings).toEqual({ ...kept, ...changed });

  await expect.poll(() => asked.map(({ input }) => input)).toEqual([{ limits: [limit] }]);
  kept = await answerNext(kept);
  await limiting;
  expect(state().settings).toEqual({ ...kept, ...changed });

  await expect.poll(() => asked.map(({ input }) => input)).toEqual([{ historyDays: 365 }]);
  kept = await answerNext(kept);
  await keeping;
  expect(state().settings).toEqual(kept);
  expect(kept).toMatchObject(changed);
});

test('one that cannot be kept is taken back and said; those around it stay', async () => {
  const kept = Settings.parse({});
  const theme = state().updateSettings({ theme: 'dark' });
  const limits = state().updateSettings({ limits: [limit] });
  const days = state().updateSettings({ historyDays: 30 });
  const first = await answerNext(kept);
  await theme;
  await expect.poll(() => asked.length).toBe(1);
  asked.shift()?.refuse(new BulkheadError('disk_full', 'The disk is full.'));
  await limits;
  expect(state().notice?.code).toBe('disk_full');
  expect(state().settings).toMatchObject({ theme: 'dark', limits: [], historyDays: 30 });
  await answerNext(first);
  await days;
  expect(state().settings).toEqual({ ...first, historyDays: 30 });
});
