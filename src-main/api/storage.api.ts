import type { storageRequests } from '../../src-shared/contract/storage.ts';
import type { Retention } from '../engine/history/retention.ts';
import type { Backups } from '../storage/backups.ts';
import { acknowledgeRecovery, readRecovery } from '../storage/recovery-file.ts';
import type { ApiOf } from './api.ts';

export interface StorageParts {
  readonly databaseFile: string;
  readonly backups: Backups;
  readonly retention: Retention;
}

export const storageApi = ({
  databaseFile,
  backups,
  retention,
}: StorageParts): ApiOf<typeof storageRequests> => ({
  'backups.list': async () => ({ backups: backups.list(), folder: backups.folder }),
  'backups.failure': async () => ({ failure: backups.failure() }),
  'backups.create': () => backups.create(),
  'backups.restore': async ({ name }, { actor }) => {
    await backups.restore(name, actor);
    return {};
  },
  'retention.preview': () => retention.preview(),
  'retention.clean': () => retention.clean(),
  'workspace.recovery': async () => ({ recovery: readRecovery(databaseFile) }),
  'workspace.acknowledge_recovery': async () => {
    acknowledgeRecovery(databaseFile);
    return {};
  },
});
