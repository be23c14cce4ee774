import type { operationRequests } from '../../src-shared/contract/operations.ts';
import type { Engine } from '../engine/engine.ts';
import type { Store } from '../store/store.ts';
import type { ApiOf } from './api.ts';
import type { OpenDrafts } from './open-drafts.ts';
import { whose } from './ownership.ts';
import { checkedFilter } from './records.api.ts';

export interface OperationParts {
  readonly engine: Engine;
  readonly store: Store;
  readonly drafts: OpenDrafts;
}

export const operationsApi = ({
  engine,
  store,
  drafts,
}: OperationParts): ApiOf<typeof operationRequests> => ({
  'operations.plan': async (request, caller) => {
    if (request.selection.mode === 'filter') checkedFilter(request.collection, request.selection.filter);
    const { client, actor } = caller;
    return drafts.made(caller, engine.plan(request, { client, actor }));
  },
  'operations.undo': (request, caller) => drafts.made(caller, engine.undo(request, caller)),
  'operations.retry': (request, caller) => drafts.made(caller, engine.retry(request, caller)),
  'operations.start': ({ id, options, key }, { actor }) =>
    engine.start(id, actor, options, key && { actor, ...key }),
  'operations.by_key': async ({ key }, { actor }) => ({
    found: await store.read('findOperationKey', { actor, key }),
  }),
  'operations.settle_unknown': (request, { actor }) => engine.settleUnknown(request, actor),
  'operations.pin': (request, { actor }) => engine.pin(request, actor),
  'operations.pause': ({ id }, { actor }) => engine.pause(id, actor),
  'operations.resume': ({ id }, { actor }) => engine.resume(id, actor),
  'operations.cancel': ({ id }, { actor }) => engine.cancel(id, actor),
  'operations.discard': async ({ id }) => {
    await engine.discard(id);
    drafts.over(id);
    return {};
  },
  'operations.dismiss': ({ id }, { actor }) => engine.dismiss(id, actor),
  'operations.dismiss_ended': async (_, { actor }) => {
    await engine.dismissEnded(actor);
    return {};
  },
  'operations.get': async ({ id }) => engine.asItStands((await store.read('getOperation', { id })).operation),
  'operations.list': async ({ isOwn, ...query }, caller) => {
    const page = await store.read('listOperations', { ...query, actor: whose(caller, isOwn) });
    return { ...page, operations: page.operations.map((operation) => engine.asItStands(operation)) };
  },
  'operations.count': async ({ isOwn, ...query }, caller) => ({
    count: await store.read('countOperations', { ...query, actor: whose(caller, isOwn) }),
  }),
  'operations.items': ({ id, ...page }) => store.read('listItems', { operationId: id, ...page }),
  'operations.journal': async ({ id }) => ({ entries: await store.read('listJournal', { operationId: id }) }),
});
