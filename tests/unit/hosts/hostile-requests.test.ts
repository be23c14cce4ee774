import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { secretData } from '../../fakes/console.ts';
import { type Harness, pageText, sendRaw, startHarness, statusOf } from './server-harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.stop());
beforeEach(() => {
  harness.console.handled.length = 0;
});

const body = JSON.stringify({ name: 'app.info', input: {} });

type Headers = readonly (readonly [string, string])[];

/** A request that would be answered, but for what the case changes. `null` takes a header away. */
interface Change {
  readonly line?: string;
  readonly set?: Readonly<Record<string, string | null>>;
  readonly add?: Headers;
  readonly body?: string;
}

function good(): Record<string, string> {
  return {
    Host: harness.host,
    Origin: `http://${harness.host}`,
    'Sec-Fetch-Site': 'same-origin',
    Cookie: harness.cookie,
    'Content-Type': 'application/json',
    'X-Bulkhead-Client': 'window-1',
  };
}

function compose(change: Change): string {
  const headers: [string, string][] = [];
  for (const [name, value] of Object.entries({ ...good(), ...change.set })) {
    if (value !== null) headers.push([name, value]);
  }
  const sent = change.body ?? body;
  if (!headers.some(([name]) => name === 'Content-Length' || name === 'Transfer-Encoding')) {
    headers.push(['Content-Length', String(Buffer.byteLength(sent))]);
  }
  const lines = [...headers, ...(change.add ?? [])].map(([name, value]) => `${name}: ${value}\r\n`);
  return `${change.line ?? 'POST /rpc HTTP/1.1'}\r\n${lines.join('')}\r\n${sent}`;
}

const socketUpgrade = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'Content-Type': null,
  'Content-Length': '0',
};
const socketLine = 'GET /events?client=window-1 HTTP/1.1';
const noCookie = { Cookie: null };

function socketChange(set: Readonly<Record<string, string | null>>, line = socketLine): Change {
  return { line, set: { ...socketUpgrade, ...set }, body: '' };
}

