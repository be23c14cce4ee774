import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldOf } from '../../../src-shared/collections/field.ts';
import { CollectionRecord } from '../../../src-shared/collections/record.ts';
import {
  tickets as collection,
  ticketPriorities,
  ticketStatuses,
} from '../../../src-shared/collections/tickets.ts';
import { type Condition, matches } from '../../../src-shared/domain/condition.ts';
import type { Filter, Sort } from '../../../src-shared/domain/filter.ts';
import type { Selection } from '../../../src-shared/domain/selection.ts';
import { runs } from '../../builders/property.ts';
import {
  allTickets,
  fillTickets,
  makeTickets,
  type TicketColumns,
  theseTickets,
} from '../../builders/tickets.ts';
import { useConsole } from '../../builders/use-console.ts';
import { openTestConsole } from '../../builders/workspace.ts';
import { recordOf } from './arbitraries.ts';

const nowMs = 50_000;
const words = ['refund', 'Login', 'café', 'invoice', 'box'];
const names = ['Ada', 'ada', 'Bob', 'Čapek', 'Zoë', null];

let rows: TicketColumns[];

const app = useConsole({
  per: 'file',
  fill: (folder) => {
    fillTickets(
      folder,
      makeTickets(240, (id) => ({
        external_id: `T-${id}`,
        source: id % 2 === 0 ? 'Zendesk' : 'mail',
        subject: `${words[id % 5]} of order ${id}`,
        description: `${words[(id * 3) % 5]} and ${words[(id * 7) % 5]}`,
        status: ticketStatuses[id % 6] ?? 'open',
        priority: ticketPriorities[(id * 7) % 4] ?? 'low',
        category: id % 9 === 0 ? null : `Category ${id % 4}`,
        assignee: names[id % 6] ?? null,
        requester: `Customer ${id % 50}`,
        channel: id % 4 === 0 ? null : 'Email',
        created_at: (id * 37) % 1_000,
        updated_at: (id * 101) % 777,
        deleted_at: id % 10 === 0 ? id : null,
      })),
    );
    rows = allTickets(folder);
  },
  open: (folder) => openTestConsole(folder, { now: () => nowMs }),
});

function wordsOf(text: string): string[] {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/** What a filter finds, worked out one ticket after the other. Search texts here are plain words. */
function naively({ conditions, text, deleted }: Filter): TicketColumns[] {
  return rows.filter((row) => {
    const have = [...wordsOf(row.subject), ...wordsOf(row.description)];
    return (
      (row.deleted_at !== null) === deleted &&
      conditions.every((condition) => matches(recordOf(row), condition, nowMs)) &&
      wordsOf(text).every((wanted) => have.some((word) => word.startsWith(wanted)))
    );
  });
}

function lower(value: unknown): unknown {
  return typeof value === 'string' ? value.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : value;
}

/** Nothing first, numbers by size, text by its bytes without regard to ASCII case, choices in their natural order. */
function naiveOrder({ field, direction }: Sort): (a: TicketColumns, b: TicketColumns) => number {
  const choices = fieldOf(collection, field)?.choices?.map(({ value }) => value);
  const keyOf = (row: TicketColumns) => {
    const value = recordOf(row)[field] ?? null;
    return choices ? choices.indexOf(String(value)) : lower(value);
  };
  const sign = direction === 'asc' ? 1 : -1;
  return (a, b) => sign * (compare(keyOf(a), keyOf(b)) || a.id - b.id);
}

function compare(a: unknown, b: unknown): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
}

function toTicket(row: TicketColumns): CollectionRecord {
  const { description: _description, ...ticket } = recordOf(row);
  return CollectionRecord.parse(ticket);
}

const oneOf = (field: string, values: string[]) =>
  fc.record({
    op: fc.constant('in' as const),
    field: fc.constant(field),
    values: fc.subarray(values, { minLength: 1 }),
    not: fc.boolean(),
  });
