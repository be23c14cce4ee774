import { describe, expect, test } from 'vitest';
import { allTickets } from '../builders/tickets.ts';
import { base, from, useTickets } from './served-tickets.ts';

const { setup, start, ended, waiting } = useTickets();

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
    const { details } = await setup.api.ask('operations.get', { id: Number(accepted.body.operation_id) });
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
      const ticket = allTickets(setup.folder).find((each) => each.id === id);
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
    expect(allTickets(setup.folder).find(({ id }) => id === 20)).toMatchObject({
      assignee: null,
      version: 3,
    });
  });

  test('with some tickets that fail changes the others and names each that failed', async () => {
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
    const tickets = await setup.api.call('GET', `${base}/${body.operation_id}/tickets`, {
      token: setup.mina,
    });
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

  test('with only tickets that fail has failed, and one with only tickets that are so already is completed', async () => {
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
  test('is listed in that state, and in no other', async () => {
    const id = await waiting('mina', setup.mina, [70, 71, 3_000]);
    const get = async (status: string): Promise<[number, string][]> => {
      const reply = await setup.api.call('GET', `${base}/${id}/tickets?status=${status}`, {
        token: setup.mina,
      });
      const tickets: { ticket_id: number; status: string }[] = reply.body.tickets;
      return tickets.map((ticket) => [ticket.ticket_id, ticket.status]);
    };
    expect(await get('cancelled')).toEqual([]);
    await setup.api.call('POST', `${base}/${id}/cancel`, { token: setup.mina });
    expect(await get('cancelled')).toEqual([
      [70, 'cancelled'],
      [71, 'cancelled'],
    ]);
    expect(await get('pending')).toEqual([]);
    expect(await get('failed')).toEqual([[3_000, 'failed']]);
  });
});

describe('cancel', () => {
  test('stops what has not begun, says how far it got, and is too late after the end', async () => {
    const { body } = await start({
      ticket_ids: from(100, 2_800),
      operation_type: 'assign',
      operation_data: { assignee_id: 'ida' },
    });
    const answer = await setup.api.call('POST', `${base}/${body.operation_id}/cancel`, { token: setup.mina });
    if (answer.status === 200) {
      expect(answer.body).toEqual({
        operation_id: body.operation_id,
        status: 'cancelled',
        processed_tickets: allTickets(setup.folder).filter(({ assignee }) => assignee === 'ida').length,
        cancelled_at: expect.stringMatching(/Z$/),
      });
      const page = (await setup.api.call('GET', `${base}/${body.operation_id}`, { token: setup.mina })).body;
      expect(page).toMatchObject({
        status: 'cancelled',
        cancelled_at: answer.body.cancelled_at,
        total_tickets: 2_800,
      });
      expect(page.completed_at).toBeUndefined();
    }
    const again = await setup.api.call('POST', `${base}/${body.operation_id}/cancel`, { token: setup.mina });
    expect([again.status, again.body.error.code]).toEqual([409, 'wrong_state']);
  });
});
