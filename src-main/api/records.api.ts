import { fieldOf } from '../../src-shared/collections/field.ts';
import type { CollectionName } from '../../src-shared/collections/index.ts';
import { collections } from '../../src-shared/collections/index.ts';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import type { Query, recordRequests } from '../../src-shared/contract/records.ts';
import type { Filter } from '../../src-shared/domain/filter.ts';
import { maxSelectedIds } from '../../src-shared/domain/selection.ts';
import type { Clock } from '../platform/clock.ts';
import type { Store } from '../store/store.ts';
import type { Views } from '../store/views.ts';
import type { ApiOf } from './api.ts';
import { whose } from './ownership.ts';

export const recordsApi = (store: Store, views: Views, clock: Clock): ApiOf<typeof recordRequests> => ({
  'records.page': async ({ query, limit }) => ({
    records: await store.read('firstRecords', { query: checked(query), limit, nowMs: clock.now() }),
  }),
  'records.view': ({ query }, caller) => views.open(caller, checked(query), clock.now()),
  'records.rows': async ({ viewId, from, limit }, { client }) => ({
    records: await store.read('getRecords', views.part(client, viewId, from, from + limit)),
  }),
  'records.ids': async ({ viewId, from, to }, { client }) => {
    if (to - from > maxSelectedIds) {
      throw new BulkheadError(
        'selection_too_large',
        `${to - from} single records are too many to pick one by one.`,
      );
    }
    return { ids: views.part(client, viewId, from, to).ids };
  },
  'records.count': async ({ collection, filter }) => ({
    count: await store.read('countRecords', {
      collection,
      filter: checkedFilter(collection, filter),
      nowMs: clock.now(),
    }),
  }),
  'records.facets': async ({ collection, filter, fields }) => {
    for (const name of fields) requireField(collection, name, 'isFacet');
    return {
      facets: await store.read('facetRecords', {
        collection,
        filter: checkedFilter(collection, filter),
        fields,
        nowMs: clock.now(),
      }),
    };
  },
  'records.changes': (page) => store.read('readChanges', page),
  'records.states': async (which) => ({ records: await store.read('readStates', which) }),
  'records.get': (which) => store.read('getRecord', which),
  'records.comments': (which) => store.read('listComments', which),
  'records.touches': ({ id, isOwn, ...query }, caller) =>
    store.read('listTouches', { ...query, recordId: id, actor: whose(caller, isOwn) }),
});

function checked(query: Query): Query {
  requireField(query.collection, query.sort.field, 'isSortable');
  checkedFilter(query.collection, query.filter);
  return query;
}

/** Refuses a filter on a field that there is not, or on a value that a choice field cannot have. */
export function checkedFilter(collection: CollectionName, filter: Filter): Filter {
  for (const condition of filter.conditions) {
    const field = requireField(collection, condition.field, 'isFilterable');
    if ((condition.op === 'before' || condition.op === 'after') && field.kind !== 'time')
      throw new BulkheadError('invalid_request', `${field.label} is not a time.`);
    if (condition.op !== 'in' || !field.choices) continue;
    for (const value of condition.values) {
      if (!field.choices.some((choice) => choice.value === value)) {
        throw new BulkheadError('invalid_request', `"${value}" is not a ${field.label.toLowerCase()}.`);
      }
    }
  }
  return filter;
}

function requireField(
  collection: CollectionName,
  name: string,
  use: 'isSortable' | 'isFilterable' | 'isFacet',
) {
  const field = fieldOf(collections[collection], name);
  if (field?.[use]) return field;
  throw new BulkheadError(
    'invalid_request',
    `${collections[collection].label} cannot be listed by "${name}".`,
  );
}
