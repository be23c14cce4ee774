import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ErrorBody } from '../../src-main/hosts/server/faces/http/api-error.ts';
import { maxConcurrent } from '../../src-main/hosts/server/faces/http/limits.ts';
import { routes } from '../../src-main/hosts/server/faces/routes.ts';
import { type ApiReply, type ApiServer, startApiServer } from '../builders/api-server.ts';
import { allTickets, fillTickets, makeTickets } from '../builders/tickets.ts';
import { makeFolder, removeFolder } from '../builders/workspace.ts';
import { sendRaw, statusOf } from '../unit/hosts/server-harness.ts';

const bulk = '/api/v1/tickets/bulk-operations';
const token = 'the-key-of-this-test-server';
let folder: string;
let api: ApiServer;
let mina: string;
let vera: string;

beforeAll(async () => {
  folder = makeFolder();
  await (await startApiServer(folder)).close();
  fillTickets(folder, makeTickets(200));
  api = await startApiServer(folder, { token });
  mina = await api.user('mina', 'agent');
  vera = await api.user('vera', 'viewer');
});
afterAll(async () => {
  await api.close();
  removeFolder(folder);
});

/** Nothing that is refused changes anything. */
let before: unknown;
afterEach(() => {
  before = undefined;
});
function remember(): void {
  before = { tickets: allTickets(folder) };
}
function expectUnchanged(): void {
  expect({ tickets: allTickets(folder) }).toEqual(before);
}

const good = { ticket_ids: [1], operation_type: 'assign', operation_data: { assignee_id: 'x' } };

describe('a body', () => {
  test.each<[string, unknown, number]>([
    ['of nothing', '', 400],
    ['of half of it', '{"ticket_ids":[1]', 400],
    ['of a text', '"x"', 422],
    ['of a list', '[]', 422],
    ['of null', 'null', 422],
    ['of two', '{}{}', 400],
    ['of something else than JSON', 'ticket_ids=1', 400],
    ['without ids', { ...good, ticket_ids: undefined }, 422],
    ['with no id', { ...good, ticket_ids: [] }, 422],
    ['with an id twice', { ...good, ticket_ids: [1, 2, 1] }, 422],
    ['with an id as text', { ...good, ticket_ids: ['1'] }, 422],
    ['with an id that is none', { ...good, ticket_ids: [1.5] }, 422],
    ['with a negative id', { ...good, ticket_ids: [-1] }, 422],
    ['with an id beyond all numbers', { ...good, ticket_ids: [1e18] }, 422],
    ['with an id that is null', { ...good, ticket_ids: [null] }, 422],
    ['with ids that are nested', { ...good, ticket_ids: [[1]] }, 422],
    ['with too many ids', { ...good, ticket_ids: Array.from({ length: 100_001 }, (_, at) => at + 1) }, 422],
    ['with an unknown type', { ...good, operation_type: 'explode' }, 422],
    ['with data of another type', { ...good, operation_type: 'update_status' }, 422],
    [
      'with an unknown status',
      { ...good, operation_type: 'update_status', operation_data: { status: 'asleep' } },
      422,
    ],
    ['with an unknown field', { ...good, colour: 'red' }, 422],
    ['with an unknown field within', { ...good, operation_data: { assignee_id: 'x', colour: 'red' } }, 422],
    [
      'with a key that reaches a prototype',
      '{"ticket_ids":[1],"operation_type":"delete","operation_data":{},"__proto__":{"a":1}}',
      422,
    ],
    ['with a control character', { ...good, operation_data: { assignee_id: 'a\u0000b' } }, 422],
    ['nested without end', `${'['.repeat(5_000)}${']'.repeat(5_000)}`, 422],
    ['with a description that is none', { ...good, metadata: { description: '' } }, 422],
  ])('%s is refused with what is wrong', async (_, body, status) => {
    remember();
    const reply = await api.call('POST', bulk, { token: mina, body });
    expect(reply.status).toBe(status);
    const { error } = ErrorBody.parse(reply.body);
    expect([error.code, error.message.length > 10]).toEqual(['invalid_request', true]);
    expectUnchanged();
  });

  test('that the console refuses names its problems, as one that the door refuses does', async () => {
    const headers = { 'if-match': '"1"' };
    const body = { status: 'asleep', colour: 'red' };
    const { error } = (await api.call('PATCH', '/api/v1/tickets/9', { token: mina, body, headers })).body;
    expect(error.code).toBe('invalid_request');
    expect(error.details.problems.length).toBeGreaterThan(1);
    expect(error.message).toBe(`${error.details.problems.join('; ')}. Nothing was changed.`);
    expect(error.message).not.toContain('operations.plan');
    for (const wrong of ['status: ', 'colour']) expect(error.message).toContain(wrong);
    const refused = (await api.call('POST', bulk, { token: mina, body: { ...good, x: 1, ticket_ids: [] } }))
      .body.error;
    expect(refused.message).toBe(`${refused.details.problems.join('; ')}. Nothing was changed.`);
  });

  test('names every id that is wrong', async () => {
    const reply = await api.call('POST', bulk, { token: mina, body: { ...good, ticket_ids: [1, 'x', 2.5] } });
    expect(reply.body.error.details.ids).toEqual(['x', '2.5']);
    const twice = await api.call('POST', bulk, {
      token: mina,
      body: { ...good, ticket_ids: [3, 4, 3, 4, 4] },
    });
    expect(twice.body.error.details.ids).toEqual(['3', '4']);
  });

  test('of another type, or larger than it may be, is refused', async () => {
    remember();
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])
      expect(
        (await api.call('POST', bulk, { token: mina, body: good, headers: { 'content-type': type } })).status,
      ).toBe(415);
    const large = await api.call('POST', bulk, { token: mina, body: `{"x":"${'y'.repeat(9_000_000)}"}` });
    expect(large.status).toBe(413);
    expectUnchanged();
  });
});

