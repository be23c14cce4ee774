import { connect } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import { ErrorBody } from '../../src-main/hosts/server/faces/http/api-error.ts';
import { routes } from '../../src-main/hosts/server/faces/routes.ts';
import type { ApiReply } from '../builders/api-server.ts';
import { sendRaw, statusOf } from '../unit/hosts/server-harness.ts';
import { bulk, good, token, useUnchanged } from './unchanged-tickets.ts';

const { setup, vera, remember, expectUnchanged } = useUnchanged();

describe('a caller', () => {
  test.each([
    ['without a token', null],
    ['with a short one', 'x'],
    ['with one of the right length', 'a'.repeat(43)],
    ['with a text that is none', "' OR 1=1 --"],
    ['with the token of nobody any more', 'gone'],
  ])('%s is not let in anywhere', async (_, given) => {
    remember();
    const { user, token: own } = await setup.api.ask('users.save', { name: 'gone', role: 'admin' });
    await setup.api.ask('users.remove', { id: user.id });
    for (const { method, path } of routes) {
      const reply = await setup.api.call(method, path.replaceAll(/\{\w+\}/g, '1'), {
        token: given === 'gone' ? own : given,
      });
      expect([path, reply.status, ErrorBody.parse(reply.body).error.code]).toEqual([
        path,
        401,
        'unauthorized',
      ]);
      expect(reply.headers.get('www-authenticate')).toBe('Bearer');
    }
    expectUnchanged();
  });

  test('who may only look changes nothing anywhere', async () => {
    remember();
    for (const { method, path } of routes.filter(({ role }) => role !== 'viewer')) {
      const at = path.replace('{collection}', 'tickets').replaceAll(/\{\w+\}/g, '1');
      const reply = await setup.api.call(method, at, { token: vera(), body: good });
      expect([path, reply.status]).toEqual([path, 403]);
    }
    expectUnchanged();
  });

  test('may make the requests of the window that their role permits, only under their own name', async () => {
    const rpc = (own: string, name: string, input: object = {}): Promise<ApiReply> =>
      setup.api.call('POST', '/rpc', { token: own, body: { name, input } });
    expect((await rpc(setup.mina, 'app.info')).body).toMatchObject({ ok: true, value: { actor: 'mina' } });
    expect((await rpc(vera(), 'users.list')).body).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    const ada = await setup.api.user('ada', 'admin');
    expect((await rpc(ada, 'users.list')).body).toMatchObject({ ok: true });
    expect((await rpc('a'.repeat(43), 'app.info')).status).toBe(401);
    const query = { collection: 'tickets', filter: {}, sort: { field: 'id', direction: 'asc' } };
    const { body } = await rpc(token, 'records.view', { query });
    const rows = { viewId: body.value.viewId, from: 0, limit: 1 };
    expect((await rpc(token, 'records.rows', rows)).body.ok).toBe(true);
    const refused = { ok: false, error: { code: 'not_found' } };
    expect((await rpc(vera(), 'records.rows', rows)).body).toMatchObject(refused);
    // Nor have two users anything in common who call their windows alike.
    const own = {
      viewId: (await rpc(vera(), 'records.view', { query })).body.value.viewId,
      from: 0,
      limit: 1,
    };
    expect((await rpc(vera(), 'records.rows', own)).body.ok).toBe(true);
    expect((await rpc(setup.mina, 'records.rows', own)).body).toMatchObject(refused);
  });

  test('whose token becomes invalid before the body of a request has arrived is refused', async () => {
    const { user, token: own } = await setup.api.ask('users.save', { name: 'slow', role: 'agent' });
    const body = JSON.stringify({ name: 'app.info', input: {} });
    const { port } = setup.api.server;
    const open = (bearer: string | null): string =>
      `POST /rpc HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nauthorization: Bearer ${bearer}\r\ncontent-type: application/json\r\n` +
      `content-length: ${body.length}\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n`;
    // Nobody waits for the body of a stranger.
    expect(statusOf(await sendRaw(port, open('a'.repeat(43))))).toBe(401);
    const socket = connect(port, '127.0.0.1');
    socket.write(open(own));
    let answer = '';
    for await (const chunk of socket) {
      answer += chunk;
      if (answer !== 'HTTP/1.1 100 Continue\r\n\r\n') continue;
      await setup.api.ask('users.remove', { id: user.id });
      socket.write(body);
    }
    expect(answer).toContain('HTTP/1.1 401 ');
  });

  test('leaves nothing behind of what is kept for them during a request', async () => {
    const { console } = setup.api;
    const [handle, forget] = [vi.spyOn(console, 'handle'), vi.spyOn(console, 'forget')];
    await setup.api.call('GET', bulk, { token: setup.mina });
    const clients = handle.mock.calls.map(([{ client }]) => client);
    expect(clients.length).toBeGreaterThan(0);
    expect(new Set(clients)).toEqual(new Set(forget.mock.calls.map(([client]) => client)));
    vi.restoreAllMocks();
  });

  test('who is refused gets a request id that the log has, too', async () => {
    const { headers } = await setup.api.call('GET', `${bulk}/999`, { token: vera() });
    const id = headers.get('x-request-id');
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(setup.api.reports).toContainEqual({
      kind: 'refused',
      facts: expect.objectContaining({ status: 404, method: 'GET', request: id }),
    });
    const upgrade = 'connection: Upgrade\r\nupgrade: websocket';
    const host = `host: 127.0.0.1:${setup.api.server.port}`;
    const answer = await sendRaw(
      setup.api.server.port,
      `GET /ws/bulk/vera HTTP/1.1\r\n${host}\r\n${upgrade}\r\n\r\n`,
    );
    expect(setup.api.reports).toContainEqual({
      kind: 'refused',
      facts: expect.objectContaining({ request: /x-request-id: (\S+)/.exec(answer)?.[1] }),
    });
  });

  test('who runs the console may do it all', async () => {
    expect((await setup.api.call('GET', bulk)).status).toBe(200);
  });
});

