import { Settings } from '../../src-shared/contract/app.ts';
import { createNews } from './news.ts';
import type { Slice } from './slice.ts';

export interface SettingsSlice {
  /** As the console keeps them, with the changes that it has not answered yet. */
  readonly settings: Settings;

  loadSettings(): Promise<void>;
  /** Keeps preferences; they are in effect at once and taken back if they cannot be kept. */
  updateSettings(change: Partial<Settings>): Promise<void>;
  /** Takes what the console told, of a change made here or in another window. */
  applySettings(settings: Settings): void;
}

export const createSettingsSlice: Slice<SettingsSlice> = (set, get, bridge) => {
  const news = createNews<'settings'>();
  let kept = Settings.parse({});
  const unanswered: Partial<Settings>[] = [];
  let last = Promise.resolve();

  const show = () =>
    set({ settings: unanswered.reduce<Settings>((all, change) => ({ ...all, ...change }), kept) });
  // One at a time: requests overtake each other, and an older answer would undo a newer change.
  const inTurn = (ask: () => Promise<Settings>): Promise<void> => {
    const turn = last.then(async () => {
      const isTold = news.since();
      const answer = await ask();
      if (!isTold('settings')) kept = answer;
    });
    last = turn.catch(() => undefined); // Whoever asked is told.
    return turn;
  };

  return {
    settings: kept,

    loadSettings: async () => {
      await inTurn(() => bridge.request('settings.get', {}));
      show();
    },

    applySettings: (settings) => {
      news.told('settings');
      kept = settings;
      show();
    },

    updateSettings: async (change) => {
      unanswered.push(change);
      show();
      try {
        await inTurn(() => bridge.request('settings.update', change));
      } catch (error) {
        get().showNotice(error);
      } finally {
        unanswered.shift();
        show();
      }
    },
  };
};
