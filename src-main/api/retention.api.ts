import type { storageRequests } from '../../src-shared/contract/storage.ts';
import type { Retention } from '../engine/history/retention.ts';
import type { ApiOf } from './api.ts';

export const retentionApi = (
  retention: Retention,
): Pick<ApiOf<typeof storageRequests>, 'retention.preview' | 'retention.clean'> => ({
  'retention.preview': () => retention.preview(),
  'retention.clean': () => retention.clean(),
});
