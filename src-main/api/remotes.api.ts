import { BulkheadError } from '../../src-shared/contract/errors.ts';
import type { remoteRequests } from '../../src-shared/contract/remotes.ts';
import type { ApiOf } from './api.ts';

export const remotesApi = (): ApiOf<typeof remoteRequests> => ({
  'remotes.list': async () => ({ remotes: [] }),
  'remotes.test': notYet,
  'remotes.add': notYet,
  'remotes.sign_in': notYet,
  'remotes.remove': notYet,
  'remotes.pull': notYet,
  'remotes.set_offline': notYet,
  'conflicts.list': async () => ({ conflicts: [], total: 0 }),
  'conflicts.settle': notYet,
});

function notYet(): Promise<never> {
  throw new BulkheadError('not_available_here', 'This console cannot connect to remotes yet.');
}
