import type { z } from 'zod';
import type { Bridge, BridgeEvent } from '../../src-renderer/bridge/bridge.ts';
import { createListeners, openReply } from '../../src-renderer/bridge/bridge.ts';
import type { Ticket } from '../../src-shared/collections/tickets.ts';
import { Settings } from '../../src-shared/contract/app.ts';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import type { RequestName, requests } from '../../src-shared/contract/index.ts';
import { matches } from '../../src-shared/domain/condition.ts';
import type { Filter } from '../../src-shared/domain/filter.ts';
import type { Item } from '../../src-shared/domain/item.ts';
import { isFinal, type Operation } from '../../src-shared/domain/operation.ts';
import { defaultRunOptions } from '../../src-shared/domain/run-options.ts';
import type { Selection } from '../../src-shared/domain/selection.ts';
import { fakeActions } from './fake-actions.ts';
import { fakeDetail, fakeTicket } from './fake-tickets.ts';

type Answers = {
  readonly [N in RequestName]?: (
    input: z.output<(typeof requests)[N]['input']>,
  ) => z.input<(typeof requests)[N]['output']> | Promise<z.input<(typeof requests)[N]['output']>>;
};

export interface FakeOptions {
  readonly tickets?: number;
  /** How many items an operation settles at each tick. */
  readonly chunk?: number;
  readonly tickMs?: number;
  /** Answers that take the place of the fake's own. */
  readonly answers?: Answers;
}

