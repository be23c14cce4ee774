import { beforeEach, describe, expect, it } from 'vitest';
import { everyTicket, makeTickets, replaceTickets, theseTickets } from '../../builders/tickets.ts';
import { useConsole } from '../../builders/use-console.ts';

const app = useConsole({ per: 'file' });
beforeEach(() =>
  replaceTickets(
    app.folder,
    makeTickets(30, (id) => ({ status: id % 2 === 0 ? 'open' : 'pending' })),
  ),
);

const open = {
  collection: 'tickets',
  filter: {
    conditions: [{ op: 'in', field: 'status', values: ['open'], not: false }],
    text: '',
    deleted: false,
  },
  sort: { field: 'updatedAt', direction: 'desc' },
} satisfies Parameters<typeof app.ask<'records.view'>>[1]['query'];

async function rows(viewId: string): Promise<[number, unknown][]> {
  const { records } = await app.ask('records.rows', { viewId, from: 0, limit: 500 });
  return records.map(({ id, status }) => [id, status]);
}

describe('a view', () => {
  it('keeps its order and its records while they change under it, and shows them as they are now', async () => {
    const { viewId, total } = await app.ask('records.view', { query: open });
    expect(total).toBe(15);
    const before = await rows(viewId);
    const solve = { action: 'update_status', collection: 'tickets', input: { status: 'solved' } } as const;
    await app.run(await app.ask('operations.plan', { ...solve, selection: theseTickets(2, 4, 30) }));
    await app.run(
      await app.ask('operations.plan', {
        action: 'delete',
        collection: 'tickets',
        input: {},
        selection: theseTickets(6),
      }),
    );
    const after = await rows(viewId);
    expect(after.map(([id]) => id)).toEqual(before.map(([id]) => id));
    expect(
      after
        .filter(([, status]) => status === 'solved')
        .map(([id]) => id)
        .toSorted((a, b) => a - b),
    ).toEqual([2, 4, 30]);
    const { ids } = await app.ask('records.ids', { viewId, from: 0, to: 15 });
    expect(ids).toEqual(before.map(([id]) => id));
    // Opened anew, the query finds what there is now.
    expect((await app.ask('records.view', { query: open })).total).toBe(11);
  });

  it('is closed when its window has opened four more, or has gone', async () => {
    const { viewId: first } = await app.ask('records.view', { query: open });
    for (let more = 0; more < 3; more += 1) await app.ask('records.view', { query: open });
    expect((await rows(first)).length).toBe(15);
    const { viewId: last } = await app.ask('records.view', { query: open });
    await expect(rows(first)).rejects.toMatchObject({ code: 'not_found' });
    expect((await rows(last)).length).toBe(15);
    app.console.forget('test');
    await expect(rows(last)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('is closed when its owner has opened some in sixteen other windows since, and in none of anybody else', async () => {
    const ids = async (actor: string, client: string, viewId?: string): Promise<string> => {
      const caller = { client: `${actor} ${client}`, actor, role: 'agent' } as const;
      const [name, input] = viewId
        ? (['records.ids', { viewId, from: 0, to: 1 }] as const)
        : (['records.view', { query: open }] as const);
      const reply = await app.console.handle(caller, { name, input });
      return reply.ok ? String(Reflect.get(Object(reply.value), 'viewId')) : reply.error.code;
    };
    const anas = Array.from({ length: 16 }, (_, at) => ['ana', `${at + 1}`] as const);
    const opened = [];
    for (const [actor, client] of [
      ['bo', '1'] as const,
      ...anas,
      ['ana', '1'] as const,
      ['ana', '17'] as const,
    ])
      opened.push({ actor, client, viewId: await ids(actor, client) });
    const closed = [];
    for (const { actor, client, viewId } of opened)
      if ((await ids(actor, client, viewId)) === 'not_found') closed.push([actor, client]);
    expect(closed).toEqual([['ana', '2']]);
  });

  it('belongs to the window that opened it', async () => {
    const { viewId } = await app.ask('records.view', { query: open });
    const reply = await app.console.handle(app.console.owner('another'), {
      name: 'records.rows',
      input: { viewId, from: 0, limit: 5 },
    });
    expect(reply).toMatchObject({ ok: false, error: { code: 'not_found' } });
  });

  it('answers positions beyond its end with nothing', async () => {
    const { viewId } = await app.ask('records.view', { query: open });
    expect(await app.ask('records.rows', { viewId, from: 15, limit: 10 })).toEqual({ records: [] });
    expect(await app.ask('records.ids', { viewId, from: 14, to: 99 })).toEqual({ ids: [expect.any(Number)] });
    expect(await app.ask('records.ids', { viewId, from: 9, to: 3 })).toEqual({ ids: [] });
  });
});

describe('a selection', () => {
  it('of a filter leaves its exceptions out', async () => {
    const selection = { mode: 'filter', filter: open.filter, except: [2, 3, 4] } as const;
    const draft = await app.ask('operations.plan', {
      action: 'delete',
      collection: 'tickets',
      input: {},
      selection: { ...selection, except: [...selection.except] },
    });
    expect(draft.tallies).toEqual([{ state: 'planned', reason: null, count: 13 }]);
  });

  it('of more single records than a message carries is refused', async () => {
    const { viewId } = await app.ask('records.view', {
      query: { ...open, filter: { ...open.filter, conditions: [] } },
    });
    await expect(app.ask('records.ids', { viewId, from: 0, to: 250_001 })).rejects.toMatchObject({
      code: 'selection_too_large',
    });
    const ids = Array.from({ length: 250_001 }, (_, at) => at + 1);
    await expect(
      app.ask('operations.plan', {
        action: 'delete',
        collection: 'tickets',
        input: {},
        selection: { mode: 'ids', ids },
      }),
    ).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('is frozen by the plan: what matches later is not touched', async () => {
    const draft = await app.ask('operations.plan', {
      action: 'update_category',
      collection: 'tickets',
      input: { category: 'Mine' },
      selection: { mode: 'filter', filter: open.filter, except: [] },
    });
    await app.run(
      await app.ask('operations.plan', {
        action: 'update_status',
        collection: 'tickets',
        input: { status: 'open' },
        selection: everyTicket,
      }),
    );
    const { tallies } = await app.run(draft);
    expect(tallies).toEqual([{ state: 'done', reason: null, count: 15 }]);
  });
});
