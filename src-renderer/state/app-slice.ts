import type { ActionInfo } from '../../src-shared/contract/actions.ts';
import type { AppInfo } from '../../src-shared/contract/app.ts';
import { Settings } from '../../src-shared/contract/app.ts';
import type { ErrorDto } from '../../src-shared/contract/errors.ts';
import type { Connection } from '../bridge/bridge.ts';
import { toErrorDto } from '../bridge/error-dto.ts';
import type { Slice } from './slice.ts';

export interface AppSlice {
  readonly info: AppInfo | null;
  readonly settings: Settings;
  readonly actions: readonly ActionInfo[];
  readonly connection: Connection | 'connecting';
  /** What went wrong with the last thing that was asked for, until it is dismissed. */
  readonly notice: ErrorDto | null;

  /** Loads what the window needs to know of the console. */
  loadApp(): Promise<void>;
  /** Keeps preferences; they are in effect at once and taken back if they cannot be kept. */
  updateSettings(change: Partial<Settings>): Promise<void>;
  setConnection(connection: Connection): void;
  /** Shows an error that belongs to no form or card. */
  showNotice(error: unknown): void;
  dismissNotice(): void;
}

export const createAppSlice: Slice<AppSlice> = (set, get, bridge) => ({
  info: null,
  settings: Settings.parse({}),
  actions: [],
  connection: 'connecting',
  notice: null,

  loadApp: async () => {
    const [info, settings, { actions }] = await Promise.all([
      bridge.request('app.info', {}),
      bridge.request('settings.get', {}),
      bridge.request('actions.list', {}),
    ]);
    set({ info, settings, actions });
  },

  updateSettings: async (change) => {
    const before = get().settings;
    const settings = { ...before, ...change };
    set({ settings });
    try {
      // All of them: what a request leaves out would be read as its default.
      set({ settings: await bridge.request('settings.update', settings) });
    } catch (error) {
      set({ settings: before, notice: toErrorDto(error) });
    }
  },

  setConnection: (connection) => set({ connection }),
  showNotice: (error) => set({ notice: toErrorDto(error) }),
  dismissNotice: () => set({ notice: null }),
});