/** A bridge to a small console in memory, close enough to draw screens and test components with. */
export function createFakeBridge(options: FakeOptions = {}): Bridge {
  const nowMs = Date.now();
  const records = new Map<number, Ticket>();
  for (let id = 1; id <= (options.tickets ?? 100); id += 1) records.set(id, fakeTicket(id, nowMs));
  const events = createListeners<BridgeEvent>();
  const operations = new Map<number, { operation: Operation; items: Item[] }>();
  const views = new Map<string, number[]>();
  let settings = Settings.parse({});

  const matching = (filter: Filter): Ticket[] =>
    [...records.values()].filter(
      (ticket) =>
        (ticket.deletedAt !== null) === filter.deleted &&
        filter.conditions.every((condition) => matches(ticket, condition, nowMs)) &&
        filter.text
          .toLowerCase()
          .split(/\s+/)
          .every((word) => ticket.subject.toLowerCase().includes(word)),
    );
  const sorted = (filter: Filter, sort: { field: string; direction: 'asc' | 'desc' }): Ticket[] => {
    const sign = sort.direction === 'asc' ? 1 : -1;
    const valueOf = (ticket: Ticket) =>
      (ticket as Readonly<Record<string, string | number | null>>)[sort.field] ?? '';
    return matching(filter).sort((a, b) => {
      const [x, y] = [valueOf(a), valueOf(b)];
      const order =
        typeof x === 'number' && typeof y === 'number' ? x - y : String(x).localeCompare(String(y));
      return sign * (order || a.id - b.id);
    });
  };
  const ticketsOf = (selection: Selection): Ticket[] => {
    if (selection.mode === 'ids') return selection.ids.flatMap((id) => records.get(id) ?? []);
    if (selection.mode === 'filter')
      return matching(selection.filter).filter(({ id }) => !selection.except.includes(id));
    return (operations.get(selection.operationId)?.items ?? []).flatMap(
      ({ recordId }) => records.get(recordId ?? 0) ?? [],
    );
  };

  const draft = (operation: Partial<Operation>, items: Item[]): Operation => {
    const made: Operation = {
      id: operations.size + 1,
      action: 'update_status',
      collection: 'tickets',
      title: 'Change tickets',
      details: [],
      state: 'draft',
      tallies: tally(items),
      forecast: { durationMs: items.length, reversible: true, warnings: [] },
      actor: 'you',
      createdAt: Date.now(),
      startedAt: null,
      endedAt: null,
      isCancelling: false,
      stoppedBy: null,
      undoOf: null,
      retryOf: null,
      undoneBy: null,
      file: null,
      rejected: 0,
      isDismissed: false,
      options: defaultRunOptions,
      isPinned: false,
      isCleaned: false,
      ...operation,
    };
    operations.set(made.id, { operation: made, items });
    return made;
  };
  const entry = (id: number) => {
    const found = operations.get(id);
    if (!found) throw new BulkheadError('not_found', 'There is no such operation.');
    return found;
  };
  const move = (id: number, change: Partial<Operation>): Operation => {
    const found = entry(id);
    found.operation = { ...found.operation, ...change, tallies: tally(found.items) };
    const { operation, items } = found;
    const processed = items.filter(({ state }) => state !== 'planned').length;
    const progress = {
      processed,
      total: items.length,
      ratePerSecond: 28_400,
      etaMs: (items.length - processed) * 2,
    };
    const payload = { operation, progress: isFinal(operation.state) ? null : progress };
    events.tell({ name: 'operation.updated', payload });
    return operation;
  };
  const run = (id: number) => {
    const { operation, items } = entry(id);
    if (operation.state !== 'in_progress') return;
    const chunk = items.filter(({ state }) => state === 'planned').slice(0, options.chunk ?? 40);
    for (const item of chunk) {
      const record = records.get(item.recordId ?? 0);
      if (record && item.after)
        records.set(record.id, { ...record, ...item.after, version: record.version + 1 } as Ticket);
      item.state = 'done';
    }
    const isDone = !items.some(({ state }) => state === 'planned');
    const hasFailed = items.some(({ state }) => state === 'failed');
    if (isDone) move(id, { state: hasFailed ? 'partial' : 'completed', endedAt: Date.now() });
    else {
      move(id, {});
      setTimeout(() => run(id), options.tickMs ?? 100);
    }
    events.tell({ name: 'records.changed', payload: { collection: 'tickets' } });
  };

  const answers: Answers = {
    'app.info': () => ({
      version: '0.0.0',
      host: 'browser',
      workspace: { name: 'Support', path: '/home/mina/Support' },
      actor: 'mina',
    }),
    'settings.get': () => settings,
    'settings.update': (change) => {
      settings = Settings.parse({ ...settings, ...change });
      return settings;
    },
    'actions.list': () => ({ actions: fakeActions }),
    'records.page': ({ query, limit }) => ({ records: sorted(query.filter, query.sort).slice(0, limit) }),
    'records.view': ({ query }) => {
      const viewId = `v${views.size + 1}`;
      const ids = sorted(query.filter, query.sort).map(({ id }) => id);
      views.set(viewId, ids);
      return { viewId, total: ids.length };
    },
    'records.rows': ({ viewId, from, limit }) => ({
      records: (views.get(viewId) ?? []).slice(from, from + limit).flatMap((id) => records.get(id) ?? []),
    }),
    'records.ids': ({ viewId, from, to }) => ({ ids: (views.get(viewId) ?? []).slice(from, to) }),
    'records.count': ({ filter }) => ({ count: matching(filter).length }),
    'records.facets': ({ filter, fields }) => ({
      facets: fields.map((field) => {
        const counts = new Map<string | null, number>();
        for (const ticket of matching(filter)) {
          const value = (ticket as Readonly<Record<string, unknown>>)[field];
          const key = typeof value === 'string' ? value : null;
          counts.set(key, (counts.get(key) ?? 0) + 1);
        }
        return {
          field,
          values: [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count),
        };
      }),
    }),
    'records.get': ({ id }) => {
      const record = records.get(id);
      if (!record) throw new BulkheadError('not_found', 'There is no such ticket.');
      return { record: fakeDetail(record), touchedBy: [] };
    },
    'operations.plan': ({ action, selection, input }) => {
      const info = fakeActions.find(({ name }) => name === action);
      const field = info?.form[0]?.name ?? 'deletedAt';
      const value = typeof input[field] === 'string' ? input[field] : null;
      const items = ticketsOf(selection).map((ticket, index) => planItem(ticket, index + 1, field, value));
      return draft({ action, title: `${info?.label ?? action}${value ? ` to ${value}` : ''}` }, items);
    },
    'operations.undo': ({ id }) => {
      const { operation, items } = entry(id);
      const done = items.filter(({ state }) => state === 'done');
      const back = done.map(
        (item, index): Item => ({
          ...item,
          seq: index + 1,
          state: 'planned',
          before: item.after,
          after: item.before,
        }),
      );
      return draft({ action: operation.action, title: `Undo: ${operation.title}`, undoOf: id }, back);
    },
    'operations.retry': ({ id }) => {
      const { operation, items } = entry(id);
      const again = items.filter(({ state }) => state === 'failed' || state === 'cancelled');
      const planned = again.map(
        (item, index): Item => ({ ...item, seq: index + 1, state: 'planned', reason: null }),
      );
      return draft({ action: operation.action, title: `Retry: ${operation.title}`, retryOf: id }, planned);
    },
    'operations.start': ({ id }) => {
      const operation = move(id, { state: 'in_progress', startedAt: Date.now() });
      setTimeout(() => run(id), options.tickMs ?? 100);
      return operation;
    },
    'operations.pause': ({ id }) => move(id, { state: 'paused' }),
    'operations.resume': ({ id }) => {
      setTimeout(() => run(id), options.tickMs ?? 100);
      return move(id, { state: 'in_progress' });
    },
    'operations.cancel': ({ id }) => {
      for (const item of entry(id).items) if (item.state === 'planned') item.state = 'cancelled';
      return move(id, { state: 'cancelled', endedAt: Date.now() });
    },
    'operations.discard': ({ id }) => {
      operations.delete(id);
      return {};
    },
    'operations.dismiss': ({ id }) => move(id, { isDismissed: true }),
    'operations.get': ({ id }) => entry(id).operation,
    'operations.list': ({ isDismissed }) => ({
      operations: [...operations.values()]
        .map(({ operation }) => operation)
        .filter(
          ({ state, isDismissed: gone }) =>
            state !== 'draft' && (isDismissed === undefined || gone === isDismissed),
        )
        .reverse(),
      hasMore: false,
    }),
    'operations.items': ({ id, states, reasons, after, limit }) => {
      const fitting = entry(id).items.filter(
        (item) =>
          item.seq > after &&
          (states.length === 0 || states.includes(item.state)) &&
          (reasons.length === 0 || (item.reason !== null && reasons.includes(item.reason))),
      );
      return { items: fitting.slice(0, limit), hasMore: fitting.length > limit };
    },
    'operations.journal': () => ({ entries: [] }),
    'files.chooseTarget': ({ suggestedName }) => ({ handle: 'target-0001', label: suggestedName }),
    'sample.plan': ({ count }) => {
      const items = Array.from({ length: Math.min(count, 500) }, (_, index): Item => {
        const ticket = fakeTicket(index + 1, nowMs);
        const { id: _id, version: _version, deletedAt: _deletedAt, ...after } = ticket;
        return { ...planItem(ticket, index + 1, 'status', null), recordId: null, before: null, after };
      });
      return draft({ action: 'import', title: 'Create sample tickets' }, items);
    },
  };
  const all = { ...answers, ...options.answers };

  return {
    request: async (name, input) => {
      const answer = all[name] as ((input: unknown) => unknown) | undefined;
      if (!answer) throw new BulkheadError('unknown_request', `The fake console has no answer to ${name}.`);
      await new Promise((resolve) => setTimeout(resolve, 4));
      const { requests: contract } = await import('../../src-shared/contract/index.ts');
      const value = await answer(contract[name].input.parse(input));
      return openReply(name, { ok: true, value: structuredClone(value) });
    },
    subscribe: events.add,
    chooseFile: async () => null,
    onConnection: (listener) => {
      listener('connected');
      return () => undefined;
    },
  };
}

function planItem(ticket: Ticket, seq: number, field: string, value: string | null): Item {
  const before = (ticket as Readonly<Record<string, string | number | null>>)[field] ?? null;
  const base = {
    seq,
    recordId: ticket.id,
    recordKey: ticket.key,
    recordTitle: ticket.subject,
    attempts: 0,
    finishedAt: null,
  };
  if (before === value) return { ...base, state: 'skipped', reason: 'already_so', before: null, after: null };
  if (ticket.status === 'closed')
    return { ...base, state: 'skipped', reason: 'illegal_transition', before: null, after: null };
  return { ...base, state: 'planned', reason: null, before: { [field]: before }, after: { [field]: value } };
}

function tally(items: readonly Item[]): Operation['tallies'] {
  const tallies = new Map<string, Operation['tallies'][number]>();
  for (const { state, reason } of items) {
    const key = `${state}/${reason}`;
    tallies.set(key, { state, reason, count: (tallies.get(key)?.count ?? 0) + 1 });
  }
  return [...tallies.values()];
}
