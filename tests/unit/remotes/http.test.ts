import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createHttp, type Http, type HttpLimits, httpLimits } from '../../../src-main/remotes/http.ts';
import { HttpFailure, type Wrong } from '../../../src-main/remotes/http-failure.ts';
import {
  answerOf,
  type HostileServer,
  type Mischief,
  pour,
  startHostileServer,
} from '../../fakes/hostile-server.ts';

const json = { 'content-type': 'application/json' };
const short: HttpLimits = {
  ...httpLimits,
  connectMs: 200,
  headersMs: 200,
  idleMs: 200,
  totalMs: 500,
  bodyMax: 10_000,
  lineMax: 1_000,
};
let server: HostileServer;
let http: Http;
afterEach(async () => {
  http.close();
  await expect.poll(() => server.open()).toBe(0);
  await server.close();
  const sockets = () => process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP'));
  await expect.poll(sockets).toEqual([]);
});

/** What the gate is told. */
let noted: (Wrong | null)[];
let isShut: boolean;

async function facing(mischief: Mischief, limits: HttpLimits | null = short, scheme = 'http'): Promise<void> {
  noted = [];
  isShut = false;
  server = await startHostileServer(mischief);
  http = createHttp({
    address: server.address.replace('http', scheme),
    token: 'secret',
    ...(limits && { limits }),
    gate: {
      shut: () => (isShut ? { reason: 'unreachable', untilAt: null, message: 'Not now.' } : null),
      note: (failure) => noted.push(failure?.wrong ?? null),
    },
  });
}

const never = new AbortController().signal;
const get = { method: 'GET', path: '/api/v1/tickets/1' } as const;

async function wrongOf(work: Promise<unknown>): Promise<{ wrong: Wrong; ms: number; failure: HttpFailure }> {
  const startedMs = performance.now();
  const failure = await work.then(
    () => expect.unreachable('it was answered'),
    (error: unknown) => error,
  );
  if (!(failure instanceof HttpFailure)) throw failure;
  return { wrong: failure.wrong, ms: performance.now() - startedMs, failure };
}

async function readLines(): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of http.lines({ method: 'POST', path: '/v1/orders/bulk-process', body: {} }, never))
    lines.push(line);
  return lines;
}

const endless: readonly [string, Mischief, Wrong][] = [
  ['a black hole', () => undefined, 'headers_timeout'],
  [
    'headers that drip',
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nx: ');
      pour(socket, 'y', 20);
    },
    'headers_timeout',
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
  ],
  [
    'a body that drips',
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9999\r\n\r\n');
      pour(socket, ' ', 20);
    },
    'total_timeout',
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
  it.each(endless)('%s costs no more than its limit', async (_what, mischief, expected) => {
    await facing(mischief);
    const { wrong, ms, failure } = await wrongOf(http.ask(get, never));
    expect(wrong).toBe(expected);
    expect(failure.outcomeClass).toBe('unknown');
    expect(ms).toBeLessThan(short.totalMs + 1_000);
  });

  it('that sends 100 MB costs as much as the cap', async () => {
    let sent = 0;
    const piece = Buffer.alloc(2 ** 20, 32);
    await facing(
      (socket) => {
        socket.write(
          'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 104857600\r\n\r\n',
        );
        pour(socket, piece);
        socket.on('close', () => {
          sent = socket.bytesWritten;
        });
      },
      { ...httpLimits, totalMs: 5_000 },
    );
    expect((await wrongOf(http.ask(get, never))).wrong).toBe('body_too_large');
    await expect.poll(() => sent).toBeGreaterThan(0);
    expect(sent).toBeLessThan(64 * 2 ** 20);
  });

  it('that is not there was surely not reached', async () => {
    await facing(() => undefined);
    await server.close();
    const { wrong, failure } = await wrongOf(http.ask(get, never));
    expect([wrong, failure.outcomeClass, failure.kind]).toEqual([
      'connection_refused',
      'retry',
      'unreachable',
    ]);
    server = await startHostileServer(() => undefined);
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
    const { wrong, failure } = await wrongOf(http.ask(get, never));
    expect([wrong, failure.outcomeClass]).toEqual([expected, outcomeClass]);
    if (expected === 429) expect(failure.retryAfterMs).toBe(7_000);
    if (expected === 422) expect(failure.body).toEqual({ error: { code: 'bad' } });
    expect(server.requests).toHaveLength(1);
  });

  it('is told who asks, and nothing of the key in an error', async () => {
    await facing((socket) => socket.write(answerOf('200 OK', json, '{"a":1}')));
    expect((await http.ask(get, never)).body).toEqual({ a: 1 });
    expect(server.requests[0]).toMatch(/^GET \/api\/v1\/tickets\/1 HTTP\/1.1\r\n/);
    expect(server.requests[0]?.toLowerCase()).toContain('user-agent: bulkhead/1');
    expect(server.requests[0]).toContain('Bearer secret');
    expect(server.requests[0]?.toLowerCase()).not.toContain('mozilla');
  });

  it('is not waited for when nobody wants the answer any more', async () => {
    await facing(() => undefined, httpLimits);
    const stop = new AbortController();
    const asked = wrongOf(http.ask(get, stop.signal));
    await expect.poll(() => server.requests.length).toBe(1);
    stop.abort();
    expect((await asked).wrong).toBe('stopped');
    expect((await wrongOf(http.ask(get, stop.signal))).wrong).toBe('stopped_before_sending');
  });
});

