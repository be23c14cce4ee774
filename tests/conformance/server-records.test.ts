import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { ApiReply } from '../builders/api-server.ts';
import { allTickets, changeDatabase, makeTickets, readDatabase } from '../builders/tickets.ts';
import { useApi } from './served-api.ts';

const count = 2_500;
const setup = useApi({ tickets: makeTickets(count, (id) => (id === 7 ? { deleted_at: 5 } : {})) });

function ticket(id: number) {
  const found = allTickets(setup.folder).find((each) => each.id === id);
  if (!found) throw new Error(`no ticket ${id}`);
  return found;
}

function get(path: string): Promise<ApiReply> {
  return setup.api.call('GET', path, { token: setup.mina });
}

function patch(
  id: number,
  version: number | null,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<ApiReply> {
  const match: Record<string, string> = version === null ? {} : { 'if-match': `"${version}"` };
  return setup.api.call('PATCH', `/api/v1/tickets/${id}`, {
    token: setup.mina,
    body,
    headers: { ...match, ...headers },
  });
}

describe('changes', () => {
  test('are every live record once, then nothing, then what changed, to the letter', async () => {
    const seen = new Map<number, Record<string, unknown>>();
    let cursor = '';
    for (let isEnd = false; !isEnd; ) {
      const { status, body } = await get(`/api/v1/tickets/changes?cursor=${cursor}&limit=1000`);
      expect([status, Object.keys(body).sort()]).toEqual([200, ['cursor', 'end_of_stream', 'items']]);
      for (const item of body.items) {
        expect(seen.has(item.id)).toBe(false);
        seen.set(item.id, item);
      }
      ({ cursor, end_of_stream: isEnd } = body);
    }
    expect(seen.size).toBe(count - 1);
    expect(seen.get(1)).toEqual({
      id: 1,
      version: 1,
      deleted: false,
      key: '1',
      source: 'test',
      subject: 'Ticket 1',
      description: 'A description.',
      status: 'open',
      priority: 'medium',
      category: null,
      assignee: null,
      requester: null,
      channel: null,
      product: null,
      createdAt: new Date(1_001).toISOString(),
      updatedAt: new Date(2_001).toISOString(),
    });
    expect((await patch(3, 1, { deleted: true })).status).toBe(200);
    const { body } = await get(`/api/v1/tickets/changes?cursor=${cursor}`);
    expect(body).toMatchObject({ items: [{ id: 3, version: 2, deleted: true }], end_of_stream: true });
  });

  test.each(['sessions', 'videos', 'orders'])('of %s are reported the same way', async (collection) => {
    expect(await get(`/api/v1/${collection}/changes`)).toMatchObject({
      status: 200,
      body: { items: [], end_of_stream: true },
    });
  });

  test.each([
    ['?limit=0', 'limit: Too small'],
    ['?limit=1001', 'limit: Too big'],
    ['?limit=10000', 'limit: Too big'],
    ['?limit=x', 'limit: is not a whole number'],
    ['?cursor=nonsense', 'This is not a cursor of tickets'],
    ['?cursor=a&cursor=b', 'The query says "cursor" more than once'],
    ['?colour=red', 'Unrecognized key: "colour"'],
  ])('asked with %s are refused, with what is wrong', async (query, wrong) => {
    const { status, body } = await get(`/api/v1/tickets/changes${query}`);
    expect([status, body.error.code]).toEqual([422, 'invalid_request']);
    expect(body.error.message).toContain(wrong);
  });
});

describe('a record', () => {
  test('has its version as ETag; a missing one is not found, a deleted one is gone', async () => {
    const { status, headers, body } = await get('/api/v1/tickets/10');
    expect([status, headers.get('etag'), body.id, body.deleted]).toEqual([200, '"1"', 10, false]);
    for (const id of ['999999', '0', 'x', '1e3', '999999999999999999'])
      expect((await get(`/api/v1/tickets/${id}`)).status).toBe(404);
    const gone = await get('/api/v1/tickets/7');
    expect([gone.status, gone.body.error.code, gone.headers.get('etag')]).toEqual([410, 'gone', '"1"']);
    expect((await get('/api/v1/cats/1')).status).toBe(404);
  });

  test('is changed if it is at the given version, by an operation that can be undone', async () => {
    const reply = await patch(20, 1, { status: 'solved', assignee: 'otto', category: null });
    expect([reply.status, reply.headers.get('etag')]).toEqual([200, '"2"']);
    expect(reply.body).toMatchObject({ id: 20, version: 2, status: 'solved', assignee: 'otto' });
    const id = Number(reply.headers.get('x-operation-id'));
    expect(await setup.api.ask('operations.get', { id })).toMatchObject({
      actor: 'mina',
      title: 'Edit status, category, assignee',
    });
    const undo = await setup.api.ask('operations.undo', { id });
    await setup.api.ask('operations.start', { id: undo.id });
    await setup.api.socket(`/ws/bulk-operations/${undo.id}`).closed;
    expect(ticket(20)).toMatchObject({ status: 'open', assignee: null, version: 3 });
  });

  test('is not changed without a version, or with an outdated one', async () => {
    const before = ticket(21);
    expect((await patch(21, null, { status: 'solved' })).status).toBe(428);
    const moved = await patch(21, 9, { status: 'solved' });
    expect([moved.status, moved.body.error.details.version, moved.headers.get('etag')]).toEqual([
      412,
      1,
      '"1"',
    ]);
    for (const match of ['"01"', '*', '3', '"x"', 'W/"1"', '"1", "2"'])
      expect((await patch(21, null, { status: 'solved' }, { 'if-match': match })).status).toBe(400);
    expect(ticket(21)).toEqual(before);
  });

  test('is changed once if two start from the same version', async () => {
    const replies = await Promise.all([1, 2, 3, 4].map((n) => patch(22, 1, { assignee: `agent ${n}` })));
    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412, 412, 412]);
    expect(ticket(22).version).toBe(2);
    expect((await patch(22, 1, { assignee: 'agent 5' })).status).toBe(412);
    const drafts = "SELECT count(*) FROM operations WHERE state = 'draft'";
    expect(readDatabase(setup.folder, (db) => db.prepare(drafts).pluck().get())).toBe(0);
  });

  test('is deleted and restored at its version', async () => {
    expect((await patch(23, 1, { deleted: true })).body).toMatchObject({ deleted: true, version: 2 });
    expect((await patch(23, 2, { status: 'solved' })).status).toBe(410);
    expect((await patch(23, 2, { deleted: false })).body).toMatchObject({ deleted: false, version: 3 });
  });

  test('that may not change this way is left as it is, with the reason', async () => {
    await patch(24, 1, { status: 'closed' });
    const reply = await patch(24, 2, { status: 'open' });
    expect([reply.status, reply.body.error.code]).toEqual([409, 'illegal_transition']);
    expect(ticket(24)).toMatchObject({ status: 'closed', version: 2 });
    expect((await patch(25, 1, { status: 'open' })).body).toMatchObject({ version: 1 });
  });

  test('can be undone by whoever changed it, at its version, even if no rule leads back', async () => {
    const undo = (token: string, version: number, body: unknown) =>
      setup.api.call('POST', '/api/v1/tickets/28/undo', {
        token,
        body,
        headers: { 'if-match': `"${version}"` },
      });
    const other = await setup.api.user('otto', 'agent');
    await patch(28, 1, { status: 'closed' });
    await patch(28, 2, { assignee: 'otto' });
    const replies = [
      await undo(other, 3, { status: 'open' }),
      await undo(setup.mina, 3, { status: 'pending' }),
      await undo(setup.mina, 3, {}),
      await undo(setup.mina, 3, { colour: 'red' }),
      await undo(setup.mina, 2, { status: 'open' }),
    ];
    expect(replies.map(({ status, body }) => [status, body.error.code])).toEqual([
      ...Array.from({ length: 4 }, () => [409, 'nothing_to_undo']),
      [412, 'version_moved_on'],
    ]);
    expect(ticket(28)).toMatchObject({ status: 'closed', version: 3 });
    const { status, headers, body } = await undo(setup.mina, 3, { status: 'open' });
    expect([status, headers.get('etag'), body.status, body.assignee]).toEqual([200, '"4"', 'open', 'otto']);
    await setup.api.call('PATCH', '/api/v1/tickets/28', {
      token: other,
      body: { assignee: 'ida' },
      headers: { 'if-match': '"4"' },
    });
    // It is at the version that is named: asked with another one it would be no different.
    const late = await undo(setup.mina, 5, { assignee: null });
    expect([late.status, late.body.error.code]).toEqual([409, 'changed_since']);
  });

  test.each([
    [{}],
    [{ colour: 'red' }],
    [{ id: 5 }],
    [{ version: 7 }],
    [{ source: 'x' }],
    [{ status: 'asleep' }],
    [{ subject: null }],
    [{ status: ['open'] }],
    [{ deleted: 'yes' }],
    [{ deleted: true, status: 'open' }],
    [[]],
    ['x'],
  ])('is not changed by %j', async (body) => {
    const before = ticket(26);
    expect((await patch(26, 1, JSON.stringify(body))).status).toBe(422);
    expect(ticket(26)).toEqual(before);
  });

  test('whose change was cancelled before it was made is not reported as changed', async () => {
    const body = { status: 'solved' };
    const digest = createHash('sha256')
      .update(`PATCH /api/v1/tickets/29\n${JSON.stringify(body)}`)
      .digest('hex');
    const mina = await setup.api.console.userOf('mina', setup.mina);
    if (!mina) throw new Error('mina cannot sign in');
    const selection = { mode: 'ids', ids: [29] };
    const plan = { action: 'edit', collection: 'tickets', selection, input: body };
    const planned = await setup.api.console.handle(mina, { name: 'operations.plan', input: plan });
    const { id } = (planned.ok ? planned.value : {}) as { id: number };
    // It waits for a moment to come, so that it is still to be cancelled when it is asked for.
    const options = { startAt: Date.now() + 3_600_000 };
    const started = { id, options, key: { key: 'cancelled', digest } };
    await setup.api.console.handle(mina, { name: 'operations.start', input: started });
    const replies = [patch(29, 1, body, { 'idempotency-key': 'cancelled' })];
    await setup.api.ask('operations.cancel', { id });
    replies.push(patch(29, 1, body, { 'idempotency-key': 'cancelled' }));
    for (const reply of await Promise.all(replies))
      expect([reply.status, reply.body.error]).toMatchObject([
        409,
        { code: 'cancelled', message: 'It was cancelled. Nothing was changed.' },
      ]);
    expect(ticket(29)).toMatchObject({ status: 'open', version: 1 });
  });

  test('that could not be changed is reported so again under its key, even if only the counts are kept', async () => {
    await patch(30, 1, { status: 'closed' });
    const again = () => patch(30, 2, { status: 'open' }, { 'idempotency-key': 'refused' });
    const first = await again();
    expect([first.status, first.body.error.code]).toEqual([409, 'illegal_transition']);
    changeDatabase(setup.folder, (db) =>
      db.exec(
        "DELETE FROM items WHERE operation_id = (SELECT operation_id FROM operation_keys WHERE key = 'refused')",
      ),
    );
    expect(await again()).toMatchObject({ status: 409, body: first.body });
  });

  test('is not changed by a viewer, nor twice under one key', async () => {
    const viewer = await setup.api.user('vera', 'viewer');
    const headers = { 'if-match': '"1"' };
    const refused = await setup.api.call('PATCH', '/api/v1/tickets/27', {
      token: viewer,
      body: { status: 'solved' },
      headers,
    });
    expect(refused.status).toBe(403);
    const first = await patch(27, 1, { status: 'solved' }, { 'idempotency-key': 'once' });
    const again = await patch(27, 1, { status: 'solved' }, { 'idempotency-key': 'once' });
    expect(again.headers.get('x-operation-id')).toBe(first.headers.get('x-operation-id'));
    expect([again.status, again.body.version]).toEqual([200, 2]);
  });
});
