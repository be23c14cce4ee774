import { describe, expect, test } from 'vitest';
import type { ApiReply, SocketClient } from '../builders/api-server.ts';
import { useSessions } from './served-sessions.ts';

const { setup, clock, post } = useSessions();

describe('the socket of a user', () => {
  async function opened(): Promise<SocketClient> {
    const socket = setup.api.socket('/ws/bulk/mina', setup.mina);
    await socket.opened;
    return socket;
  }

  test('reports what is subscribed to, from beginning to end, and which sessions changed', async () => {
    const socket = await opened();
    const { body } = await post('/close', { session_ids: ['1', '2', '41'] });
    socket.send({ type: 'subscribe', operation_id: body.operation_id });
    const done = await socket.until(({ type }) => type === 'bulk_operation_completed');
    expect(done).toMatchObject({
      operation_id: body.operation_id,
      operation_type: 'close',
      status: 'partial',
      progress: 100,
      successful: 2,
      failed: 1,
    });
    const types = socket.messages.map(({ type }) => type);
    expect(types[0]).toBe('subscribed');
    expect(types).toContain('bulk_operation_started');
    const updated = socket.messages.flatMap((message) =>
      message['type'] === 'sessions_updated' ? (message['session_ids'] as string[]) : [],
    );
    expect(updated).toEqual(['1', '2']);
    // Until it is over it is never all there.
    const shares = socket.messages.flatMap(({ type, progress }) =>
      type === 'bulk_operation_progress' ? [Number(progress)] : [],
    );
    expect(shares.filter((share) => share > 99.9)).toEqual([]);
    socket.close();
  });

  test('reports the beginning of an operation that is over, which sessions changed, and its end, in this order', async () => {
    const { body } = await post('/close', { session_ids: ['3'] });
    await setup.api.ended(Number(body.operation_id));
    const socket = await opened();
    socket.send({ type: 'subscribe', operation_id: body.operation_id });
    await socket.until(({ type }) => type === 'bulk_operation_completed');
    expect(socket.messages.map(({ type }) => type)).toEqual([
      'subscribed',
      'bulk_operation_started',
      'sessions_updated',
      'bulk_operation_completed',
    ]);
    socket.close();
  });

  test('reports a failure as a failure', async () => {
    const socket = await opened();
    const { body } = await post('/close', { session_ids: ['41', '999'] });
    socket.send({ type: 'subscribe', operation_id: body.operation_id });
    const failed = await socket.until(({ type }) => type === 'bulk_operation_failed');
    expect(failed).toMatchObject({ status: 'failed', error: { code: 'all_failed' } });
    socket.close();
  });

  /** An operation of hers that begins in an hour. */
  async function waiting(): Promise<string> {
    const caller = await setup.api.console.userOf('mina', setup.mina);
    if (!caller) throw new Error('mina cannot sign in');
    const handle = async (name: string, input: object): Promise<unknown> => {
      const reply = await setup.api.console.handle(caller, { name, input });
      if (!reply.ok) throw new Error(reply.error.message);
      return reply.value;
    };
    const selection = { mode: 'ids', ids: [7] };
    const plan = { action: 'close', collection: 'sessions', selection, input: {} };
    const { id } = (await handle('operations.plan', plan)) as { id: number };
    await handle('operations.start', { id, options: { startAt: clock.now() + 3_600_000 } });
    return String(id);
  }

  const cancel = (id: string): Promise<ApiReply> =>
    setup.api.call('POST', `/api/bulk/operations/${id}/cancel`, { token: setup.mina });

  test('keeps messages for a client that is briefly away', async () => {
    const first = await opened();
    const id = await waiting();
    first.send({ type: 'subscribe', operation_id: id });
    await first.until(({ type }) => type === 'bulk_operation_progress');
    first.close();
    await first.closed;
    expect((await cancel(id)).status).toBe(200);
    const second = await opened();
    const told = await second.until(({ type }) => type === 'bulk_operation_failed');
    expect(told).toMatchObject({ operation_id: id, status: 'cancelled', error: { code: 'cancelled' } });
    // By the time of the next answer it is known there that the message has arrived: it is told once.
    second.send('nonsense');
    await second.until(({ type }) => type === 'error');
    second.close();
    await second.closed;
    const third = await opened();
    third.send('nonsense');
    await third.until(({ type }) => type === 'error');
    expect(third.messages.map(({ type }) => type)).toEqual(['error']);
    third.close();
  });

  test('sends again what went out on a connection that was lost silently', async () => {
    const lost = setup.api.socket('/ws/bulk/mina', setup.mina, true);
    await lost.opened;
    const id = await waiting();
    lost.send({ type: 'subscribe', operation_id: id });
    await lost.until(({ type }) => type === 'bulk_operation_progress');
    expect((await cancel(id)).status).toBe(200);
    const isEnd = ({ type }: Record<string, unknown>) => type === 'bulk_operation_failed';
    await lost.until(isEnd);
    const back = await opened();
    expect(await back.until(isEnd)).toMatchObject({ operation_id: id, status: 'cancelled' });
    for (const socket of [lost, back]) socket.close();
  });

  test('sends again what went out to a client that was leaving', async () => {
    const leaving = setup.api.socket('/ws/bulk/mina', setup.mina, true);
    await leaving.opened;
    const id = await waiting();
    leaving.send({ type: 'subscribe', operation_id: id });
    await leaving.until(({ type }) => type === 'bulk_operation_progress');
    expect((await cancel(id)).status).toBe(200);
    const isEnd = ({ type }: Record<string, unknown>) => type === 'bulk_operation_failed';
    await leaving.until(isEnd);
    leaving.close();
    await leaving.closed;
    const back = await opened();
    expect(await back.until(isEnd)).toMatchObject({ operation_id: id, status: 'cancelled' });
    back.close();
  });

  test('stops reporting what is unsubscribed', async () => {
    const socket = await opened();
    const id = await waiting();
    for (const type of ['subscribe', 'unsubscribe']) {
      socket.send({ type, operation_id: id });
      await socket.until((message) => message['type'] === `${type}d`);
    }
    await cancel(id);
    socket.send('nonsense');
    await socket.until(({ type }) => type === 'error');
    expect(socket.messages.map(({ type }) => type)).not.toContain('bulk_operation_failed');
    socket.close();
  });

  test.each([
    'nonsense',
    '[]',
    '{"type":"subscribe"}',
    '{"type":"subscribe","operation_id":"999999"}',
    '{"type":"drop","operation_id":"1"}',
  ])('answers %j with an error and stays open', async (text) => {
    const socket = await opened();
    socket.send(text);
    expect(await socket.until(({ type }) => type === 'error')).toMatchObject({
      error: { code: expect.any(String), message: expect.any(String) },
    });
    socket.send({ type: 'subscribe', operation_id: '999998' });
    await socket.until((message) => socket.messages.indexOf(message) === 1);
    socket.close();
  });

  test('is for that user alone', async () => {
    const { token } = await setup.api.ask('users.save', { name: 'ida', role: 'agent' });
    await expect(setup.api.socket('/ws/bulk/mina', token ?? '').opened).rejects.toThrow('403');
    const other = setup.api.socket('/ws/bulk/ida', token ?? '');
    await other.opened;
    const { body } = await post('/close', { session_ids: ['6'] });
    other.send({ type: 'subscribe', operation_id: body.operation_id });
    expect(await other.until(({ type }) => type === 'error')).toMatchObject({ error: { code: 'not_found' } });
    other.close();
  });
});
