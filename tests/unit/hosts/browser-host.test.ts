import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createEventSockets } from '../../../src-main/hosts/server/events.ts';
import { createSession } from '../../../src-main/hosts/server/session.ts';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import { ChosenFile } from '../../../src-shared/contract/files.ts';
import { Reply } from '../../../src-shared/contract/index.ts';
import { createFakeConsole } from '../../fakes/console.ts';
import { type Harness, pageText, startHarness } from './server-harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness({ maxUploadBytes: 1_000_000 });
});
afterEach(() => harness.stop());

const bearer = () => ({ authorization: `Bearer ${harness.session.token}` });
const own = () => ({ origin: `http://${harness.host}`, cookie: harness.cookie });
const address = (path: string) => `http://${harness.host}${path}`;

async function rpc(headers: Record<string, string>, message: unknown): Promise<Response> {
  return await fetch(address('/rpc'), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(message),
  });
}

async function upload(name: string, body: BodyInit): Promise<Response> {
  const headers = {
    ...own(),
    'content-type': 'application/octet-stream',
    'x-file-name': encodeURIComponent(name),
  };
  return await fetch(address('/files'), { method: 'POST', headers, body });
}

async function chosen(response: Response): Promise<ChosenFile> {
  const reply = Reply.parse(await response.json());
  return ChosenFile.parse(reply.ok ? reply.value : reply.error);
}

describe('the page', () => {
  test('is served with a policy that lets nothing foreign in', async () => {
    const response = await fetch(address('/'));
    expect(await response.text()).toBe(pageText);
    expect(response.headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    );
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  });

  test('comes without source maps', async () => {
    expect((await fetch(address('/assets/index.js'))).status).toBe(200);
    expect((await fetch(address('/assets/index.js.map'))).status).toBe(404);
  });

  test('trades the token for a cookie that scripts cannot read and other sites do not send', async () => {
    const response = await fetch(address('/session'), {
      method: 'POST',
      headers: { origin: `http://${harness.host}`, 'content-type': 'application/json' },
      body: JSON.stringify({ token: harness.session.token }),
    });
    const cookie = response.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(
      new RegExp(`^bulkhead_${harness.port}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/$`),
    );
    expect(cookie).not.toContain(harness.session.token);
    const headers = { origin: `http://${harness.host}`, cookie: cookie.split(';')[0] ?? '' };
    expect((await rpc(headers, { name: 'app.info', input: {} })).status).toBe(200);
  });

  test('can be opened once with a token that was shown to others', () => {
    const once = harness.session.oneTimeToken();
    expect(harness.session.open(once, harness.port)).toContain('HttpOnly');
    expect(harness.session.open(once, harness.port)).toBeNull();
  });

  test('is known to the next start that is given the same token, and to no other', () => {
    const cookieOf = (token?: string) => {
      const session = createSession(token);
      return session.open(session.token, harness.port);
    };
    expect(cookieOf(harness.session.token)).toContain(harness.cookie);
    expect(cookieOf(`${harness.session.token}x`)).not.toContain(harness.cookie);
    expect(cookieOf()).not.toContain(harness.cookie);
  });
});

describe('requests', () => {
  test('reach the console under the name of their window', async () => {
    harness.console.answer = () => ({ count: 7 });
    const message = { name: 'records.count', input: { collection: 'tickets' } };
    const response = await rpc({ ...own(), 'x-bulkhead-client': 'window-9' }, message);
    expect(await response.json()).toEqual({ ok: true, value: { count: 7 } });
    expect(harness.console.handled).toEqual([{ client: 'window-9', message }]);
  });

  test('of a script with the bearer token need no Origin', async () => {
    expect((await rpc(bearer(), { name: 'app.info', input: {} })).status).toBe(200);
    expect(harness.console.handled[0]?.client).toBe('script');
  });

  test('that the console says no to are answers, not HTTP failures', async () => {
    harness.console.answer = () => {
      throw new BulkheadError('wrong_state', 'It has ended.');
    };
    const response = await rpc(own(), { name: 'operations.pause', input: { id: 1 } });
    expect(response.status).toBe(200);
    expect(Reply.parse(await response.json())).toMatchObject({ ok: false, error: { code: 'wrong_state' } });
  });

  test('that fail in an unforeseen way say nothing of the inside and are reported', async () => {
    harness.console.answer = () => {
      throw new Error('secret');
    };
    const response = await rpc(own(), { name: 'app.info', input: {} });
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
    expect(harness.reports.filter(({ kind }) => kind === 'unexpected')).toHaveLength(1);
  });

  test('may name a quarter of a million records', async () => {
    const ids = Array.from({ length: 250_000 }, (_, index) => 9_000_000 + index);
    expect((await rpc(own(), { name: 'operations.plan', input: { ids } })).status).toBe(200);
  });

  test('beyond 8 MiB are refused although their length was not announced', async () => {
    const chunk = new Uint8Array(1024 * 1024).fill(32);
    let chunks = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        chunks += 1;
        if (chunks > 9) controller.close();
        else controller.enqueue(chunk);
      },
    });
    const headers = { 'content-type': 'application/json', ...own() };
    const streamed = { method: 'POST', headers, body, duplex: 'half' };
    const response = await fetch(address('/rpc'), streamed);
    expect(response.status).toBe(413);
    expect(harness.console.handled).toEqual([]);
  });
});

