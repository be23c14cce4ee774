import { BulkheadError } from '../../src-shared/contract/errors.ts';
import type { storageRequests } from '../../src-shared/contract/storage.ts';
import type { ApiOf } from './api.ts';

async function notYet(): Promise<never> {
  throw new BulkheadError('not_available_here', 'This console cannot do that yet. Nothing was changed.');
}

export const storageApi = (): Omit<
  ApiOf<typeof storageRequests>,
  'retention.preview' | 'retention.clean'
> => ({
  'backups.list': notYet,
  'backups.create': notYet,
  'backups.restore': notYet,
  'workspace.recovery': notYet,
  'workspace.acknowledgeRecovery': notYet,
});
