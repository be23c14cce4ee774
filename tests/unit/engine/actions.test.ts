import { beforeEach, describe, expect, it } from 'vitest';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import type { Selection } from '../../../src-shared/domain/selection.ts';
import { expectEndedWell } from '../../builders/books.ts';
import {
  allTickets,
  changeDatabase,
  everyTicket,
  insertTickets,
  makeTicket,
  readDatabase,
  replaceTickets,
  theseTickets,
} from '../../builders/tickets.ts';
import { useConsole } from '../../builders/use-console.ts';

const statuses = ['new', 'open', 'pending', 'on_hold', 'solved', 'closed'];
const tickets = [
  ...statuses.map((status, at) => makeTicket(at + 1, { status, category: 'Billing', assignee: 'Ada' })),
  makeTicket(7, { status: 'open', priority: 'high', deleted_at: 99 }),
];

const app = useConsole({ per: 'file' });
beforeEach(() => replaceTickets(app.folder, tickets));

function plan(action: string, input: Record<string, unknown>, selection: Selection): Promise<Operation> {
  return app.ask('operations.plan', { action, collection: 'tickets', selection, input });
}

/** Counters as `{ planned: 3, 'skipped already_so': 1 }`. */
function tallied(operation: Operation): Record<string, number> {
  return Object.fromEntries(
    operation.tallies.map(({ state, reason, count }) => [reason ? `${state} ${reason}` : state, count]),
  );
}

const all = theseTickets(1, 2, 3, 4, 5, 6, 7, 99);