describe('an upload', () => {
  test('becomes a file that only this user may read, under its own name', async () => {
    const file = await chosen(await upload('tickets März.csv', 'id,subject\r\n1,x\r\n'));
    expect(file).toMatchObject({ name: 'tickets März.csv', bytes: 17 });
    const path = harness.browserHost.host.pathOf(file.handle);
    expect(path.startsWith(join(harness.workspace, 'uploads'))).toBe(true);
    expect(path.endsWith('/tickets März.csv')).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe('id,subject\r\n1,x\r\n');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test.each([
    '../../escape.csv',
    '/etc/passwd',
    '..\\..\\x.csv',
    '.hidden',
    '',
    'a\u0000b.csv',
    '\u202egnp.csv',
    `${'ü'.repeat(500)}.csv`,
  ])('called %j stays in its folder', async (name) => {
    const path = harness.browserHost.host.pathOf((await chosen(await upload(name, 'x'))).handle);
    const [folder = '', file = '', ...rest] = path
      .slice(join(harness.workspace, 'uploads').length + 1)
      .split('/');
    expect(rest).toEqual([]);
    expect(folder).toMatch(/^[\w-]{16}$/);
    expect(file).toMatch(/^[^.\p{Cc}\p{Cf}][^\p{Cc}\p{Cf}]*$/u);
    expect(readdirSync(join(harness.workspace, 'uploads', folder))).toEqual([file]);
  });

  test('beyond the limit leaves nothing behind', async () => {
    const chunk = new Uint8Array(300_000);
    let chunks = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        chunks += 1;
        if (chunks > 4) controller.close();
        else controller.enqueue(chunk);
      },
    });
    const headers = { ...own(), 'content-type': 'application/octet-stream', 'x-file-name': 'big.csv' };
    const streamed = { method: 'POST', headers, body, duplex: 'half' };
    const response = await fetch(address('/files'), streamed);
    expect(response.status).toBe(413);
    expect(readdirSync(join(harness.workspace, 'uploads'))).toEqual([]);
  });

  test('whose sender goes away leaves nothing behind', async () => {
    const headers = Object.entries({
      ...own(),
      'content-type': 'application/octet-stream',
      'content-length': '999',
    });
    const text = `POST /files HTTP/1.1\r\nhost: ${harness.host}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
    const uploads = join(harness.workspace, 'uploads');
    const socket = connect(harness.port, '127.0.0.1', () => socket.write(`${text}some`));
    await expect.poll(() => existsSync(uploads) && readdirSync(uploads).length).toBe(1);
    socket.destroy();
    await expect.poll(() => readdirSync(uploads)).toEqual([]);
    expect(harness.reports.filter(({ kind }) => kind === 'unexpected')).toEqual([]);
  });

  test('of the day before yesterday is removed at the start, one of today is not', async () => {
    const now = Date.now();
    const [old, fresh] = ['old', 'fresh'].map((name) => join(harness.workspace, 'uploads', name)) as [
      string,
      string,
    ];
    for (const folder of [old, fresh]) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'x.csv'), 'x');
    }
    utimesSync(old, now / 1000 - 90_000, now / 1000 - 90_000);
    await harness.uploads.removeOld(now);
    expect([existsSync(old), existsSync(fresh)]).toEqual([false, true]);
  });
});

describe('a place to save', () => {
  test('is a new name in the exports folder, never one that is taken or promised', async () => {
    const { host } = harness.browserHost;
    const first = await host.chooseTarget('tickets.csv');
    const second = await host.chooseTarget('tickets.csv');
    writeFileSync(join(harness.workspace, 'exports', 'other.csv'), 'mine');
    const third = await host.chooseTarget('../exports/other.csv');
    const labels = [first, second, third].map((target) => target?.label);
    const folder = join(harness.workspace, 'exports');
    expect(labels).toEqual(
      ['tickets.csv', 'tickets (2).csv', 'other (2).csv'].map((name) => join(folder, name)),
    );
    expect(host.pathOf(first?.handle ?? '')).toBe(labels[0]);
  });

  test('that was not given out here does not exist', () => {
    expect(() => harness.browserHost.host.pathOf('A'.repeat(24))).toThrow(
      expect.objectContaining({ code: 'file_not_found' }),
    );
  });

  test('and dialogs are said to be missing', async () => {
    const { host } = harness.browserHost;
    await expect(host.chooseFile()).rejects.toMatchObject({ code: 'not_available_here' });
    await expect(host.reveal('/x')).rejects.toMatchObject({ code: 'not_available_here' });
  });
});

describe('events', () => {
  function openSocket(client = 'window-1'): WebSocket {
    return new WebSocket(`ws://${harness.host}/events?client=${client}`, { headers: own() });
  }
  const opened = (socket: WebSocket) => new Promise<void>((resolve) => socket.once('open', () => resolve()));
  const closed = (socket: WebSocket) => new Promise<number>((resolve) => socket.once('close', resolve));

  const nextMessage = (socket: WebSocket) =>
    new Promise((resolve) =>
      socket.once('message', (data) => resolve(JSON.parse(Buffer.isBuffer(data) ? data.toString() : 'null'))),
    );

  test('that are meant for one page reach no other', async () => {
    const sockets = [openSocket('a'), openSocket('b')];
    await Promise.all(sockets.map(opened));
    const received = sockets.map(nextMessage);
    harness.console.emit({ name: 'operation.planning', payload: { planned: 1, total: 2 } }, 'b');
    harness.console.emit({ name: 'workspace.replaced', payload: {} });
    expect(await Promise.all(received)).toMatchObject([
      { name: 'workspace.replaced' },
      { name: 'operation.planning' },
    ]);
    for (const socket of sockets) socket.terminate();
  });

  test('reach every page', async () => {
    const sockets = [openSocket('a'), openSocket('b')];
    await Promise.all(sockets.map(opened));
    const received = sockets.map(nextMessage);
    harness.console.emit({ name: 'records.changed', payload: { collection: 'tickets' } });
    const event = { name: 'records.changed', payload: { collection: 'tickets' } };
    expect(await Promise.all(received)).toEqual([event, event]);
    for (const socket of sockets) socket.terminate();
  });

  test('are listened to, not sent: a page that speaks is cut off', async () => {
    const socket = openSocket();
    await opened(socket);
    socket.send('hello');
    expect(await closed(socket)).toBe(1003);
  });

  test('make the console forget a page half a minute after it has gone, unless it has come back', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    for (const client of ['gone', 'back']) {
      const socket = openSocket(client);
      await opened(socket);
      const before = vi.getTimerCount();
      socket.terminate();
      await expect.poll(() => vi.getTimerCount()).toBe(before + 1);
    }
    const again = openSocket('back');
    await opened(again);
    vi.advanceTimersByTime(29_000);
    expect(harness.console.forgotten).toEqual([]);
    vi.advanceTimersByTime(1_000);
    expect(harness.console.forgotten).toEqual(['gone']);
    again.terminate();
  });

  test('do not pile up for a page that stopped reading', async () => {
    const console = createFakeConsole();
    const sockets = createEventSockets(console, () => undefined, 100_000);
    const http = createServer();
    http.on('upgrade', (request, socket, head) => sockets.accept(request, socket, head, 'slow'));
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const { port } = http.address() as { port: number };
    const page = new WebSocket(`ws://127.0.0.1:${port}/`);
    const close = closed(page);
    await opened(page);
    page.pause();
    const planned = { planned: 1, total: null };
    for (let sent = 0; sent < 200_000; sent += 1)
      console.emit({ name: 'operation.planning', payload: planned });
    page.resume();
    expect(await close).toBe(1013);
    sockets.close();
    http.close();
  });
});