describe('time', () => {
  // Of our timers only; those of the connections go on.
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Polls of the test's own: those of Vitest would make time go by. */
  async function until(test: () => boolean): Promise<void> {
    while (!test()) await new Promise((resolve) => setImmediate(resolve));
  }

  const noTimerIsLeft = () => until(() => vi.getTimerCount() === 0);

  /** What is under way fails in so many ms from now, and not before. */
  async function failsIn(ms: number, work: Promise<unknown>): Promise<Wrong> {
    let isOver = false;
    const failed = wrongOf(work).finally(() => {
      isOver = true;
    });
    vi.advanceTimersByTime(ms - 1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(isOver).toBe(false);
    vi.advanceTimersByTime(1);
    const { wrong } = await failed;
    await noTimerIsLeft();
    return wrong;
  }

  it('and size are limited where nobody says otherwise', async () => {
    await facing(() => undefined, null);
    expect(httpLimits).toEqual({
      connectMs: 5_000,
      headersMs: 15_000,
      idleMs: 30_000,
      totalMs: 60_000,
      bodyMax: 8 * 1_024 * 1_024,
      lineMax: 1_024 * 1_024,
    });
  });

  it('for a connection is 5 s: one that nobody answers on is surely not reached', async () => {
    await facing(() => undefined, null, 'https');
    const asked = http.ask(get, never);
    await until(() => server.open() === 1);
    expect(await failsIn(5_000, asked)).toBe('connect_timeout');
    expect(server.requests).toEqual([]);
  });

  it('for the beginning of an answer is 15 s', async () => {
    await facing(() => undefined, null);
    const asked = http.ask(get, never);
    await until(() => server.requests.length === 1);
    expect(await failsIn(15_000, asked)).toBe('headers_timeout');
  });

  it('between two pieces of an answer is 30 s', async () => {
    await facing(
      (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\n\r\n{"a":1}\n'),
      null,
    );
    const lines = http.lines(get, never);
    expect(await lines.next()).toEqual({ done: false, value: '{"a":1}' });
    expect(await failsIn(30_000, lines.next())).toBe('idle_timeout');
  });

  it('is not watched any more when a request is over, whatever came of it', async () => {
    const answers = [
      answerOf('200 OK', json, '{}'),
      answerOf('422 Unprocessable', json, '{}'),
      'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{',
    ];
    await facing((socket) => {
      const answer = answers.shift();
      if (answer !== undefined) socket.write(answer);
      if (answers.length === 0) socket.end();
    }, null);
    expect((await http.ask(get, never)).body).toEqual({});
    await noTimerIsLeft();
    expect((await wrongOf(http.ask(get, never))).wrong).toBe(422);
    await noTimerIsLeft();
    expect((await wrongOf(http.ask(get, never))).wrong).toBe('truncated');
    await noTimerIsLeft();
    const stop = new AbortController();
    const asked = wrongOf(http.ask(get, stop.signal));
    stop.abort();
    expect((await asked).wrong).toMatch(/^stopped/);
    await noTimerIsLeft();
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
    await http.ask(get, never);
    await wrongOf(http.ask(get, never));
    expect(noted).toEqual([null, 404]);
    isShut = true;
    expect((await wrongOf(http.ask(get, never))).wrong).toBe('gate_shut');
    expect((await wrongOf(readLines())).wrong).toBe('gate_shut');
    expect(server.requests).toHaveLength(2);
    await http.ask({ ...get, isProbe: true }, never);
    expect(server.requests).toHaveLength(3);
    expect(noted).toEqual([null, 404]);
  });
});

describe('a stream of lines', () => {
  const begin = 'HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\n\r\n';

  it('may be longer and last longer than an answer; what is cut off at its end counts for nothing', async () => {
    await facing((socket) => {
      socket.write(`${begin}{"a":"${'x'.repeat(900)}"}\n\n`);
      for (let at = 0; at < 20; at += 1) socket.write(`{"a":"${'ä'.repeat(400)}"}\r\n`);
      socket.end('{"half":');
    });
    const lines = await readLines();
    expect(lines).toHaveLength(21);
    expect(lines.every((line) => typeof JSON.parse(line) === 'object')).toBe(true);
  });

  it('with a line that is too long ends there, without keeping it', async () => {
    await facing(
      (socket) => {
        socket.write(begin);
        pour(socket, Buffer.alloc(2 ** 20, 120));
      },
      { ...httpLimits, idleMs: 1_000 },
    );
    const before = process.memoryUsage().rss;
    expect((await wrongOf(readLines())).wrong).toBe('line_too_large');
    expect(process.memoryUsage().rss - before).toBeLessThan(10 * 2 ** 20);
  });

  it('that falls silent is given up, one that is cut says so', async () => {
    await facing((socket) => socket.write(`${begin}{"a":1}\n`));
    expect((await wrongOf(readLines())).wrong).toBe('idle_timeout');
    http.close();
    await server.close();
    await facing((socket) =>
      socket.end(
        'HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n8\r\n{"a":1}\n\r\n',
      ),
    );
    expect((await wrongOf(readLines())).wrong).toBe('truncated');
  });

  it('that was not given is an error like any other', async () => {
    await facing((socket) =>
      socket.write(answerOf('409 Conflict', json, '{"error":{"code":"idempotency_conflict"}}')),
    );
    expect((await wrongOf(readLines())).wrong).toBe(409);
  });
});
