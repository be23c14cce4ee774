import type { ActionInfo } from '../../src-shared/contract/actions.ts';
import type { AppInfo } from '../../src-shared/contract/app.ts';
import type { ErrorDto } from '../../src-shared/contract/errors.ts';
import type { BackupFailure } from '../../src-shared/contract/storage.ts';
import type { Recovery } from '../../src-shared/domain/backup.ts';
import type { Connection } from '../bridge/bridge.ts';
import { lasting, toErrorDto } from '../bridge/error-dto.ts';
import { createNews } from './news.ts';
import type { Slice } from './slice.ts';

export interface AppSlice {
  readonly info: AppInfo | null;
  readonly actions: readonly ActionInfo[];
  readonly connection: Connection | 'connecting';
  /** What happened to a damaged database at the console's start, until somebody has read it. */
  readonly recovery: Recovery | null;
  /** Why the console could not make a backup by itself, until there is one or somebody has closed it. */
  readonly backupFailure: BackupFailure | null;
  /** Grows whenever the workspace's database is replaced: everything read from the old one is then read again. */
  readonly workspaceEpoch: number;
  /** A backup was put back while this window was open, and nobody has closed the words about it. */
  readonly isReplaced: boolean;
  /** What went wrong with the last thing that was asked for, until it is dismissed. */
  readonly notice: ErrorDto | null;

  /** Loads what the window needs to know of the console. */
  loadApp(): Promise<void>;
  /** Says that what happened to the database was read. */
  acknowledgeRecovery(): Promise<void>;
  /** Takes what the console told of its backups. */
  applyBackups(failure: BackupFailure | null): void;
  dismissBackupFailure(): void;
  dismissReplaced(): void;
  setConnection(connection: Connection): void;
  /** Shows an error that belongs to no form or card. */
  showNotice(error: unknown): void;
  dismissNotice(): void;
}

export const createAppSlice: Slice<AppSlice> = (set, get, bridge) => {
  const news = createNews<'backups'>();
  return {
    info: null,
    actions: [],
    connection: 'connecting',
    recovery: null,
    backupFailure: null,
    workspaceEpoch: 0,
    isReplaced: false,
    notice: null,

    loadApp: async () => {
      const isTold = news.since();
      const loadFailure = async (): Promise<void> => {
        const { failure } = await bridge.request('backups.failure', {});
        if (!isTold('backups')) set({ backupFailure: failure });
      };
      // Each is shown as soon as it is known: that the console is there shall not wait for the slowest.
      await Promise.all([
        bridge.request('app.info', {}).then((info) => set({ info })),
        bridge.request('actions.list', {}).then(({ actions }) => set({ actions })),
        bridge.request('workspace.recovery', {}).then(({ recovery }) => set({ recovery })),
        loadFailure(),
        get().loadSettings(),
      ]);
    },

    acknowledgeRecovery: async () => {
      try {
        await bridge.request('workspace.acknowledge_recovery', {});
        set({ recovery: null });
      } catch (error) {
        set({ notice: toErrorDto(error) });
      }
    },

    applyBackups: (backupFailure) => {
      news.told('backups');
      set({ backupFailure });
    },
    dismissBackupFailure: () => set({ backupFailure: null }),
    dismissReplaced: () => set({ isReplaced: false }),
    setConnection: (connection) => set(({ notice }) => ({ connection, notice: lasting(notice) })),
    showNotice: (error) => set({ notice: toErrorDto(error) }),
    dismissNotice: () => set({ notice: null }),
  };
};
