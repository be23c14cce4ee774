import { describe, expect, test } from 'vitest';
import type { ApiReply } from '../builders/api-server.ts';
import { base, from, useTickets } from './served-tickets.ts';

const { setup, start, ended, waiting } = useTickets();

describe('the list', () => {
  test('has only the caller’s own operations, latest first, in pages', async () => {
    const otto = await setup.api.user('otto', 'agent');
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
      (await setup.api.call('GET', `${base}${query}`, { token: otto })).body;
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
    expect((await setup.api.call('POST', `${base}/${id}/cancel`, { token: otto })).status).toBe(200);
    expect(await get('?status=cancelled')).toMatchObject({
      total: 1,
      has_more: false,
      operations: [{ operation_id: String(id), status: 'cancelled', successful_tickets: 0 }],
    });
    // Even whoever runs the console lists what they started themselves.
    expect((await setup.api.call('GET', base)).body.total).toBe(0);
  });

  test('can be limited by when operations were started, in one state or in all', async () => {
    const ines = await setup.api.user('ines', 'agent');
    const ids: string[] = [];
    for (const id of [70, 71, 72, 73]) {
      const body = { ticket_ids: [id], operation_type: 'assign', operation_data: { assignee_id: 'w' } };
      ids.unshift((await start(body, {}, ines)).body.operation_id);
      await ended(ids[0] ?? '', ines);
    }
    const get = (query: string) => setup.api.call('GET', `${base}?${query}`, { token: ines });
    const [latest, , third] = (await get('')).body.operations.map(
      (each: Record<string, string>) => each['created_at'],
    );
    const between = {
      total: 2,
      has_more: false,
      operations: [{ operation_id: ids[1] }, { operation_id: ids[2] }],
    };
    for (const state of ['', '&status=completed'])
      expect((await get(`started_from=${third}&started_before=${latest}${state}`)).body).toMatchObject(
        between,
      );
    expect((await get(`started_from=${latest}`)).body).toMatchObject({ total: 1 });
    expect(await get('started_from=yesterday')).toMatchObject({
      status: 422,
      body: { error: { code: 'invalid_request' } },
    });
  });

  test('and everything else of an operation is hidden from others', async () => {
    const { body } = await start({
      ticket_ids: [50],
      operation_type: 'assign',
      operation_data: { assignee_id: 'y' },
    });
    await ended(body.operation_id);
    const eve = await setup.api.user('eve', 'agent');
    const id = body.operation_id;
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/cancel'],
      ['GET', '/tickets'],
    ] as const)
      expect((await setup.api.call(method, `${base}/${id}${path}`, { token: eve })).status).toBe(404);
    await expect(setup.api.socket(`/ws/bulk-operations/${id}`, eve).opened).rejects.toThrow('404');
  });

  test('and a plan that was not started is no operation', async () => {
    const { id } = await setup.api.ask('operations.plan', {
      action: 'delete',
      collection: 'tickets',
      selection: { mode: 'ids', ids: [50] },
      input: {},
    });
    expect((await setup.api.call('GET', `${base}/${id}`)).status).toBe(404);
    await setup.api.ask('operations.discard', { id });
  });
});

describe('the socket', () => {
  test('tells progress and the end, with what is current', async () => {
    const { body } = await start({
      ticket_ids: from(100, 2_800),
      operation_type: 'update_priority',
      operation_data: { priority: 'high' },
    });
    const socket = setup.api.socket(`/ws/bulk-operations/${body.operation_id}`, setup.mina);
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

  test('of an operation that is over says so and closes', async () => {
    const { body } = await start({
      ticket_ids: [60],
      operation_type: 'assign',
      operation_data: { assignee_id: 'z' },
    });
    await ended(body.operation_id);
    const socket = setup.api.socket(`/ws/bulk-operations/${body.operation_id}`, setup.mina);
    expect(await socket.closed).toBe(1000);
    expect(socket.messages.map(({ type }) => type)).toEqual(['operation_completed']);
  });

  test.each(['/ws/bulk-operations/999999', '/ws/bulk-operations/abc', '/ws/nothing'])(
    '%s is refused with 404',
    async (path) => {
      await expect(setup.api.socket(path, setup.mina).opened).rejects.toThrow('404');
    },
  );

  test('without a valid token is refused with 401', async () => {
    await expect(setup.api.socket('/ws/bulk-operations/1', 'x'.repeat(43)).opened).rejects.toThrow('401');
  });
});
