import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { sendRaw, statusOf } from '../server-harness.ts';
import { noCookie, socketChange } from './compose.ts';
import { useHost } from './use-host.ts';

const host = useHost();
const { expectRefused } = host;

test('of two requests in one go, the hostile one is refused and the good one answered', async () => {
  const pair = host.compose({ set: noCookie }) + host.compose({ set: { Connection: 'close' } });
  const answer = await readAll(pair);
  expect([...answer.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((match) => match[1])).toEqual(['401', '200']);
  expect(host.harness.console.handled).toHaveLength(1);
});

test('a request smuggled in the body of a refused one is never looked at', async () => {
  const inner = host.compose({ set: { Connection: 'close' } });
  const answer = await readAll(host.compose({ set: { ...noCookie, Connection: 'close' }, body: inner }));
  expect([...answer.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((match) => match[1])).toEqual(['401']);
  expect(host.harness.console.handled).toEqual([]);
});

test('whoever waits for an answer is not given the refusal of what comes behind it', async () => {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<object>();
  host.harness.console.answer = () => {
    asked.resolve();
    return answer.promise;
  };
  const received = readAll(host.compose() + 'no HTTP\r\n\r\n');
  await asked.promise;
  expect(await received).toBe('');
  answer.resolve({});
});

test('an offer of another protocol is not taken up: the request is answered as it is', async () => {
  host.harness.console.answer = () => ({ count: 7 });
  const offer = {
    Connection: 'Upgrade, HTTP2-Settings',
    Upgrade: 'h2c',
    'HTTP2-Settings': 'AAMAAABkAAQAAP__',
  };
  const answer = await sendRaw(host.harness.port, host.compose({ set: offer }));
  expect([statusOf(answer), answer]).toEqual([200, expect.stringContaining('"count":7')]);
});

test.each([
  ['a socket without a key', () => host.compose(socketChange(noCookie))],
  ['a socket that is none', () => host.compose(socketChange({ 'Sec-WebSocket-Version': '99' }))],
  ['a proxy', () => host.compose({ line: 'CONNECT evil.example:443 HTTP/1.1' })],
  ['no HTTP at all', () => 'hello\r\n\r\n'],
])('the connection that asked for %s is closed, though its sender keeps it open', async (_, request) => {
  const { answer, tookMs } = await sendOn(request(), 'x', 50);
  expectRefused(answer);
  expect(tookMs).toBeLessThan(5_000);
});

describe.concurrent('a request without end is answered, and its connection ends', () => {
  const chunked = { 'Content-Length': null, 'Transfer-Encoding': 'chunked' };
  const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;

  test('that drips headers: 408', async () => {
    const head = `POST /rpc HTTP/1.1\r\nHost: ${host.harness.host}\r\n`;
    const { answer, tookMs } = await sendOn(head, 'X: 1\r\n', 250);
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(tookMs).toBeLessThan(15_000);
  });

  test('that drips a body: 408, in words', async () => {
    const head = host.compose({
      line: 'POST /session HTTP/1.1',
      set: { 'Content-Length': '4000' },
      body: '{',
    });
    const { answer, tookMs } = await sendOn(head, ' ', 250);
    expectRefused(answer);
    expect(statusOf(answer)).toBe(408);
    expect(answer).toContain('The request took too long. Nothing was changed.');
    expect(answer.toLowerCase()).toContain('connection: close');
    expect(tookMs).toBeLessThan(8_000);
  });

  test('that drips a body after it was refused: no more of it is waited for', async () => {
    const head = host.compose({ set: { ...noCookie, 'Content-Length': '4000' }, body: '{' });
    const { answer, tookMs } = await sendOn(head, ' ', 250);
    expectRefused(answer);
    expect(statusOf(answer)).toBe(401);
    expect(tookMs).toBeLessThan(8_000);
  });

  test('that never ends its chunks: 413, and not much more of it is taken', async () => {
    const head = host.compose({ set: chunked, body: '' });
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
    // That the server has said all does not end it on this side.
    const to = { port: host.harness.port, host: '127.0.0.1', allowHalfOpen: true };
    const socket = connect(to, () => {
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
    const socket = connect(host.harness.port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(received));
  });
}