const time = fc.integer({ min: 0, max: 1_000 });
const condition: fc.Arbitrary<Condition> = fc.oneof(
  oneOf('status', [...ticketStatuses]),
  oneOf('priority', [...ticketPriorities]),
  oneOf('category', ['Category 1', 'CATEGORY 2', 'none']),
  oneOf('assignee', ['ADA', 'Bob', 'čapek', 'Zoë']),
  oneOf('source', ['zendesk', 'mail']),
  oneOf('key', ['t-1', 'T-20', 'T-33']),
  fc.record({
    op: fc.constant('empty' as const),
    field: fc.constantFrom('category', 'assignee', 'channel'),
    not: fc.boolean(),
  }),
  fc.record({
    op: fc.constantFrom('before' as const, 'after' as const),
    field: fc.constantFrom('createdAt', 'updatedAt'),
    moment: fc.oneof(fc.record({ at: time }), fc.record({ agoMs: time.map((ago) => nowMs - ago) })),
  }),
);
const filter: fc.Arbitrary<Filter> = fc.record({
  conditions: fc.array(condition, { maxLength: 3 }),
  text: fc.constantFrom('', '', 'refund', 'cafe', 'INVOICE box', 'log', 'order 1', 'nowhere'),
  deleted: fc.boolean(),
});
const sort: fc.Arbitrary<Sort> = fc.record({
  field: fc.constantFrom(...collection.fields.filter(({ isSortable }) => isSortable).map(({ name }) => name)),
  direction: fc.constantFrom('asc' as const, 'desc' as const),
});

describe('lists of records', () => {
  it('hold what the filter says, in the order asked for, however they are read', async () => {
    await fc.assert(
      fc.asyncProperty(filter, sort, async (filter, sort) => {
        const query = { collection: 'tickets' as const, filter, sort };
        const expected = naively(filter).toSorted(naiveOrder(sort)).map(toTicket);
        expect((await app.ask('records.count', { collection: 'tickets', filter })).count).toBe(
          expected.length,
        );
        expect((await app.ask('records.page', { query, limit: 20 })).records).toEqual(expected.slice(0, 20));
        const { viewId, total } = await app.ask('records.view', { query });
        expect(total).toBe(expected.length);
        const { records } = await app.ask('records.rows', { viewId, from: 3, limit: 500 });
        expect(records).toEqual(expected.slice(3));
        const { ids } = await app.ask('records.ids', { viewId, from: 1, to: 7 });
        expect(ids).toEqual(expected.slice(1, 7).map(({ id }) => id));
      }),
      runs(150),
    );
  });

  it('count each value of a facet within the filter', async () => {
    const facets = collection.fields.filter(({ isFacet }) => isFacet).map(({ name }) => name);
    await fc.assert(
      fc.asyncProperty(filter, async (filter) => {
        const found = naively(filter);
        const answer = await app.ask('records.facets', { collection: 'tickets', filter, fields: facets });
        expect(answer.facets.map(({ field }) => field)).toEqual(facets);
        for (const { field, values } of answer.facets) {
          const counts = new Map<unknown, number>();
          for (const row of found) {
            const value = lower(recordOf(row)[field] ?? null);
            counts.set(value, (counts.get(value) ?? 0) + 1);
          }
          expect(new Map(values.map(({ value, count }) => [lower(value), count]))).toEqual(counts);
          const numbers = values.map(({ count }) => count);
          expect(numbers).toEqual(numbers.toSorted((a, b) => b - a));
        }
      }),
      runs(60),
    );
  });
});

it('the records of an operation are none of another collection, though they have their numbers', async () => {
  const plan = (collection: 'tickets' | 'orders', selection: Selection) =>
    app.ask('operations.plan', { action: 'delete', collection, selection, input: {} });
  const { id } = await app.run(await plan('tickets', theseTickets(1, 2)));
  const selection: Selection = { mode: 'items', operationId: id, states: ['done'] };
  await expect(plan('orders', selection)).rejects.toMatchObject({ code: 'invalid_request' });
});

it('the records of an operation are those after an item, where one is named', async () => {
  const plan = (selection: Selection) =>
    app.ask('operations.plan', { action: 'restore', collection: 'tickets', selection, input: {} });
  const { id } = await plan(theseTickets(1, 2, 3));
  const { items } = await app.ask('operations.items', { id, limit: 10 });
  const draft = await plan({ mode: 'items', operationId: id, states: ['planned', 'skipped'], after: 1 });
  const rest = await app.ask('operations.items', { id: draft.id, limit: 10 });
  expect(rest.items.map(({ recordId }) => recordId)).toEqual(items.slice(1).map(({ recordId }) => recordId));
});
