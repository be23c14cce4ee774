import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { maxConnections } from '../../src-main/hosts/server/faces/http/limits.ts';
import { type ApiServer, startApiServer } from '../builders/api-server.ts';
import { fillTickets, makeTickets } from '../builders/tickets.ts';
import { makeFolder, removeFolder } from '../builders/workspace.ts';

const bulk = '/api/v1/tickets/bulk-operations';
let folder: string;
let api: ApiServer;

beforeAll(async () => {
  folder = makeFolder();
  await (await startApiServer(folder)).close();
  fillTickets(folder, makeTickets(20));
  api = await startApiServer(folder);
});
afterAll(async () => {
  await api.close();
  removeFolder(folder);
});

async function idOf(name: string): Promise<number> {
  const { users } = await api.ask('users.list', {});
  return users.find((user) => user.name === name)?.id ?? 0;
}

describe('the socket of a user', () => {
  test.each<[string, string, string, (id: number) => Promise<unknown>]>([
    ['tom', 'was removed', 'unauthorized', (id) => api.ask('users.remove', { id })],
    ['tim', 'has another token', 'unauthorized', (id) => api.ask('users.new_token', { id })],
    [
      'ted',
      'has another role',
      'forbidden',
      (id) => api.ask('users.save', { id, name: 'ted', role: 'viewer' }),
    ],
  ])('%s, who %s, tells nothing more', async (name, _what, code, change) => {
    const token = await api.user(name, 'agent');
    const { body } = await api.call('POST', bulk, {
      token,
      body: { ticket_ids: [1], operation_type: 'assign', operation_data: { assignee_id: 'x' } },
    });
    const socket = api.socket(`/ws/bulk/${name}`, token);
    await socket.opened;
    await change(await idOf(name));
    socket.send({ type: 'subscribe', operation_id: body.operation_id });
    expect(await socket.closed).toBe(1008);
    expect(socket.messages).toEqual([{ type: 'error', error: expect.objectContaining({ code }) }]);
  });
});

test('the socket of a user who was removed is closed, also where nothing is said on it', async () => {
  vi.useFakeTimers({ toFake: ['setInterval'] });
  const own = makeFolder();
  const other = await startApiServer(own);
  try {
    const token = await other.user('tom', 'agent');
    const socket = other.socket('/ws/bulk/tom', token);
    await socket.opened;
    const { users } = await other.ask('users.list', {});
    await other.ask('users.remove', { id: users[0]?.id ?? 0 });
    vi.advanceTimersByTime(15_000);
    expect(await socket.closed).toBe(1008);
  } finally {
    vi.useRealTimers();
    await other.close();
    removeFolder(own);
  }
});

test('one user who opens many sockets keeps nobody else out', async () => {
  const vera = await api.user('vera', 'viewer');
  const sockets = Array.from({ length: maxConnections }, () => api.socket('/ws/bulk/vera', vera));
  await Promise.all(sockets.map(({ opened }) => opened));
  await expect(api.socket('/ws/bulk/vera', vera).opened).rejects.toThrow('429');
  const refused = await api.call('GET', '/api/v1/me', { token: vera });
  expect(refused).toMatchObject({ status: 429, body: { error: { code: 'too_many_connections' } } });
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(await api.call('GET', '/api/v1/me')).toMatchObject({ status: 200 });
  const [first] = sockets;
  first?.close();
  await first?.closed;
  await expect.poll(async () => (await api.call('GET', '/api/v1/me', { token: vera })).status).toBe(200);
  for (const socket of sockets) socket.close();
});
