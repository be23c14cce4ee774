import type { historyRequests } from '../../src-shared/contract/history.ts';
import type { History } from '../engine/history/history.ts';
import type { Host } from '../host.ts';
import type { Store } from '../store/store.ts';
import type { ApiOf } from './api.ts';
import { whose } from './ownership.ts';

export const historyApi = (host: Host, store: Store, history: History): ApiOf<typeof historyRequests> => ({
  'history.verify': () => history.verify(),
  'history.report': ({ id, format, signedBy, target }) =>
    history.report({ operationId: id, format, signedBy, path: host.pathOf(target) }),
  'history.workspace': (page) => store.read('listWorkspaceJournal', page),
  'history.statistics': async ({ since }, caller) => ({
    actions: await store.read('getStatistics', { since, actor: whose(caller, false) }),
  }),
});
