import { BulkheadError } from '../../src-shared/contract/errors.ts';
import { matches } from '../../src-shared/domain/condition.ts';
import type { Filter, Sort } from '../../src-shared/domain/filter.ts';
import type { Selection } from '../../src-shared/domain/selection.ts';
import { fakeDetail, type Ticket } from './fake-tickets.ts';
import type { Answers, FakeWorld } from './fake-world.ts';

/** The tickets that a selection means now. */
export function ticketsOf(world: FakeWorld, selection: Selection): Ticket[] {
  const { records, operations } = world;
  if (selection.mode === 'ids') return selection.ids.flatMap((id) => records.get(id) ?? []);
  if (selection.mode === 'filter')
    return matching(world, selection.filter).filter(({ id }) => !selection.except.includes(id));
  return (operations.get(selection.operationId)?.items ?? []).flatMap(
    ({ recordId }) => records.get(recordId ?? 0) ?? [],
  );
}

/** What a fake console answers about tickets. */
export function fakeRecordAnswers(world: FakeWorld): Answers {
  const { records } = world;
  const views = new Map<string, number[]>();
  return {
    'records.page': ({ query, limit }) => ({
      records: sorted(world, query.filter, query.sort).slice(0, limit),
    }),
    'records.view': ({ query }) => {
      const viewId = `v${views.size + 1}`;
      const ids = sorted(world, query.filter, query.sort).map(({ id }) => id);
      views.set(viewId, ids);
      return { viewId, total: ids.length };
    },
    'records.rows': ({ viewId, from, limit }) => ({
      records: (views.get(viewId) ?? []).slice(from, from + limit).flatMap((id) => records.get(id) ?? []),
    }),
    'records.ids': ({ viewId, from, to }) => ({ ids: (views.get(viewId) ?? []).slice(from, to) }),
    'records.count': ({ filter }) => ({ count: matching(world, filter).length }),
    'records.facets': ({ filter, fields }) => ({
      facets: fields.map((field) => facetOf(field, matching(world, filter))),
    }),
    'records.get': ({ id }) => {
      const record = records.get(id);
      if (!record) throw new BulkheadError('not_found', 'There is no such ticket.');
      return fakeDetail(record);
    },
    'records.comments': () => ({ comments: [], hasEarlier: false }),
    'records.touches': ({ id }) => ({ touches: touchesOf(world, id), hasMore: false }),
  };
}

function touchesOf({ operations }: FakeWorld, recordId: number) {
  return [...operations.values()]
    .flatMap(({ operation, items }) => {
      const item = items.find((one) => one.recordId === recordId && one.state === 'done');
      if (!item || operation.startedAt === null) return [];
      const { id: operationId, title, actor, startedAt: finishedAt } = operation;
      const { seq, before, after } = item;
      return [{ operationId, seq, title, actor, finishedAt, before, after }];
    })
    .reverse();
}

function matching({ records, nowMs }: FakeWorld, filter: Filter): Ticket[] {
  const words = filter.text.toLowerCase().split(/\s+/);
  return [...records.values()].filter(
    (ticket) =>
      (ticket.deletedAt !== null) === filter.deleted &&
      filter.conditions.every((condition) => matches(ticket, condition, nowMs)) &&
      words.every((word) => ticket.subject.toLowerCase().includes(word)),
  );
}

function sorted(world: FakeWorld, filter: Filter, sort: Sort): Ticket[] {
  const sign = sort.direction === 'asc' ? 1 : -1;
  const valueOf = (ticket: Ticket) =>
    (ticket as Readonly<Record<string, string | number | null>>)[sort.field] ?? '';
  return matching(world, filter).sort((a, b) => {
    const [x, y] = [valueOf(a), valueOf(b)];
    const order = typeof x === 'number' && typeof y === 'number' ? x - y : String(x).localeCompare(String(y));
    return sign * (order || a.id - b.id);
  });
}

function facetOf(field: string, tickets: readonly Ticket[]) {
  const counts = new Map<string | null, number>();
  for (const ticket of tickets) {
    const value = (ticket as Readonly<Record<string, unknown>>)[field];
    const key = typeof value === 'string' ? value : null;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const values = [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count);
  return { field, values };
}
