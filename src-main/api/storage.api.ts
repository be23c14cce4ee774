import type { storageRequests } from '../../src-shared/contract/storage.ts';
import type { Backups } from '../storage/backups.ts';
import { acknowledgeRecovery, readRecovery } from '../storage/recovery-file.ts';
import type { ApiOf } from './api.ts';

export const storageApi = ({
  databaseFile,
  backups,
}: {
  databaseFile: string;
  backups: Pick<Backups, 'folder' | 'list' | 'failure' | 'create' | 'restore'>;
}): Omit<ApiOf<typeof storageRequests>, 'retention.preview' | 'retention.clean'> => ({
  'backups.list': async () => ({ backups: backups.list(), folder: backups.folder }),
  'backups.failure': async () => ({ failure: backups.failure() }),
  'backups.create': () => backups.create(),
  'backups.restore': async ({ name }, { actor }) => {
    await backups.restore(name, actor);
    return {};
  },
  'workspace.recovery': async () => ({ recovery: readRecovery(databaseFile) }),
  'workspace.acknowledgeRecovery': async () => {
    acknowledgeRecovery(databaseFile);
    return {};
  },
});
