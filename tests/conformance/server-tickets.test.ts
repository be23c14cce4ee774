import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiReply, type ApiServer, startApiServer } from '../builders/api-server.ts';
import { allTickets, fillTickets, makeTickets } from '../builders/tickets.ts';
import { makeFolder, removeFolder } from '../builders/workspace.ts';

const base = '/api/v1/tickets/bulk-operations';
let folder: string;
let api: ApiServer;
let mina: string;

beforeAll(async () => {
  folder = makeFolder();
  const first = await startApiServer(folder);
  await first.close();
  fillTickets(
    folder,
    makeTickets(3_000, (id) => (id === 3_000 ? { deleted_at: 5 } : {})),
  );
  api = await startApiServer(folder);
  mina = await api.user('mina', 'agent');
});
afterAll(async () => {
  await api.close();
  removeFolder(folder);
});

const from = (first: number, count: number): number[] => Array.from({ length: count }, (_, at) => first + at);

function start(body: object, headers: Record<string, string> = {}, token = mina): Promise<ApiReply> {
  return api.call('POST', base, { token, body, headers });
}

/** Waits for the end over the socket that the contract has for it, and answers the operation's page. */
async function ended(id: string, token = mina): Promise<ApiReply['body']> {
  const socket = api.socket(`/ws/bulk-operations/${id}`, token);
  await socket.until(({ type }) => type === 'operation_completed');
  return (await api.call('GET', `${base}/${id}`, { token })).body;
}

/** An operation of this user's that begins in an hour. */
async function waiting(name: string, token: string, ids: number[]): Promise<number> {
  const caller = await api.console.userOf(name, token);
  if (!caller) throw new Error(`${name} cannot sign in`);
  const selection = { mode: 'ids', ids };
  const plan = { action: 'assign', collection: 'tickets', selection, input: { assignee: 'nobody' } };
  const planned = await api.console.handle(caller, { name: 'operations.plan', input: plan });
  const { id } = (planned.ok ? planned.value : { id: 0 }) as { id: number };
  const options = { startAt: Date.now() + 3_600_000 };
  await api.console.handle(caller, { name: 'operations.start', input: { id, options } });
  return id;
}