describe('stopping', () => {
  test('tells the pages and is over at once', async () => {
    const socket = new WebSocket(`ws://${harness.host}/events?client=w`, { headers: own() });
    await new Promise((resolve) => socket.once('open', resolve));
    const code = new Promise((resolve) => socket.once('close', resolve));
    const idle = connect(harness.port, '127.0.0.1');
    await new Promise((resolve) => idle.once('connect', resolve));
    const startedAt = performance.now();
    await harness.server.close();
    expect(performance.now() - startedAt).toBeLessThan(1_500);
    expect(await code).toBe(1001);
    expect(harness.console.listeners.size).toBe(0);
    idle.destroy();
  });
});

test.runIf(process.platform === 'linux')('it listens on 127.0.0.1 and nowhere else', () => {
  const lines =
    readFileSync('/proc/net/tcp', 'utf8') +
    (existsSync('/proc/net/tcp6') ? readFileSync('/proc/net/tcp6', 'utf8') : '');
  const port = harness.port.toString(16).toUpperCase().padStart(4, '0');
  const listening = lines.split('\n').filter((line) => line.includes(`:${port} `) && /:0000 0A /.test(line));
  expect(listening.map((line) => line.trim().split(/\s+/)[1])).toEqual([`0100007F:${port}`]);
});