describe('the guard of the window stands before the APIs too', () => {
  const lines = (extra: string, first = `GET ${bulk} HTTP/1.1`): string =>
    `${first}\r\nauthorization: Bearer ${token}\r\n${extra}\r\n\r\n`;
  const host = (): string => `host: 127.0.0.1:${setup.api.server.port}`;
  test.each<[string, () => string]>([
    ['a foreign host', () => lines('host: evil.example')],
    ['two hosts', () => lines(`${host()}\r\nhost: evil.example`)],
    ['a foreign origin', () => lines(`${host()}\r\norigin: http://evil.example`)],
    ['the origin null', () => lines(`${host()}\r\norigin: null`)],
    ['a page of another site', () => lines(`${host()}\r\nsec-fetch-site: cross-site`)],
    ['an absolute address', () => lines(host(), `GET http://evil.example${bulk} HTTP/1.1`)],
    ['two tokens', () => lines(`${host()}\r\nauthorization: Bearer other`)],
    [
      'a cookie from nowhere',
      () => `GET ${bulk} HTTP/1.1\r\n${host()}\r\ncookie: bulkhead_${setup.api.server.port}=x\r\n\r\n`,
    ],
    [
      'a foreign origin at a socket',
      () =>
        lines(
          `${host()}\r\norigin: http://evil.example\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==`,
          'GET /ws/bulk/tester HTTP/1.1',
        ),
    ],
    [
      'a foreign host at a socket',
      () =>
        lines(
          'host: evil.example\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
          'GET /ws/bulk/tester HTTP/1.1',
        ),
    ],
  ])('%s', async (_, text) => {
    const answer = await sendRaw(setup.api.server.port, text());
    expect(statusOf(answer)).toBeGreaterThanOrEqual(400);
    expect(statusOf(answer)).toBeLessThan(500);
    expect(answer).not.toContain('"operations"');
  });

  test('a preflight is not answered as one', async () => {
    const reply = await setup.api.call('OPTIONS', bulk, {
      token: null,
      headers: { origin: 'http://evil.example', 'access-control-request-method': 'POST' },
    });
    expect(reply.status).toBe(403);
    expect([...reply.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  test('a client that goes away in the middle of its body leaves nothing behind', async () => {
    remember();
    const socket = connect(setup.api.server.port, '127.0.0.1');
    socket.write(
      `POST ${bulk} HTTP/1.1\r\n${host()}\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"ticket_ids":[1,`,
    );
    socket.destroy();
    expect((await setup.api.call('GET', bulk)).status).toBe(200);
    expectUnchanged();
  });
});

describe('a socket', () => {
  test.each([
    ['binary data', Buffer.from([0, 1, 2]), 1003],
    ['more than it may', Buffer.alloc(70_000, 'x').toString(), 1009],
  ])('that sends %s is closed', async (_, data, code) => {
    const socket = setup.api.socket('/ws/bulk/mina', setup.mina);
    await socket.opened;
    socket.sendRaw(data);
    expect(await socket.closed).toBe(code);
  });

  test('that can only listen may send what it likes, and hears of nothing else', async () => {
    const { body } = await setup.api.call('POST', bulk, { token: setup.mina, body: good });
    const socket = setup.api.socket(`/ws/bulk-operations/${body.operation_id}`, setup.mina);
    await socket.opened;
    socket.send({ type: 'subscribe', operation_id: '1' });
    await socket.closed;
    expect(socket.messages.every(({ operation_id: id }) => id === body.operation_id)).toBe(true);
  });
});