/** Named by what is wrong. Functions, because the port is only known once the server listens. */
const hostile: Readonly<Record<string, () => Change>> = {
  'Host of a rebound name': () => ({
    set: { Host: `evil.example:${harness.port}`, Origin: `http://evil.example:${harness.port}` },
  }),
  'Host foreign, Origin own': () => ({ set: { Host: 'evil.example' } }),
  'Host missing': () => ({ set: { Host: null } }),
  'Host empty': () => ({ set: { Host: '' } }),
  'Host without the port': () => ({ set: { Host: '127.0.0.1', Origin: 'http://127.0.0.1' } }),
  'Host with another port': () => ({ set: { Host: '127.0.0.1:1', Origin: 'http://127.0.0.1:1' } }),
  'Host twice, the good one first': () => ({ add: [['Host', 'evil.example']] }),
  'Host twice, the good one last': () => ({ set: { Host: 'evil.example' }, add: [['Host', harness.host]] }),
  'Host twice, both good': () => ({ add: [['Host', harness.host]] }),
  'Host with a trailing dot': () => ({ set: { Host: `localhost.:${harness.port}` } }),
  'Host with a user': () => ({ set: { Host: `127.0.0.1@evil.example:${harness.port}` } }),
  'Host with a subdomain': () => ({ set: { Host: `127.0.0.1.evil.example:${harness.port}` } }),
  'Host 0.0.0.0': () => ({
    set: { Host: `0.0.0.0:${harness.port}`, Origin: `http://0.0.0.0:${harness.port}` },
  }),
  'Host in decimal': () => ({ set: { Host: `2130706433:${harness.port}` } }),
  'Host of another loopback address': () => ({ set: { Host: `127.0.0.2:${harness.port}` } }),
  'Host list': () => ({ set: { Host: `${harness.host}, evil.example` } }),
  'HTTP/1.0 without Host': () => ({ line: 'POST /rpc HTTP/1.0', set: { Host: null } }),
  'absolute target, own': () => ({ line: `POST http://${harness.host}/rpc HTTP/1.1` }),
  'absolute target, foreign': () => ({ line: 'POST http://evil.example/rpc HTTP/1.1' }),
  'target of two slashes': () => ({ line: 'POST //rpc HTTP/1.1' }),
  'target of a star': () => ({ line: 'OPTIONS * HTTP/1.1' }),
  'target longer than any of ours': () => ({ line: `POST /rpc?${'x'.repeat(3000)} HTTP/1.1` }),
  'CONNECT, as to a proxy': () => ({ line: 'CONNECT evil.example:443 HTTP/1.1' }),
  'Origin null': () => ({ set: { Origin: 'null' } }),
  'Origin foreign': () => ({ set: { Origin: 'https://evil.example' } }),
  'Origin of another port': () => ({ set: { Origin: 'http://127.0.0.1:1' } }),
  'Origin over https': () => ({ set: { Origin: `https://${harness.host}` } }),
  'Origin of our other name': () => ({ set: { Origin: `http://localhost:${harness.port}` } }),
  'Origin with our name in front': () => ({ set: { Origin: `http://${harness.host}.evil.example` } }),
  'Origin empty': () => ({ set: { Origin: '' } }),
  'Origin twice': () => ({ add: [['Origin', 'https://evil.example']] }),
  'Origin absent with a cookie': () => ({ set: { Origin: null } }),
  'Origin absent with a cookie, no fetch metadata': () => ({ set: { Origin: null, 'Sec-Fetch-Site': null } }),
  'Origin foreign with the right bearer': () => ({
    set: { ...noCookie, Origin: 'https://evil.example', Authorization: `Bearer ${harness.session.token}` },
  }),
  'Sec-Fetch-Site cross-site': () => ({ set: { 'Sec-Fetch-Site': 'cross-site' } }),
  'Sec-Fetch-Site same-site': () => ({ set: { 'Sec-Fetch-Site': 'same-site' } }),
  'Sec-Fetch-Site cross-site with the right bearer': () => ({
    set: { ...noCookie, 'Sec-Fetch-Site': 'cross-site', Authorization: `Bearer ${harness.session.token}` },
  }),
  'Sec-Fetch-Site twice': () => ({ add: [['Sec-Fetch-Site', 'cross-site']] }),
  'Sec-Fetch-Site unheard of': () => ({ set: { 'Sec-Fetch-Site': 'friendly' } }),
  'no token': () => ({ set: noCookie }),
  'no token, no Origin': () => ({ set: { ...noCookie, Origin: null, 'Sec-Fetch-Site': null } }),
  'token empty': () => ({ set: { ...noCookie, Authorization: 'Bearer ' } }),
  'token short by one': () => ({
    set: { ...noCookie, Authorization: `Bearer ${harness.session.token.slice(1)}` },
  }),
  'token long by one': () => ({ set: { ...noCookie, Authorization: `Bearer ${harness.session.token}A` } }),
  'token of an earlier start': () => ({ set: { ...noCookie, Authorization: `Bearer ${'A'.repeat(43)}` } }),
  'token in another scheme': () => ({
    set: { ...noCookie, Authorization: `Basic ${harness.session.token}` },
  }),
  'token in the address': () => ({
    line: `POST /rpc?token=${harness.session.token} HTTP/1.1`,
    set: noCookie,
  }),
  'token wrong beside a good cookie': () => ({ set: { Authorization: 'Bearer nonsense' } }),
  'cookie of another console': () => ({ set: { Cookie: harness.cookie.replace(String(harness.port), '1') } }),
  'cookie with the token in it': () => ({
    set: { Cookie: `bulkhead_${harness.port}=${harness.session.token}` },
  }),
  'cookie twice': () => ({ set: { Cookie: `${harness.cookie}; ${harness.cookie}` } }),
  'cookie emptied': () => ({ set: { Cookie: `bulkhead_${harness.port}=` } }),
  'form post': () => ({
    set: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: 'name=app.info',
  }),
  'text/plain that holds JSON': () => ({ set: { 'Content-Type': 'text/plain' } }),
  'multipart form': () => ({ set: { 'Content-Type': 'multipart/form-data; boundary=x' } }),
  'no content type': () => ({ set: { 'Content-Type': null } }),
  'content type twice': () => ({ add: [['Content-Type', 'text/plain']] }),
  'content type in another charset': () => ({ set: { 'Content-Type': 'application/json; charset=utf-7' } }),
  'compressed body': () => ({ set: { 'Content-Encoding': 'gzip' } }),
  'body that is not JSON': () => ({ body: '{"name":' }),
  'body empty': () => ({ body: '' }),
  'body announced as 9 MiB': () => ({ set: { 'Content-Length': String(9 * 1024 * 1024) }, body: '' }),
  'body with two lengths': () => ({ set: { 'Content-Length': '2' }, add: [['Content-Length', '40']] }),
  'length and chunks at once': () => ({
    set: { 'Content-Length': '5', 'Transfer-Encoding': 'chunked' },
    body: `0\r\n\r\n`,
  }),
  'expectation without a key': () => ({ set: { ...noCookie, Expect: '100-continue' }, body: '' }),
  'unheard-of expectation': () => ({ set: { Expect: '200-maybe', Connection: 'close' } }),
  'window name with a line of its own': () => ({ set: { 'X-Bulkhead-Client': 'a b' } }),
  'window name too long': () => ({ set: { 'X-Bulkhead-Client': 'x'.repeat(65) } }),
  'GET with a side effect': () => ({ line: 'GET /rpc HTTP/1.1' }),
  'HEAD of the data': () => ({ line: 'HEAD /rpc HTTP/1.1', set: { Connection: 'close' }, body: '' }),
  PUT: () => ({ line: 'PUT /rpc HTTP/1.1' }),
  DELETE: () => ({ line: 'DELETE /rpc HTTP/1.1' }),
  TRACE: () => ({ line: 'TRACE /rpc HTTP/1.1' }),
  'preflight of a foreign page': () => ({
    line: 'OPTIONS /rpc HTTP/1.1',
    set: {
      ...noCookie,
      Origin: 'https://evil.example',
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'authorization',
    },
  }),
  'preflight of our own': () => ({ line: 'OPTIONS /rpc HTTP/1.1', body: '' }),
  'POST to the page': () => ({ line: 'POST / HTTP/1.1' }),
  'page asked for by a foreign page': () => ({
    line: 'GET / HTTP/1.1',
    set: { 'Sec-Fetch-Site': 'cross-site', Origin: null },
    body: '',
  }),
  'page under a rebound name': () => ({
    line: 'GET / HTTP/1.1',
    set: { Host: `evil.example:${harness.port}`, Origin: null, 'Sec-Fetch-Site': 'same-origin' },
    body: '',
  }),
  'session without Origin': () => ({
    line: 'POST /session HTTP/1.1',
    set: { Origin: null },
    body: JSON.stringify({ token: harness.session.token }),
  }),
  'session from a foreign page': () => ({
    line: 'POST /session HTTP/1.1',
    set: { Origin: 'https://evil.example' },
    body: JSON.stringify({ token: harness.session.token }),
  }),
  'session with a wrong token': () => ({
    line: 'POST /session HTTP/1.1',
    body: JSON.stringify({ token: 'x'.repeat(43) }),
  }),
  'session with a list of tokens': () => ({
    line: 'POST /session HTTP/1.1',
    body: JSON.stringify({ token: [harness.session.token] }),
  }),
  'session with a form': () => ({
    line: 'POST /session HTTP/1.1',
    set: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: `token=${harness.session.token}`,
  }),
  'session with a large body': () => ({
    line: 'POST /session HTTP/1.1',
    body: JSON.stringify({ token: 'x'.repeat(5000) }),
  }),
  'session by GET': () => ({ line: `GET /session?token=${harness.session.token} HTTP/1.1`, body: '' }),
  'upload without a key': () => ({
    line: 'POST /files HTTP/1.1',
    set: { ...noCookie, 'Content-Type': 'application/octet-stream' },
  }),
  'upload from a foreign page': () => ({
    line: 'POST /files HTTP/1.1',
    set: { Origin: 'https://evil.example', 'Content-Type': 'application/octet-stream' },
  }),
  'upload as a form': () => ({
    line: 'POST /files HTTP/1.1',
    set: { 'Content-Type': 'multipart/form-data; boundary=x' },
  }),
  'upload announced as 5 GiB': () => ({
    line: 'POST /files HTTP/1.1',
    set: { 'Content-Type': 'application/octet-stream', 'Content-Length': String(5 * 1024 ** 3) },
    body: '',
  }),
  'upload with a broken name': () => ({
    line: 'POST /files HTTP/1.1',
    set: { 'Content-Type': 'application/octet-stream', 'X-File-Name': '%E0%A4%A' },
  }),
  'socket without a key': () => socketChange(noCookie),
  'socket from a foreign page': () => socketChange({ Origin: 'https://evil.example' }),
  'socket with Origin null': () => socketChange({ Origin: 'null' }),
  'socket with a cookie and no Origin': () => socketChange({ Origin: null }),
  'socket under a rebound name': () =>
    socketChange({ Host: `evil.example:${harness.port}`, Origin: `http://evil.example:${harness.port}` }),
  'socket, cross-site': () => socketChange({ 'Sec-Fetch-Site': 'cross-site' }),
  'socket elsewhere': () => socketChange({}, 'GET /rpc HTTP/1.1'),
  'socket of a nameless window': () => socketChange({}, 'GET /events?client=%00 HTTP/1.1'),
  'socket with a token in its address': () =>
    socketChange(noCookie, `GET /events?client=w&token=${harness.session.token} HTTP/1.1`),
  'socket of an unheard-of version': () => socketChange({ 'Sec-WebSocket-Version': '99' }),
  'socket without its key': () => socketChange({ 'Sec-WebSocket-Key': null }),
  'upgrade to something else': () => socketChange({ Upgrade: 'h2c' }),
  'events without an upgrade': () => ({ line: socketLine, body: '' }),
  '150 headers': () => ({ add: Array.from({ length: 150 }, (_, index) => [`a${index}`, '1'] as const) }),
  '10,000 headers': () => ({
    add: Array.from({ length: 10_000 }, (_, index) => [`a${index}`, '1'] as const),
  }),
  'one header of 64 KiB': () => ({ set: { 'X-Long': 'x'.repeat(65_536) } }),
  'header with a folded line': () => ({ set: { 'X-Folded': 'a\r\n b' } }),
  'no HTTP at all': () => ({ line: 'hello' }),
};