describe('a plan counts by reason and starting it does just that', () => {
  // What each status may become: from new (1), open (2), pending (3), on hold (4), solved (5), closed (6).
  const legal: Record<string, number[]> = {
    new: [],
    open: [1, 3, 4, 5],
    pending: [1, 2, 4],
    on_hold: [1, 2, 3],
    solved: [1, 2, 3, 4],
    closed: [1, 2, 3, 4, 5],
  };

  it.each(Object.entries(legal))('update_status to %s', async (status, changed) => {
    const before = allTickets(app.folder);
    const draft = await plan('update_status', { status }, all);
    expect(draft.state).toBe('draft');
    expect(tallied(draft)).toEqual({
      ...(changed.length > 0 ? { planned: changed.length } : {}),
      'skipped already_so': 1,
      ...(changed.length < 4 ? { 'skipped illegal_transition': 4 - changed.length } : {}),
      ...(status === 'closed' ? {} : { 'skipped closed': 1 }),
      'skipped deleted': 1,
      'skipped not_found': 1,
    });
    expect(allTickets(app.folder)).toEqual(before);

    const operation = await app.run(draft);
    expectEndedWell(app.folder, operation);
    expect(operation.state).toBe('completed');
    for (const [at, ticket] of allTickets(app.folder).entries()) {
      const was = before[at];
      if (!was) throw new Error('a ticket more than before');
      if (changed.includes(ticket.id)) {
        expect(ticket).toEqual({ ...was, status, version: was.version + 1, updated_at: expect.any(Number) });
        expect(ticket.updated_at).toBeGreaterThanOrEqual(draft.createdAt);
      } else expect(ticket).toEqual(was);
    }
  });

  it('update_priority, update_category and assign', async () => {
    const priority = await app.run(await plan('update_priority', { priority: 'high' }, everyTicket));
    expect(tallied(priority)).toEqual({ done: 6 });
    const category = await app.run(await plan('update_category', { category: ' billing ' }, everyTicket));
    expect(tallied(category)).toEqual({ done: 6 });
    const same = await plan('update_category', { category: 'billing' }, everyTicket);
    expect(tallied(same)).toEqual({ 'skipped already_so': 6 });
    const assigned = await app.run(await plan('assign', { assignee: '' }, theseTickets(1, 2)));
    expect(tallied(assigned)).toEqual({ done: 2 });
    expect(
      allTickets(app.folder).map(({ id, priority, category, assignee, version }) => [
        id,
        priority,
        category,
        assignee,
        version,
      ]),
    ).toEqual([
      [1, 'high', 'billing', null, 4],
      [2, 'high', 'billing', null, 4],
      ...[3, 4, 5, 6].map((id) => [id, 'high', 'billing', 'Ada', 3]),
      [7, 'high', null, null, 1],
    ]);
  });

  it('add_comment, also to closed tickets', async () => {
    const draft = await plan('add_comment', { comment: ' Thank you ', is_internal: false }, all);
    expect(tallied(draft)).toEqual({ planned: 6, 'skipped deleted': 1, 'skipped not_found': 1 });
    expectEndedWell(app.folder, await app.run(draft));
    for (const id of [1, 6]) {
      const { record } = await app.ask('records.get', { collection: 'tickets', id });
      const { comments } = await app.ask('records.comments', { collection: 'tickets', id, limit: 9 });
      expect(comments).toEqual([
        {
          id: expect.any(Number),
          body: 'Thank you',
          isInternal: false,
          author: 'tester',
          createdAt: expect.any(Number),
        },
      ]);
      expect(record.version).toBe(2);
      const { touches } = await app.ask('records.touches', { collection: 'tickets', id, limit: 1 });
      expect(touches[0]).toMatchObject({
        operationId: draft.id,
        title: 'Add a public comment',
        actor: 'tester',
      });
    }
    const none = await app.ask('records.comments', { collection: 'tickets', id: 7, limit: 9 });
    expect(none.comments).toEqual([]);
  });

  it('delete and restore', async () => {
    const draft = await plan('delete', {}, all);
    expect(tallied(draft)).toEqual({ planned: 6, 'skipped deleted': 1, 'skipped not_found': 1 });
    await app.run(draft);
    const everything = { conditions: [], text: '', deleted: false };
    const count = (deleted: boolean) =>
      app.ask('records.count', { collection: 'tickets', filter: { ...everything, deleted } });
    expect(await count(false)).toEqual({ count: 0 });
    expect(await count(true)).toEqual({ count: 7 });

    const restore = await plan(
      'restore',
      {},
      { mode: 'filter', filter: { ...everything, deleted: true }, except: [1] },
    );
    expect(tallied(restore)).toEqual({ planned: 6 });
    await app.run(restore);
    expect(await count(false)).toEqual({ count: 6 });
    expect(tallied(await plan('restore', {}, all))).toEqual({
      planned: 1,
      'skipped not_deleted': 6,
      'skipped not_found': 1,
    });
  });

  it('keeps one ticket per origin when a deleted one is restored', async () => {
    await app.run(await plan('delete', {}, theseTickets(1)));
    changeDatabase(app.folder, (db) => insertTickets(db, [makeTicket(50, { external_id: '1' })]));
    const restored = await app.run(await plan('restore', {}, theseTickets(1, 7)));
    expect(restored.state).toBe('partial');
    expect(tallied(restored)).toEqual({ done: 1, 'failed duplicate': 1 });
    expectEndedWell(app.folder, restored);
  });

  it('names each record once, whatever the selection repeats', async () => {
    const draft = await plan('delete', {}, theseTickets(3, 1, 3, 3, 2, 1));
    expect(tallied(draft)).toEqual({ planned: 3 });
    const { items } = await app.ask('operations.items', { id: draft.id, limit: 10 });
    expect(items.map(({ recordId }) => recordId)).toEqual([1, 2, 3]);
    expect(items[0]).toMatchObject({
      recordKey: '1',
      recordTitle: 'Ticket 1',
      state: 'planned',
      before: { deletedAt: null },
    });
  });
});

describe('what cannot be planned is refused and leaves nothing behind', () => {
  it.each([
    ['an unknown action', 'explode', {}, everyTicket, 'invalid_request'],
    [
      'an input that the action does not take',
      'update_status',
      { status: 'lost' },
      everyTicket,
      'invalid_request',
    ],
    ['an input with something more', 'delete', { force: true }, everyTicket, 'invalid_request'],
    ['an empty comment', 'add_comment', { comment: ' ' }, everyTicket, 'invalid_request'],
    [
      'a selection that holds nothing',
      'delete',
      {},
      { mode: 'filter', filter: { conditions: [], text: 'nowhere', deleted: false }, except: [] },
      'nothing_to_do',
    ],
    [
      'a field that there is not',
      'delete',
      {},
      {
        mode: 'filter',
        filter: { conditions: [{ op: 'empty', field: 'secret', not: false }], text: '', deleted: false },
        except: [],
      },
      'invalid_request',
    ],
  ] satisfies [string, string, Record<string, unknown>, Selection, string][])(
    '%s',
    async (_name, action, input, selection, code) => {
      const operations = () =>
        readDatabase(app.folder, (db) => db.prepare('SELECT id, state FROM operations ORDER BY id').all());
      const before = operations();
      await expect(plan(action, input, selection)).rejects.toMatchObject({ code });
      expect(operations()).toEqual(before);
    },
  );
});
