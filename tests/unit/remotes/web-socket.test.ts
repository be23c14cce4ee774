import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { createGate, type HostGate } from '../../../src-main/remotes/gate.ts';
import { httpLimits } from '../../../src-main/remotes/http-limits.ts';
import { socketMessages } from '../../../src-main/remotes/web-socket.ts';
import { createTestTime } from '../../builders/time.ts';

let server: Server;
let sockets: Socket[];
let gate: HostGate;

beforeEach(async () => {
  sockets = [];
  // Takes connections and says nothing, so that none is ever opened.
  server = createServer((socket) => void sockets.push(socket.resume().on('error', () => undefined)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const time = createTestTime(0);
  gate = createGate({ clock: time, timer: time, random: () => 1, probe: () => Promise.resolve() });
});
afterEach(async () => {
  gate.close();
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

function messages({ port } = server.address() as AddressInfo): AsyncGenerator<string> {
  const options = { address: `http://127.0.0.1:${port}`, token: 'secret', path: '/ws', gate };
  return socketMessages(options, new AbortController().signal);
}

const first = () => messages().next();

it('a WebSocket is not opened while the gate is shut', async () => {
  gate.setOffline(true);
  await expect(first()).rejects.toThrow('the gate is shut');
  expect(sockets).toEqual([]);
});

it('a WebSocket that is being opened when the gate shuts is given up', async () => {
  const opening = first();
  await expect.poll(() => sockets.length).toBe(1);
  gate.setOffline(true);
  await expect(opening).rejects.toThrow('closed before the connection was established');
  await expect.poll(() => sockets[0]?.destroyed).toBe(true);
});

it('a WebSocket that is open stays so for as long as something comes now and then, also when the gate shuts', async () => {
  const talking = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => talking.close());
  await once(talking, 'listening');
  const opened = new Promise<WebSocket>((resolve) => talking.once('connection', resolve));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const heard = messages(talking.address() as AddressInfo);
  let next = heard.next();
  const peer = await opened;
  for (const text of ['one', 'two', 'three']) {
    peer.send(text);
    expect(await next).toEqual({ done: false, value: text });
    gate.setOffline(true);
    next = heard.next();
    vi.advanceTimersByTime(httpLimits.idleMs - 1);
  }
  peer.close();
  expect(await next).toMatchObject({ done: true });
});
