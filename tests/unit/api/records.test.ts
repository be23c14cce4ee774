import { describe, expect, it } from 'vitest';
import type { Condition } from '../../../src-shared/domain/condition.ts';
import { changeDatabase, fillTickets, makeTickets } from '../../builders/tickets.ts';
import { useConsole } from '../../builders/use-console.ts';

const app = useConsole({
  per: 'file',
  fill: (folder) => fillTickets(folder, makeTickets(3)),
});

const everything = { conditions: [], text: '', deleted: false };

describe('what a list cannot be asked for is refused with a reason', () => {
  it.each<[string, Condition]>([
    ['a field that there is not', { op: 'in', field: 'salary', values: ['1'], not: false }],
    ['a column of the database', { op: 'empty', field: 'external_id', not: false }],
    ['a field that is not for filters', { op: 'in', field: 'subject', values: ['x'], not: false }],
    ['a name that every object has', { op: 'empty', field: 'constructor', not: false }],
    [
      'a value that a choice does not have',
      { op: 'in', field: 'status', values: ['open', 'lost'], not: false },
    ],
    ['a time of what is no time', { op: 'before', field: 'category', moment: { at: 5 } }],
    ['a piece of SQL', { op: 'empty', field: "status = 'open' OR 1", not: false }],
  ])('%s', async (_name, condition) => {
    const filter = { ...everything, conditions: [condition] };
    const query = {
      collection: 'tickets' as const,
      filter,
      sort: { field: 'id', direction: 'asc' as const },
    };
    for (const asked of [
      app.ask('records.count', { collection: 'tickets', filter }),
      app.ask('records.view', { query }),
      app.ask('records.page', { query, limit: 5 }),
      app.ask('records.facets', { collection: 'tickets', filter, fields: ['status'] }),
    ]) {
      await expect(asked).rejects.toMatchObject({
        code: 'invalid_request',
        message: expect.stringMatching(/.{15}/),
      });
    }
  });

  it.each(['subject', 'external_id', '__proto__', 'id DESC; DROP TABLE tickets'])(
    'an order by %s',
    async (field) => {
      const query = {
        collection: 'tickets' as const,
        filter: everything,
        sort: { field, direction: 'asc' as const },
      };
      await expect(app.ask('records.view', { query })).rejects.toMatchObject({ code: 'invalid_request' });
    },
  );

  it.each(['requester', 'createdAt', 'nothing'])('a facet of %s', async (field) => {
    const asked = app.ask('records.facets', { collection: 'tickets', filter: everything, fields: [field] });
    await expect(asked).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('a ticket that there is not', async () => {
    await expect(app.ask('records.get', { collection: 'tickets', id: 99 })).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

describe('a ticket in full', () => {
  it('comes with its text and its foreign fields', async () => {
    expect(await app.ask('records.get', { collection: 'tickets', id: 2 })).toEqual({
      record: {
        id: 2,
        key: '2',
        source: 'test',
        subject: 'Ticket 2',
        description: 'A description.',
        status: 'open',
        priority: 'medium',
        category: null,
        assignee: null,
        requester: null,
        channel: null,
        product: null,
        createdAt: 1_002,
        updatedAt: 2_002,
        deletedAt: null,
        version: 1,
      },
      extra: {},
      events: [],
    });
  });
});

it('what touched a record is listed page by page, latest first, and by the fields that changed', async () => {
  const change = async (action: string, input: Record<string, unknown>) => {
    const selection = { mode: 'ids' as const, ids: [1] };
    const draft = await app.ask('operations.plan', { action, collection: 'tickets', selection, input });
    return (await app.run(draft)).id;
  };
  const older = await change('update_category', { category: 'One' });
  const newer = await change('update_category', { category: 'Two' });
  const comment = await change('add_comment', { comment: 'Hello', is_internal: true });
  const touches = async (fields: string[], limit = 9) => {
    const found = await app.ask('records.touches', { collection: 'tickets', id: 1, fields, limit });
    return [found.touches.map(({ operationId }) => operationId), found.hasMore];
  };
  expect(await touches([])).toEqual([[comment, newer, older], false]);
  expect(await touches([], 2)).toEqual([[comment, newer], true]);
  expect(await touches([], 3)).toEqual([[comment, newer, older], false]);
  expect(await touches(['category'], 1)).toEqual([[newer], true]);
  expect(await touches(['category', 'category'])).toEqual([[newer, older], false]);
  expect(await touches(['category', 'status'])).toEqual([[], false]);
  expect(await touches(['"] constructor'])).toEqual([[], false]);
});

it('the comments of a record are listed page by page from the latest backwards, without those that were undone', async () => {
  const bodies = ['One', 'Two', 'Three', 'Four', 'Five'];
  changeDatabase(app.folder, (db) => {
    const add = db.prepare(
      `INSERT INTO comments (ticket_id, body, is_internal, author, created_at) VALUES (?, ?, 0, 'tester', 0)`,
    );
    for (const body of bodies) for (const ticket of [2, 3]) add.run(ticket, body);
    db.exec(`UPDATE comments SET hidden_at = 1 WHERE body = 'Three'`);
  });
  const ticket = { collection: 'tickets', id: 3, limit: 2 } as const;
  const latest = await app.ask('records.comments', ticket);
  expect([latest.comments.map(({ body }) => body), latest.hasEarlier]).toEqual([['Four', 'Five'], true]);
  const before = await app.ask('records.comments', { ...ticket, before: latest.comments[0]?.id });
  expect([before.comments.map(({ body }) => body), before.hasEarlier]).toEqual([['One', 'Two'], false]);
  expect(await app.ask('records.comments', { ...ticket, collection: 'orders' })).toEqual({
    comments: [],
    hasEarlier: false,
  });
});
