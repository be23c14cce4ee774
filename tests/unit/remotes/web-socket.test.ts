import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createGate, type HostGate } from '../../../src-main/remotes/gate.ts';
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

function first(): Promise<unknown> {
  const { port } = server.address() as AddressInfo;
  const options = { address: `http://127.0.0.1:${port}`, token: 'secret', path: '/ws', gate };
  return socketMessages(options, new AbortController().signal).next();
}

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
