import { BulkheadError } from '../../src-shared/contract/errors.ts';
import type { historyRequests } from '../../src-shared/contract/history.ts';
import type { ApiOf } from './api.ts';

async function notYet(): Promise<never> {
  throw new BulkheadError('not_available_here', 'This console cannot do that yet. Nothing was changed.');
}

export const historyApi = (): ApiOf<typeof historyRequests> => ({
  'history.verify': notYet,
  'history.report': notYet,
  'history.statistics': notYet,
});