const traversals = [
  '/../package.json',
  '/..%2fpackage.json',
  '/%2e%2e/package.json',
  '/%2e%2e%2fpackage.json',
  '/..%5cpackage.json',
  '/....//package.json',
  '/assets/../../package.json',
  '/assets/%252e%252e/x',
  '/index.html%00.png',
  '/index.html/',
  '/INDEX.HTML',
  '/./index.html',
  '/assets//index.js',
  '/assets/index.js.map',
  '/assets',
  '/assets/',
  '/C:/windows/win.ini',
  '/%5c%5cserver%5cshare',
  '/file:///etc/passwd',
  '/etc/passwd',
  '/.built',
  '/workspace.db',
  '/%c0%ae%c0%ae/x',
];

test('the request that every case changes is answered', async () => {
  const answer = await sendRaw(harness.port, compose({}));
  expect(statusOf(answer)).toBe(200);
  expect(answer).toContain(secretData);
  expect(harness.console.handled).toEqual([{ client: 'window-1', message: { name: 'app.info', input: {} } }]);
});

test('the list is as long as it claims', () => {
  expect(Object.keys(hostile).length + traversals.length).toBeGreaterThanOrEqual(100);
});

describe('is refused with a 4xx, no data and no call', () => {
  test.each(Object.keys(hostile))('%s', async (name) => {
    const change = hostile[name]?.() ?? {};
    expectRefused(await sendRaw(harness.port, compose(change)));
  });

  test.each(traversals)('traversal %s', async (path) => {
    const answer = await sendRaw(harness.port, compose({ line: `GET ${path} HTTP/1.1`, body: '' }));
    expectRefused(answer);
    expect(answer).not.toContain(pageText);
  });
});