describe('an operation', () => {
  test('is accepted, runs to its end, and says so to the letter', async () => {
    const accepted = await start({
      ticket_ids: [1, 2, 3],
      operation_type: 'update_status',
      operation_data: { status: 'solved' },
      metadata: { description: 'Solved by phone' },
    });
    expect(accepted.status).toBe(202);
    expect(Object.keys(accepted.body).sort()).toEqual(
      ['created_at', 'estimated_completion', 'operation_id', 'status', 'ticket_count'].sort(),
    );
    expect(accepted.body).toMatchObject({ status: 'pending', ticket_count: 3 });
    const done = await ended(accepted.body.operation_id);
    expect(done).toMatchObject({
      status: 'completed',
      operation_type: 'update_status',
      total_tickets: 3,
      processed_tickets: 3,
      successful_tickets: 3,
      failed_tickets: 0,
      progress_percentage: 100,
      errors: [],
    });
    for (const time of ['created_at', 'started_at', 'completed_at', 'estimated_completion'])
      expect(done[time]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(done.cancelled_at).toBeUndefined();
    const { details } = await api.ask('operations.get', { id: Number(accepted.body.operation_id) });
    expect(details).toEqual([{ label: 'Note', value: 'Solved by phone' }]);
  });

  const kinds = [
    ['update_status', { status: 'pending' }, { status: 'pending' }],
    ['add_comment', { comment: 'Seen.', is_internal: false }, { version: 2 }],
    ['assign', { assignee_id: 'otto' }, { assignee: 'otto' }],
    ['update_priority', { priority: 'critical' }, { priority: 'critical' }],
    ['update_category', { category: 'Billing' }, { category: 'Billing' }],
    ['delete', {}, { version: 2 }],
  ] as const;
  test.each(kinds.map((kind, at) => [...kind, 10 + at] as const))(
    'of the type %s does that',
    async (type, data, expected, id) => {
      const accepted = await start({ ticket_ids: [id], operation_type: type, operation_data: data });
      expect(await ended(accepted.body.operation_id)).toMatchObject({
        status: 'completed',
        operation_type: type,
      });
      const ticket = allTickets(folder).find((each) => each.id === id);
      expect(ticket).toMatchObject(expected);
      expect(ticket?.deleted_at === null).toBe(type !== 'delete');
    },
  );

  test('that unassigns takes null', async () => {
    await ended(
      (await start({ ticket_ids: [20], operation_type: 'assign', operation_data: { assignee_id: 'otto' } }))
        .body.operation_id,
    );
    await ended(
      (await start({ ticket_ids: [20], operation_type: 'assign', operation_data: { assignee_id: null } }))
        .body.operation_id,
    );
    expect(allTickets(folder).find(({ id }) => id === 20)).toMatchObject({ assignee: null, version: 3 });
  });

  test('of which some tickets fail does the others and names each that did not', async () => {
    const { body } = await start({
      ticket_ids: [30, 3_000, 31, 777_777],
      operation_type: 'update_status',
      operation_data: { status: 'solved' },
    });
    const done = await ended(body.operation_id);
    expect(done).toMatchObject({
      status: 'partial',
      total_tickets: 4,
      processed_tickets: 4,
      successful_tickets: 2,
      failed_tickets: 2,
    });
    expect(done.errors).toEqual([
      { ticket_id: 3_000, error_code: 'deleted', error_message: expect.any(String) },
      { ticket_id: 777_777, error_code: 'not_found', error_message: expect.any(String) },
    ]);
    const tickets = await api.call('GET', `${base}/${body.operation_id}/tickets`, { token: mina });
    expect(
      tickets.body.tickets.map((ticket: Record<string, unknown>) => [ticket['ticket_id'], ticket['status']]),
    ).toEqual([
      [30, 'completed'],
      [31, 'completed'],
      [3_000, 'failed'],
      [777_777, 'failed'],
    ]);
    expect(tickets.body.tickets[0].processed_at).toMatch(/Z$/);
  });

  test('of which every ticket fails has failed, and one whose tickets stand so already is completed', async () => {
    const failed = await start({
      ticket_ids: [3_000, 888_888],
      operation_type: 'delete',
      operation_data: {},
    });
    expect(await ended(failed.body.operation_id)).toMatchObject({
      status: 'failed',
      successful_tickets: 0,
      failed_tickets: 2,
    });
    const same = { ticket_ids: [32], operation_type: 'update_status', operation_data: { status: 'open' } };
    const so = await ended((await start(same)).body.operation_id);
    expect(so).toMatchObject({ status: 'completed', successful_tickets: 1, errors: [] });
  });
});

describe('a ticket that was cancelled', () => {
  test('is among those asked for so, and among no others', async () => {
    const id = await waiting('mina', mina, [70, 71, 3_000]);
    const get = async (status: string): Promise<[number, string][]> => {
      const reply = await api.call('GET', `${base}/${id}/tickets?status=${status}`, { token: mina });
      const tickets: { ticket_id: number; status: string }[] = reply.body.tickets;
      return tickets.map((ticket) => [ticket.ticket_id, ticket.status]);
    };
    expect(await get('cancelled')).toEqual([]);
    await api.call('POST', `${base}/${id}/cancel`, { token: mina });
    expect(await get('cancelled')).toEqual([
      [70, 'cancelled'],
      [71, 'cancelled'],
    ]);
    expect(await get('pending')).toEqual([]);
    expect(await get('failed')).toEqual([[3_000, 'failed']]);
  });
});

describe('cancel', () => {
  test('stops what has not begun, says how far it came, and comes too late after the end', async () => {
    const { body } = await start({
      ticket_ids: from(100, 2_800),
      operation_type: 'assign',
      operation_data: { assignee_id: 'ida' },
    });
    const answer = await api.call('POST', `${base}/${body.operation_id}/cancel`, { token: mina });
    if (answer.status === 200) {
      expect(answer.body).toEqual({
        operation_id: body.operation_id,
        status: 'cancelled',
        processed_tickets: allTickets(folder).filter(({ assignee }) => assignee === 'ida').length,
        cancelled_at: expect.stringMatching(/Z$/),
      });
      const page = (await api.call('GET', `${base}/${body.operation_id}`, { token: mina })).body;
      expect(page).toMatchObject({
        status: 'cancelled',
        cancelled_at: answer.body.cancelled_at,
        total_tickets: 2_800,
      });
      expect(page.completed_at).toBeUndefined();
    }
    const again = await api.call('POST', `${base}/${body.operation_id}/cancel`, { token: mina });
    expect([again.status, again.body.error.code]).toEqual([409, 'wrong_state']);
  });
});

describe('the list', () => {
  test('has the own operations only, latest first, in pages', async () => {
    const otto = await api.user('otto', 'agent');
    const ids: string[] = [];
    for (const id of [40, 41, 42]) {
      const { body } = await start(
        { ticket_ids: [id], operation_type: 'assign', operation_data: { assignee_id: 'x' } },
        {},
        otto,
      );
      ids.unshift(body.operation_id);
      await ended(body.operation_id, otto);
    }
    const bad = await start(
      { ticket_ids: [999_998], operation_type: 'delete', operation_data: {} },
      {},
      otto,
    );
    await ended(bad.body.operation_id, otto);
    ids.unshift(bad.body.operation_id);
    const get = async (query: string): Promise<ApiReply['body']> =>
      (await api.call('GET', `${base}${query}`, { token: otto })).body;
    const all = await get('');
    expect(all.operations.map((each: Record<string, unknown>) => each['operation_id'])).toEqual(ids);
    expect(all).toMatchObject({ total: 4, has_more: false });
    expect(Object.keys(all.operations[0]).sort()).toEqual(
      [
        'completed_at',
        'created_at',
        'failed_tickets',
        'operation_id',
        'operation_type',
        'status',
        'successful_tickets',
        'total_tickets',
      ].sort(),
    );
    expect(await get('?limit=2&offset=1')).toMatchObject({
      total: 4,
      has_more: true,
      operations: [{ operation_id: ids[1] }, { operation_id: ids[2] }],
    });
    expect(await get('?status=failed')).toMatchObject({
      total: 1,
      has_more: false,
      operations: [{ operation_id: ids[0], status: 'failed' }],
    });
    expect(await get('?status=completed&limit=1')).toMatchObject({ total: 3, has_more: true });
    expect(await get('?status=partial')).toEqual({ operations: [], total: 0, has_more: false });
    const id = await waiting('otto', otto, [43]);
    expect(await get('?status=pending')).toMatchObject({ total: 1 });
    expect((await api.call('POST', `${base}/${id}/cancel`, { token: otto })).status).toBe(200);
    expect(await get('?status=cancelled')).toMatchObject({
      total: 1,
      has_more: false,
      operations: [{ operation_id: String(id), status: 'cancelled', successful_tickets: 0 }],
    });
    // Even whoever runs the console lists what they started themselves.
    expect((await api.call('GET', base)).body.total).toBe(0);
  });

  test('and everything else of an operation is hidden from others', async () => {
    const { body } = await start({
      ticket_ids: [50],
      operation_type: 'assign',
      operation_data: { assignee_id: 'y' },
    });
    await ended(body.operation_id);
    const eve = await api.user('eve', 'agent');
    const id = body.operation_id;
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/cancel'],
      ['GET', '/tickets'],
    ] as const)
      expect((await api.call(method, `${base}/${id}${path}`, { token: eve })).status).toBe(404);
    await expect(api.socket(`/ws/bulk-operations/${id}`, eve).opened).rejects.toThrow('404');
  });
});

