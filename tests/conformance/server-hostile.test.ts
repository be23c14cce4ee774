import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { maxConnections } from '../../src-main/hosts/server/faces/http/limits.ts';
import { cursorOf } from '../../src-main/hosts/server/faces/orders/cursor.ts';
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

/** An operation of the owner's that begins in an hour. */
async function waiting(): Promise<string> {
  const plan = { collection: 'orders', action: 'archive', input: {} } as const;
  const { id } = await api.ask('operations.plan', { ...plan, selection: { mode: 'ids', ids: [1] } });
  await api.ask('operations.start', { id, options: { startAt: Date.now() + 3_600_000 } });
  return String(id);
}

test('who is no admin any more is told no more of what others do, also where they followed it before', async () => {
  const token = await api.user('tia', 'admin');
  const operation_id = await waiting();
  const before = api.socket('/ws/bulk/tia', token);
  await before.opened;
  before.send({ type: 'subscribe', operation_id });
  await before.until(({ type }) => type === 'bulk_operation_progress');
  await api.ask('users.save', { id: await idOf('tia'), name: 'tia', role: 'agent' });
  expect(await before.closed).toBe(1008);
  const after = api.socket('/ws/bulk/tia', token);
  await after.opened;
  await api.ask('operations.cancel', { id: Number(operation_id) });
  await api.ended(Number(operation_id));
  after.send({ type: 'subscribe', operation_id });
  await after.until(({ type }) => type === 'error');
  expect(after.messages).toEqual([{ type: 'error', error: expect.objectContaining({ code: 'not_found' }) }]);
  after.close();
});

describe('what is under way for a user who may do less now', () => {
  test('on a socket is over, also where nothing is said on it', async () => {
    const socket = api.socket('/ws/bulk/una', await api.user('una', 'agent'));
    await socket.opened;
    await api.ask('users.remove', { id: await idOf('una') });
    expect(await socket.closed).toBe(1008);
  });

  test.each<[string, string, (id: number) => Promise<unknown>]>([
    ['una', 'was removed', (id) => api.ask('users.remove', { id })],
    ['uma', 'may only look', (id) => api.ask('users.save', { id, name: 'uma', role: 'viewer' })],
  ])('as a stream of %s, who %s from now on, breaks off', async (name, _what, change) => {
    const token = await api.user(name, 'agent');
    const caller = await api.console.userOf('test', token);
    const asThem = async (name: string, input: object): Promise<{ id: number }> => {
      const reply = await api.console.handle(caller ?? api.console.owner('test'), { name, input });
      return reply.ok ? (reply.value as { id: number }) : { id: 0 };
    };
    const plan = { action: 'archive', collection: 'orders', selection: { mode: 'ids', ids: [1] }, input: {} };
    const { id } = await asThem('operations.plan', plan);
    await asThem('operations.start', { id, options: { startAt: Date.now() + 3_600_000 } });
    const resumeFrom = cursorOf({ operationId: id, seq: 0, before: 0, errors: 0, total: 1 });
    const stream = await fetch(`${api.url}/v1/orders/bulk-process`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ operation: 'archive', resumeFrom }),
    });
    expect(stream.status).toBe(200);
    await change(await idOf(name));
    await expect(stream.text()).rejects.toThrow('terminated');
  });

  test('as an upload comes to nothing, also for one who may only look from now on', async () => {
    const token = await api.user('ula', 'agent');
    const before = await api.ask('operations.count', {});
    const socket = connect(api.server.port, '127.0.0.1');
    const head = `host: 127.0.0.1:${api.server.port}\r\nauthorization: Bearer ${token}\r\ncontent-type: text/csv`;
    socket.write(
      `POST /api/v1/tickets/import HTTP/1.1\r\n${head}\r\ncontent-length: 500\r\n\r\nkey,subject\nu-1,One\n`,
    );
    const uploads = join(folder, 'uploads');
    const beginnings = () => (existsSync(uploads) ? readdirSync(uploads) : []);
    await expect.poll(beginnings).not.toEqual([]);
    const closed = once(socket.resume(), 'close');
    await api.ask('users.save', { id: await idOf('ula'), name: 'ula', role: 'viewer' });
    await closed;
    await expect.poll(beginnings).toEqual([]);
    expect(await api.ask('operations.count', {})).toEqual(before);
  });
});

test('what is asked while a backup is put back is refused for that while, which is nothing to look into', async () => {
  const { name } = await api.ask('backups.create', {});
  let isBack = false;
  const restoring = api.ask('backups.restore', { name }).finally(() => {
    isBack = true;
  });
  const answers = new Set<string>();
  while (!isBack) {
    const headers = { 'if-match': '"99"' };
    const { status, body } = await api.call('PATCH', '/api/v1/tickets/1', {
      body: { status: 'open' },
      headers,
    });
    answers.add(`${status} ${body.error.code}`);
  }
  await restoring;
  answers.delete('412 version_moved_on');
  expect([...answers]).toEqual(['503 restoring']);
  expect(api.reports.filter(({ kind }) => kind !== 'refused')).toEqual([]);
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