function expectRefused(answer: string): void {
  expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
  expect(answer).not.toContain(secretData);
  expect(answer).not.toContain(harness.session.token);
  expect(answer.toLowerCase()).not.toContain('access-control-');
  expect(answer.toLowerCase()).not.toContain('set-cookie');
  expect(harness.console.handled).toEqual([]);
}

test.each(['http://127.0.0.1/', 'https://evil.example/', '//evil.example/', '*'])(
  'the target %s is refused for its form, whatever it names',
  async (target) => {
    const answer = await sendRaw(harness.port, compose({ line: `GET ${target} HTTP/1.1`, body: '' }));
    expect(statusOf(answer)).toBe(400);
  },
);

test('a body that is not UTF-8 is refused', async () => {
  const wrong = Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xff]), Buffer.from('"}')]);
  const head = compose({ set: { 'Content-Length': String(wrong.length) }, body: '' });
  expectRefused(await sendRaw(harness.port, Buffer.concat([Buffer.from(head), wrong])));
});

test('of two requests in one go, the hostile one is refused and the good one answered', async () => {
  const pair = compose({ set: noCookie }) + compose({ set: { Connection: 'close' } });
  const answer = await readAll(pair);
  expect([...answer.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((match) => match[1])).toEqual(['401', '200']);
  expect(harness.console.handled).toHaveLength(1);
});

test('a request smuggled in the body of a refused one is never looked at', async () => {
  const inner = compose({ set: { Connection: 'close' } });
  const answer = await readAll(compose({ set: { ...noCookie, Connection: 'close' }, body: inner }));
  expect([...answer.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((match) => match[1])).toEqual(['401']);
  expect(harness.console.handled).toEqual([]);
});

describe.concurrent('a request without end is answered, and its connection ends', () => {
  const chunked = { 'Content-Length': null, 'Transfer-Encoding': 'chunked' };
  const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;

  test('that drips headers: 408', async () => {
    const head = `POST /rpc HTTP/1.1\r\nHost: ${harness.host}\r\n`;
    const { answer, tookMs } = await sendOn(head, 'X: 1\r\n', 250);
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(tookMs).toBeLessThan(15_000);
  });

  test('that drips a body: 408, in words', async () => {
    const head = compose({ line: 'POST /session HTTP/1.1', set: { 'Content-Length': '4000' }, body: '{' });
    const { answer, tookMs } = await sendOn(head, ' ', 250);
    expectRefused(answer);
    expect(statusOf(answer)).toBe(408);
    expect(answer).toContain('The request took too long. Nothing was changed.');
    expect(answer.toLowerCase()).toContain('connection: close');
    expect(tookMs).toBeLessThan(8_000);
  });

  test('that drips a body after it was refused: no more of it is waited for', async () => {
    const head = compose({ set: { ...noCookie, 'Content-Length': '4000' }, body: '{' });
    const { answer, tookMs } = await sendOn(head, ' ', 250);
    expectRefused(answer);
    expect(statusOf(answer)).toBe(401);
    expect(tookMs).toBeLessThan(8_000);
  });

  test('that never ends its chunks: 413, and not much more of it is taken', async () => {
    const head = compose({ set: chunked, body: '' });
    const { answer, bytes } = await sendOn(head, chunk(' '.repeat(65_536)));
    expectRefused(answer);
    expect(statusOf(answer)).toBe(413);
    expect(bytes).toBeLessThan(128 * 2 ** 20);
  });
});

/** Sends a beginning and then the same piece for ever, as fast as it is taken or at a pace, until the server hangs up. */
function sendOn(
  head: string,
  piece: string,
  everyMs = 0,
): Promise<{ answer: string; bytes: number; tookMs: number }> {
  return new Promise((resolve) => {
    const startedAt = performance.now();
    let answer = '';
    const pour = (): void => {
      while (socket.writable && socket.write(piece));
    };
    const socket = connect(harness.port, '127.0.0.1', () => {
      socket.write(head);
      if (everyMs === 0) socket.on('drain', pour).emit('drain');
    });
    const drip = everyMs > 0 ? setInterval(() => socket.writable && socket.write(piece), everyMs) : undefined;
    socket.on('data', (data) => {
      answer += data.toString('latin1');
    });
    // Hanging up on somebody who goes on sending is an error on this side.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(drip);
      resolve({ answer, bytes: socket.bytesWritten, tookMs: performance.now() - startedAt });
    });
  });
}

async function readAll(text: string): Promise<string> {
  return await new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(harness.port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(received));
  });
}