describe('the socket', () => {
  test('tells progress and the end, with what is current', async () => {
    const { body } = await start({
      ticket_ids: from(100, 2_800),
      operation_type: 'update_priority',
      operation_data: { priority: 'high' },
    });
    const socket = api.socket(`/ws/bulk-operations/${body.operation_id}`, mina);
    expect(await socket.closed).toBe(1000);
    const last = socket.messages.at(-1);
    expect(last).toEqual({
      type: 'operation_completed',
      operation_id: body.operation_id,
      final_status: 'completed',
      successful_tickets: 2_800,
      failed_tickets: 0,
      completed_at: expect.stringMatching(/Z$/),
    });
    const updates = socket.messages.slice(0, -1);
    for (const update of updates)
      expect(update).toEqual({
        type: 'progress_update',
        operation_id: body.operation_id,
        processed_tickets: expect.any(Number),
        progress_percentage: expect.any(Number),
        current_ticket_id: update['current_ticket_id'] === null ? null : expect.any(Number),
        timestamp: expect.stringMatching(/Z$/),
      });
    const steps = updates.map((update) => Number(update['processed_tickets']));
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
  });

  test('of an operation that is over tells that and closes', async () => {
    const { body } = await start({
      ticket_ids: [60],
      operation_type: 'assign',
      operation_data: { assignee_id: 'z' },
    });
    await ended(body.operation_id);
    const socket = api.socket(`/ws/bulk-operations/${body.operation_id}`, mina);
    expect(await socket.closed).toBe(1000);
    expect(socket.messages.map(({ type }) => type)).toEqual(['operation_completed']);
  });

  test.each(['/ws/bulk-operations/999999', '/ws/bulk-operations/abc', '/ws/nothing'])(
    '%s is refused with 404',
    async (path) => {
      await expect(api.socket(path, mina).opened).rejects.toThrow('404');
    },
  );

  test('without a token that counts is refused with 401', async () => {
    await expect(api.socket('/ws/bulk-operations/1', 'x'.repeat(43)).opened).rejects.toThrow('401');
  });
});
