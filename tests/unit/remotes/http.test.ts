import { describe, expect, it } from 'vitest';
import type { Wrong } from '../../../src-main/remotes/http-failure.ts';
import { type HttpLimits, httpLimits } from '../../../src-main/remotes/http-limits.ts';
import { answerOf, type Mischief, pour } from '../../fakes/hostile-server.ts';
import { get, json, never, useHostileHttp, wrongOf } from './hostile-http.ts';

const setup = useHostileHttp();
const { facing, shutGate, readLines } = setup;

const endless: readonly [string, Mischief, Wrong, Partial<HttpLimits>?][] = [
  ['a black hole', () => undefined, 'headers_timeout', { headersMs: 200 }],
  [
    'headers that drip',
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nx: ');
      pour(socket, 'y', 20);
    },
    'headers_timeout',
    { headersMs: 200 },
  ],
  [
    'headers without end',
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      pour(socket, 'x-more: 0123456789\r\n');
    },
    'headers_too_large',
  ],
  [
    'a body that stops',
    (socket) =>
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{'),
    'idle_timeout',
    { idleMs: 200 },
  ],
  [
    'a body that drips',
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9999\r\n\r\n');
      pour(socket, ' ', 20);
    },
    'total_timeout',
    { totalMs: 500 },
  ],
  [
    'a body without end',
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n');
      pour(socket, Buffer.alloc(65_536, 32));
    },
    'body_too_large',
  ],
  ['a connection that is reset', (socket) => socket.resetAndDestroy(), 'reset_after_sending'],
  ['a connection that is closed', (socket) => socket.end(), 'reset_after_sending'],
  [
    'half an answer',
    (socket) =>
      socket.end('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{"a":'),
    'truncated',
  ],
  ['something else than HTTP', (socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'), 'not_http'],
];

describe('a hostile server', () => {
  it.each(endless)('%s costs no more than its limit', async (_what, mischief, expected, limits) => {
    await facing(mischief, limits);
    const { wrong, failure } = await wrongOf(setup.http.ask(get, never));
    expect(wrong).toBe(expected);
    expect(failure.outcomeClass).toBe('unknown');
  });

  it('that sends 100 MB costs as much as the cap', async () => {
    let sent = 0;
    const piece = Buffer.alloc(2 ** 20, 32);
    await facing((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 104857600\r\n\r\n');
      pour(socket, piece);
      socket.on('close', () => {
        sent = socket.bytesWritten;
      });
    }, httpLimits);
    expect((await wrongOf(setup.http.ask(get, never))).wrong).toBe('body_too_large');
    await expect.poll(() => sent).toBeGreaterThan(0);
    expect(sent).toBeLessThan(64 * 2 ** 20);
  });

  it('that is not there was surely not reached', async () => {
    await facing(() => undefined);
    await setup.server.close();
    const { wrong, failure } = await wrongOf(setup.http.ask(get, never));
    expect([wrong, failure.outcomeClass, failure.kind]).toEqual([
      'connection_refused',
      'retry',
      'unreachable',
    ]);
    setup.http.close();
    await facing(() => undefined);
  });

  it.each([
    [
      'a page with a sign-in form',
      answerOf('200 OK', { 'content-type': 'text/html' }, '<!doctype html><form>'),
      'login_page',
      'auth',
    ],
    ['a page that calls itself JSON', answerOf('200 OK', json, '<html>'), 'login_page', 'auth'],
    ['a redirect', answerOf('302 Found', { location: 'http://127.0.0.1:1/' }), 'redirect', 'auth'],
    ['another type', answerOf('200 OK', { 'content-type': 'text/plain' }, '{}'), 'wrong_type', 'unknown'],
    ['what is no JSON', answerOf('200 OK', json, '{"a":'), 'not_json', 'unknown'],
    ['an error', answerOf('422 Unprocessable', json, '{"error":{"code":"bad"}}'), 422, 'permanent'],
    [
      'an error in a page',
      answerOf('502 Bad Gateway', { 'content-type': 'text/html' }, '<html>'),
      502,
      'unknown',
    ],
    ['later', answerOf('429 Too Many', { ...json, 'retry-after': '7' }, '{}'), 429, 'retry'],
  ] as const)('that answers with %s', async (_what, text, expected, outcomeClass) => {
    await facing((socket) => socket.write(text));
    const { wrong, failure } = await wrongOf(setup.http.ask(get, never));
    expect([wrong, failure.outcomeClass]).toEqual([expected, outcomeClass]);
    if (expected === 429) expect(failure.retryAfterMs).toBe(7_000);
    if (expected === 422) expect(failure.body).toEqual({ error: { code: 'bad' } });
    expect(setup.server.requests).toHaveLength(1);
  });

  it('is told who asks, and nothing of the key in an error', async () => {
    await facing((socket) => socket.write(answerOf('200 OK', json, '{"a":1}')));
    expect((await setup.http.ask(get, never)).body).toEqual({ a: 1 });
    expect(setup.server.requests[0]).toMatch(/^GET \/api\/v1\/tickets\/1 HTTP\/1.1\r\n/);
    expect(setup.server.requests[0]?.toLowerCase()).toContain('user-agent: bulkhead/1');
    expect(setup.server.requests[0]).toContain('Bearer secret');
    expect(setup.server.requests[0]?.toLowerCase()).not.toContain('mozilla');
  });

  it('is not waited for when nobody wants the answer any more', async () => {
    await facing(() => undefined);
    const stop = new AbortController();
    const asked = wrongOf(setup.http.ask(get, stop.signal));
    await expect.poll(() => setup.server.requests.length).toBe(1);
    stop.abort();
    expect((await asked).wrong).toBe('stopped');
    expect((await wrongOf(setup.http.ask(get, stop.signal))).wrong).toBe('stopped_before_sending');
  });
});

describe('the gate', () => {
  it('is told what came of every request, and keeps them back while it is shut, but for probes', async () => {
    const answers = [
      answerOf('200 OK', json, '{}'),
      answerOf('404 Not Found', json, '{}'),
      answerOf('200 OK', json, '{}'),
    ];
    await facing((socket) => socket.write(answers.shift() ?? ''));
    await setup.http.ask(get, never);
    await wrongOf(setup.http.ask(get, never));
    expect(setup.noted).toEqual([null, 404]);
    shutGate();
    expect((await wrongOf(setup.http.ask(get, never))).wrong).toBe('gate_shut');
    expect((await wrongOf(readLines())).wrong).toBe('gate_shut');
    expect(setup.server.requests).toHaveLength(2);
    await setup.http.ask({ ...get, isProbe: true }, never);
    expect(setup.server.requests).toHaveLength(3);
    expect(setup.noted).toEqual([null, 404]);
  });

  it('that shuts stops a request that has not gone out, and none that has', async () => {
    await facing(() => undefined, { connectMs: 60_000 }, 'https');
    const connecting = wrongOf(setup.http.ask(get, never));
    await expect.poll(() => setup.server.open()).toBe(1);
    shutGate();
    expect((await connecting).wrong).toBe('stopped_before_sending');
    setup.http.close();
    await setup.server.close();
    let answer = (): void => expect.unreachable('nothing was asked');
    await facing((socket) => {
      answer = () => void socket.write(answerOf('200 OK', json, '{}'));
    });
    const sent = setup.http.ask(get, never);
    await expect.poll(() => setup.server.requests.length).toBe(1);
    shutGate();
    answer();
    expect((await sent).body).toEqual({});
  });
});
