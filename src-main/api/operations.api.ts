import type { operationRequests } from '../../src-shared/contract/operations.ts';
import type { Engine } from '../engine/engine.ts';
import type { Store } from '../store/store.ts';
import type { ApiOf } from './api.ts';
import { checkedFilter } from './records.api.ts';

export const operationsApi = (engine: Engine, store: Store): ApiOf<typeof operationRequests> => ({
  'operations.plan': async (request) => {
    if (request.selection.mode === 'filter') checkedFilter(request.collection, request.selection.filter);
    return engine.plan(request);
  },
  'operations.undo': (request) => engine.undo(request),
  'operations.retry': (request) => engine.retry(request),
  'operations.start': ({ id, options }) => engine.start(id, options),
  'operations.pin': (request) => engine.pin(request),
  'operations.pause': ({ id }) => engine.pause(id),
  'operations.resume': ({ id }) => engine.resume(id),
  'operations.cancel': ({ id }) => engine.cancel(id),
  'operations.discard': async ({ id }) => {
    await engine.discard(id);
    return {};
  },
  'operations.dismiss': ({ id }) => engine.dismiss(id),
  'operations.get': async ({ id }) => engine.asItStands((await store.read('getOperation', { id })).operation),
  'operations.list': async (query) => {
    const page = await store.read('listOperations', query);
    return { ...page, operations: page.operations.map((operation) => engine.asItStands(operation)) };
  },
  'operations.items': ({ id, ...page }) => store.read('listItems', { operationId: id, ...page }),
  'operations.journal': async ({ id }) => ({ entries: await store.read('listJournal', { operationId: id }) }),
});