describe('a caller', () => {
  test.each([
    ['without a token', null],
    ['with a short one', 'x'],
    ['with one of the right length', 'a'.repeat(43)],
    ['with a text that is none', "' OR 1=1 --"],
    ['with the token of nobody any more', 'gone'],
  ])('%s is not let in anywhere', async (_, given) => {
    remember();
    const { user, token: own } = await api.ask('users.save', { name: 'gone', role: 'admin' });
    await api.ask('users.remove', { id: user.id });
    for (const { method, path } of routes) {
      const reply = await api.call(method, path.replaceAll(/\{\w+\}/g, '1'), {
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
      const reply = await api.call(method, at, { token: vera, body: good });
      expect([path, reply.status]).toEqual([path, 403]);
    }
    expectUnchanged();
  });

  test('asks what the window asks as far as the role goes, under no name but their own', async () => {
    const rpc = (own: string, name: string, input: object = {}): Promise<ApiReply> =>
      api.call('POST', '/rpc', { token: own, body: { name, input } });
    expect((await rpc(mina, 'app.info')).body).toMatchObject({ ok: true, value: { actor: 'mina' } });
    expect((await rpc(vera, 'users.list')).body).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    const ada = await api.user('ada', 'admin');
    expect((await rpc(ada, 'users.list')).body).toMatchObject({ ok: true });
    expect((await rpc('a'.repeat(43), 'app.info')).status).toBe(401);
    const query = { collection: 'tickets', filter: {}, sort: { field: 'id', direction: 'asc' } };
    const { body } = await rpc(token, 'records.view', { query });
    const rows = { viewId: body.value.viewId, from: 0, limit: 1 };
    expect((await rpc(token, 'records.rows', rows)).body.ok).toBe(true);
    expect((await rpc(vera, 'records.rows', rows)).body).toMatchObject({
      ok: false,
      error: { code: 'not_found' },
    });
  });

  test('who runs the console may do it all', async () => {
    expect((await api.call('GET', bulk)).status).toBe(200);
  });
});

describe('an address', () => {
  test.each([
    '/api',
    '/api/',
    '/api/v2/tickets',
    '/v1',
    '/v1/orders',
    '/ws',
    '/api/v1/tickets/',
    '/api/v1//changes',
    '/api/bulk/sessions/close/1',
  ])('that there is not (%s) says so', async (path) => {
    const reply = await api.call('GET', path, { token: mina });
    expect([reply.status, ErrorBody.parse(reply.body).error.code]).toEqual([404, 'not_found']);
  });

  test('says which methods it has', async () => {
    for (const [method, path, allow] of [
      ['DELETE', bulk, 'POST, GET'],
      ['PUT', '/api/v1/tickets/1', 'GET, PATCH'],
      ['GET', '/v1/orders/bulk-process', 'POST'],
    ] as const) {
      const reply = await api.call(method, path, { token: mina });
      expect([reply.status, reply.headers.get('allow')]).toEqual([405, allow]);
    }
  });

  test('takes no query that it does not know', async () => {
    expect((await api.call('GET', `${bulk}?colour=red`, { token: mina })).status).toBe(422);
    expect((await api.call('GET', '/api/bulk/sessions/info?x=1', { token: mina })).status).toBe(422);
  });
});

describe('the guard of the window stands before the APIs too', () => {
  const lines = (extra: string, first = `GET ${bulk} HTTP/1.1`): string =>
    `${first}\r\nauthorization: Bearer ${token}\r\n${extra}\r\n\r\n`;
  const host = (): string => `host: 127.0.0.1:${api.server.port}`;
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
      () => `GET ${bulk} HTTP/1.1\r\n${host()}\r\ncookie: bulkhead_${api.server.port}=x\r\n\r\n`,
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
    const answer = await sendRaw(api.server.port, text());
    expect(statusOf(answer)).toBeGreaterThanOrEqual(400);
    expect(statusOf(answer)).toBeLessThan(500);
    expect(answer).not.toContain('"operations"');
  });

  test('a preflight is not answered as one', async () => {
    const reply = await api.call('OPTIONS', bulk, {
      token: null,
      headers: { origin: 'http://evil.example', 'access-control-request-method': 'POST' },
    });
    expect(reply.status).toBe(403);
    expect([...reply.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  test('a client that goes away in the middle of its body leaves nothing behind', async () => {
    remember();
    const socket = connect(api.server.port, '127.0.0.1');
    socket.write(
      `POST ${bulk} HTTP/1.1\r\n${host()}\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"ticket_ids":[1,`,
    );
    socket.destroy();
    expect((await api.call('GET', bulk)).status).toBe(200);
    expectUnchanged();
  });
});

describe('a socket', () => {
  test.each([
    ['binary data', Buffer.from([0, 1, 2]), 1003],
    ['more than it may', Buffer.alloc(70_000, 'x').toString(), 1009],
  ])('that sends %s is closed', async (_, data, code) => {
    const socket = api.socket('/ws/bulk/mina', mina);
    await socket.opened;
    socket.sendRaw(data);
    expect(await socket.closed).toBe(code);
  });

  test('that only ever listens may say what it likes, and is told of nothing else', async () => {
    const { body } = await api.call('POST', bulk, { token: mina, body: good });
    const socket = api.socket(`/ws/bulk-operations/${body.operation_id}`, mina);
    await socket.opened;
    socket.send({ type: 'subscribe', operation_id: '1' });
    await socket.closed;
    expect(socket.messages.every(({ operation_id: id }) => id === body.operation_id)).toBe(true);
  });
});

describe('a key', () => {
  const start = (key: string, body: object = good, own = mina): Promise<ApiReply> =>
    api.call('POST', bulk, { token: own, body, headers: { 'idempotency-key': key } });

  test('with the same body answers with the same operation, however often and however its JSON was written', async () => {
    const replies = await Promise.all(Array.from({ length: 8 }, () => start('same')));
    const ids = new Set(replies.map(({ body }) => body.operation_id));
    expect([replies.map(({ status }) => status), ids.size]).toEqual([Array(8).fill(202), 1]);
    const other = '{"operation_data": {"assignee_id":"x"},\n "operation_type":"assign", "ticket_ids":[ 1 ]}';
    const again = await api.call('POST', bulk, {
      token: mina,
      body: other,
      headers: { 'idempotency-key': 'same' },
    });
    expect(ids.has(again.body.operation_id)).toBe(true);
    await api.ended(Number(again.body.operation_id));
  });

  test('with another body is refused, and is free for others', async () => {
    const first = await start('mine');
    await api.ended(Number(first.body.operation_id));
    remember();
    const reply = await start('mine', { ...good, ticket_ids: [2] });
    expect([reply.status, reply.body.error.code]).toEqual([409, 'idempotency_key_reused']);
    expectUnchanged();
    const otto = await api.user('otto', 'agent');
    const his = await start('mine', { ...good, ticket_ids: [2] }, otto);
    expect(his.status).toBe(202);
    await api.ended(Number(his.body.operation_id));
  });

  test('of a request that was refused is still free', async () => {
    expect((await start('free', { ...good, ticket_ids: [] })).status).toBe(422);
    expect((await start('free')).status).toBe(202);
  });

  test.each(['', ' ', 'a b', 'ä', 'x'.repeat(256)])('%.20j is none', async (key) => {
    const reply = await api.call('POST', bulk, {
      token: mina,
      body: good,
      headers: { 'idempotency-key': encodeURI(key) === key ? key : encodeURI(key).padEnd(300, 'x') },
    });
    expect(reply.status).toBe(400);
  });

  test('is known after a restart', async () => {
    const first = await start('over-night');
    await api.ended(Number(first.body.operation_id));
    await api.close();
    api = await startApiServer(folder, { token });
    const again = await start('over-night');
    expect([again.status, again.body.operation_id]).toEqual([202, first.body.operation_id]);
    expect((await start('over-night', { ...good, ticket_ids: [3] })).status).toBe(409);
  });
});

describe('operations at the same time', () => {
  test('are as many as one user may have, and no more', async () => {
    const rosa = await api.user('rosa', 'agent');
    const caller = await api.console.userOf('rosa', rosa);
    if (!caller) throw new Error('rosa cannot sign in');
    // They wait for a moment to come.
    for (let count = 0; count < maxConcurrent; count += 1) {
      const plan = {
        action: 'assign',
        collection: 'tickets',
        selection: { mode: 'ids', ids: [5] },
        input: { assignee: `z${count}` },
      };
      const planned = await api.console.handle(caller, { name: 'operations.plan', input: plan });
      const id = planned.ok ? (planned.value as { id: number }).id : 0;
      await api.console.handle(caller, {
        name: 'operations.start',
        input: { id, options: { startAt: Date.now() + 3_600_000 } },
      });
    }
    const reply = await api.call('POST', bulk, { token: rosa, body: good });
    expect([reply.status, reply.body.error.code, Number(reply.headers.get('retry-after'))]).toEqual([
      429,
      'too_many_operations',
      1,
    ]);
    expect((await api.call('POST', bulk, { token: mina, body: good })).status).toBe(202);
    const waiting = (await api.call('GET', `${bulk}?status=pending&limit=1`, { token: rosa })).body;
    expect(waiting.total).toBe(maxConcurrent);
    const id = waiting.operations[0].operation_id;
    const cancelled = await api.call('POST', `/api/bulk/operations/${id}/cancel`, { token: rosa });
    expect(cancelled).toMatchObject({
      status: 200,
      body: { operation_id: id, status: 'cancelled', processed: 0 },
    });
    expect((await api.call('POST', bulk, { token: rosa, body: good })).status).toBe(202);
  });
});

describe('the document', () => {
  test('is OpenAPI 3.1, and every address in it answers', async () => {
    const { status, body } = await api.call('GET', '/api/openapi.json', { token: vera });
    expect([status, body.openapi]).toEqual([200, '3.1.0']);
    const paths = Object.entries<Record<string, { responses: Record<string, unknown>; summary: string }>>(
      body.paths,
    );
    expect(paths.flatMap(([, methods]) => Object.keys(methods)).length).toBe(routes.length);
    for (const [path, methods] of paths) {
      for (const [method, described] of Object.entries(methods)) {
        expect(described.summary.length).toBeGreaterThan(8);
        const at = path.replace('{collection}', 'tickets').replaceAll(/\{\w+\}/g, '1');
        const reply = await api.call(method.toUpperCase(), at, {
          token: mina,
          ...(method !== 'get' && { body: {} }),
        });
        // It answers as it says that it may: never that there is no such address or method.
        expect([path, method, Object.keys(described.responses)]).toEqual([
          path,
          method,
          expect.arrayContaining([String(reply.status)]),
        ]);
        expect([
          path,
          reply.status === 405,
          reply.body.error?.message === 'There is nothing at this address.',
        ]).toEqual([path, false, false]);
      }
    }
  });

  test('says what a body has to be, in full', async () => {
    const { body } = await api.call('GET', '/api/openapi.json', { token: vera });
    const schema = body.paths['/api/bulk/sessions/close'].post.requestBody.content['application/json'].schema;
    expect(schema).toMatchObject({ type: 'object', required: ['session_ids'], additionalProperties: false });
    expect(schema.properties.session_ids).toMatchObject({ type: 'array', minItems: 1, maxItems: 1_000 });
  });
});

test('what was refused is told to the log without its contents, and nothing was unexpected', () => {
  expect(api.reports.filter(({ kind }) => kind !== 'refused')).toEqual([]);
  expect(JSON.stringify(api.reports)).not.toContain(token);
});
