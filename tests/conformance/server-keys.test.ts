import { describe, expect, test } from 'vitest';
import { maxConcurrent } from '../../src-main/hosts/server/faces/http/limits.ts';
import type { ApiReply } from '../builders/api-server.ts';
import { bulk, good, useUnchanged } from './unchanged-tickets.ts';

const { setup, remember, expectUnchanged } = useUnchanged();

describe('a key', () => {
  const start = (key: string, body: object = good, own = setup.mina): Promise<ApiReply> =>
    setup.api.call('POST', bulk, { token: own, body, headers: { 'idempotency-key': key } });

  test('with the same body answers with the same operation, however often and however its JSON was written', async () => {
    const replies = await Promise.all(Array.from({ length: 8 }, () => start('same')));
    const ids = new Set(replies.map(({ body }) => body.operation_id));
    expect([replies.map(({ status }) => status), ids.size]).toEqual([Array(8).fill(202), 1]);
    const other = '{"operation_data": {"assignee_id":"x"},\n "operation_type":"assign", "ticket_ids":[ 1 ]}';
    const again = await setup.api.call('POST', bulk, {
      token: setup.mina,
      body: other,
      headers: { 'idempotency-key': 'same' },
    });
    expect(ids.has(again.body.operation_id)).toBe(true);
    await setup.api.ended(Number(again.body.operation_id));
  });

  test('with another body is refused, and is free for others', async () => {
    const first = await start('mine');
    await setup.api.ended(Number(first.body.operation_id));
    remember();
    const reply = await start('mine', { ...good, ticket_ids: [2] });
    expect([reply.status, reply.body.error.code]).toEqual([409, 'idempotency_key_reused']);
    expectUnchanged();
    const otto = await setup.api.user('otto', 'agent');
    const his = await start('mine', { ...good, ticket_ids: [2] }, otto);
    expect(his.status).toBe(202);
    await setup.api.ended(Number(his.body.operation_id));
  });

  test('tells its owner what became of the request without repeating it, and others nothing', async () => {
    const ask = (key: string, own = setup.mina): Promise<ApiReply> =>
      setup.api.call('GET', `/api/v1/operations?key=${encodeURIComponent(key)}`, { token: own });
    const expectNothing = async (own?: string) => {
      const { status, body } = await ask('7:b1:asked', own);
      expect([status, body]).toEqual([200, { operation: null }]);
    };
    await expectNothing();
    const { body } = await start('7:b1:asked');
    await setup.api.ended(Number(body.operation_id));
    const { status, body: told } = await ask('7:b1:asked');
    expect([status, told]).toEqual([
      200,
      { operation: { operation_id: body.operation_id, status: 'completed' } },
    ]);
    await expectNothing(await setup.api.user('vera-2', 'viewer'));
    expect((await ask('')).status).toBe(422);
  });

  test('of a request that was refused is still free', async () => {
    expect((await start('free', { ...good, ticket_ids: [] })).status).toBe(422);
    expect((await start('free')).status).toBe(202);
  });

  test.each(['', ' ', 'a b', 'ä', 'x'.repeat(256)])('%.20j is not valid', async (key) => {
    const reply = await setup.api.call('POST', bulk, {
      token: setup.mina,
      body: good,
      headers: { 'idempotency-key': encodeURI(key) === key ? key : encodeURI(key).padEnd(300, 'x') },
    });
    expect(reply.status).toBe(400);
  });

  test('is known after a restart', async () => {
    const first = await start('over-night');
    await setup.api.ended(Number(first.body.operation_id));
    await setup.restart();
    const again = await start('over-night');
    expect([again.status, again.body.operation_id]).toEqual([202, first.body.operation_id]);
    expect((await start('over-night', { ...good, ticket_ids: [3] })).status).toBe(409);
  });
});

describe('operations at the same time', () => {
  test('are as many as one user may have, and no more', async () => {
    const rosa = await setup.api.user('rosa', 'agent');
    const caller = await setup.api.console.userOf('rosa', rosa);
    if (!caller) throw new Error('rosa cannot sign in');
    // They wait for a moment to come.
    for (let count = 0; count < maxConcurrent; count += 1) {
      const plan = {
        action: 'assign',
        collection: 'tickets',
        selection: { mode: 'ids', ids: [5] },
        input: { assignee: `z${count}` },
      };
      const planned = await setup.api.console.handle(caller, { name: 'operations.plan', input: plan });
      const id = planned.ok ? (planned.value as { id: number }).id : 0;
      await setup.api.console.handle(caller, {
        name: 'operations.start',
        input: { id, options: { startAt: Date.now() + 3_600_000 } },
      });
      if (count === 0) await setup.api.ask('operations.pause', { id });
    }
    const reply = await setup.api.call('POST', bulk, { token: rosa, body: good });
    expect([reply.status, reply.body.error.code, Number(reply.headers.get('retry-after'))]).toEqual([
      429,
      'too_many_operations',
      1,
    ]);
    for (const token of [setup.mina, setup.api.token])
      expect((await setup.api.call('POST', bulk, { token, body: good })).status).toBe(202);
    const waiting = (await setup.api.call('GET', `${bulk}?status=pending&limit=1`, { token: rosa })).body;
    expect(waiting.total).toBe(maxConcurrent - 1);
    const paused = await setup.api.call('GET', `${bulk}?status=in_progress`, { token: rosa });
    expect(paused.body.total).toBe(1);
    const id = waiting.operations[0].operation_id;
    const cancelled = await setup.api.call('POST', `/api/bulk/operations/${id}/cancel`, { token: rosa });
    expect(cancelled).toMatchObject({
      status: 200,
      body: { operation_id: id, status: 'cancelled', processed: 0 },
    });
    expect((await setup.api.call('POST', bulk, { token: rosa, body: good })).status).toBe(202);
  });
});
