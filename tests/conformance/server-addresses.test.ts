import { describe, expect, test } from 'vitest';
import { ErrorBody } from '../../src-main/hosts/server/faces/http/api-error.ts';
import { routes } from '../../src-main/hosts/server/faces/routes.ts';
import { bulk, useUnchanged } from './unchanged-tickets.ts';

const { setup, vera } = useUnchanged();

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
    const reply = await setup.api.call('GET', path, { token: setup.mina });
    expect([reply.status, ErrorBody.parse(reply.body).error.code]).toEqual([404, 'not_found']);
  });

  test('says which methods it has', async () => {
    for (const [method, path, allow] of [
      ['DELETE', bulk, 'POST, GET, HEAD'],
      ['PUT', '/api/v1/tickets/1', 'GET, HEAD, PATCH'],
      ['GET', '/v1/orders/bulk-process', 'POST'],
      ['HEAD', '/v1/orders/bulk-process', 'POST'],
    ] as const) {
      const reply = await setup.api.call(method, path, { token: setup.mina });
      expect([reply.status, reply.headers.get('allow')]).toEqual([405, allow]);
    }
  });

  test('answers HEAD as it would GET, without the body', async () => {
    for (const path of [
      '/api/v1/tickets/1',
      '/api/v1/tickets/999',
      '/api/v1/me',
      bulk,
      '/api/openapi.json',
    ]) {
      const [get, head] = await Promise.all(
        ['GET', 'HEAD'].map((method) => setup.api.call(method, path, { token: setup.mina })),
      );
      const told = (reply: typeof get) =>
        ['etag', 'content-type', 'content-length'].map((name) => reply?.headers.get(name));
      expect([path, head?.status, ...told(head)]).toEqual([path, get?.status, ...told(get)]);
      expect(Number(head?.headers.get('content-length'))).toBeGreaterThan(0);
    }
  });

  test('refuses unknown query parameters', async () => {
    expect((await setup.api.call('GET', `${bulk}?colour=red`, { token: setup.mina })).status).toBe(422);
    expect((await setup.api.call('GET', '/api/bulk/sessions/info?x=1', { token: setup.mina })).status).toBe(
      422,
    );
  });
});

describe('the document', () => {
  test('is OpenAPI 3.1, and every address in it answers', async () => {
    const { status, body } = await setup.api.call('GET', '/api/openapi.json', { token: vera() });
    expect([status, body.openapi]).toEqual([200, '3.1.0']);
    const paths = Object.entries<Record<string, { responses: Record<string, unknown>; summary: string }>>(
      body.paths,
    );
    expect(paths.flatMap(([, methods]) => Object.keys(methods)).length).toBe(routes.length);
    for (const [path, methods] of paths) {
      for (const [method, described] of Object.entries(methods)) {
        expect(described.summary.length).toBeGreaterThan(8);
        const at = path.replace('{collection}', 'tickets').replaceAll(/\{\w+\}/g, '1');
        const reply = await setup.api.call(method.toUpperCase(), at, {
          token: setup.mina,
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

  test('names every status that any request may be refused with', async () => {
    const { body } = await setup.api.call('GET', '/api/openapi.json', { token: vera() });
    const statusesOf = (described: { responses: object }) => Object.keys(described.responses);
    const anywhere = ['401', '403', '414', '417', '422', '429', '431', '500', '503'];
    expect(statusesOf(body.paths['/api/v1/me'].get)).toEqual(expect.arrayContaining(anywhere));
    const taking = statusesOf(body.paths['/api/bulk/sessions/close'].post);
    expect(taking).toEqual(expect.arrayContaining([...anywhere, '408', '413', '415']));
  });

  test('describes each body in full', async () => {
    const { body } = await setup.api.call('GET', '/api/openapi.json', { token: vera() });
    const schema = body.paths['/api/bulk/sessions/close'].post.requestBody.content['application/json'].schema;
    expect(schema).toMatchObject({ type: 'object', required: ['session_ids'], additionalProperties: false });
    expect(schema.properties.session_ids).toMatchObject({ type: 'array', minItems: 1, maxItems: 1_000 });
  });
});
