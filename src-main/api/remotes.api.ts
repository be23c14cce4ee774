import type { remoteRequests } from '../../src-shared/contract/remotes.ts';
import type { Mirrors } from '../mirror/mirrors.ts';
import type { Store } from '../store/store.ts';
import type { ApiOf } from './api.ts';

export interface RemoteParts {
  readonly store: Store;
  readonly mirrors: Mirrors;
}

export const remotesApi = ({ mirrors, store }: RemoteParts): ApiOf<typeof remoteRequests> => ({
  'remotes.list': async () => ({ remotes: await mirrors.list() }),
  'remotes.test': async ({ address, token }) => {
    const { name, user, role, collections } = await mirrors.test(address, token);
    return { name, user, role, collections: [...collections] };
  },
  'remotes.add': (remote, { actor }) => mirrors.add(remote, actor),
  'remotes.sign_in': ({ id, ...credentials }, { actor }) => mirrors.signIn(id, credentials, actor),
  'remotes.remove': async ({ id }, { actor }) => {
    await mirrors.remove(id, actor);
    return {};
  },
  'remotes.pull': ({ id }) => mirrors.pull(id),
  'remotes.set_offline': ({ id, isOffline }) => mirrors.setOffline(id, isOffline),
  'conflicts.list': (page) => store.read('listConflicts', page),
  'conflicts.settle': ({ which, keep }, by) => mirrors.settle({ which, keep, by }),
});
