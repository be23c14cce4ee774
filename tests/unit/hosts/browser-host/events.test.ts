import { createServer } from 'node:http';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createEventSockets } from '../../../../src-main/hosts/server/events.ts';
import { createFakeConsole } from '../../../fakes/console.ts';
import { useBrowserHost } from './use-browser-host.ts';

const host = useBrowserHost();

describe('events', () => {
  function openSocket(client = 'window-1'): WebSocket {
    return new WebSocket(`ws://${host.harness.host}/events?client=${client}`, { headers: host.own });
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
    host.harness.console.emit({ name: 'operation.planning', payload: { planned: 1, total: 2 } }, 'b');
    host.harness.console.emit({ name: 'workspace.replaced', payload: {} });
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
    host.harness.console.emit({ name: 'records.changed', payload: { collection: 'tickets' } });
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
    expect(host.harness.console.forgotten).toEqual([]);
    vi.advanceTimersByTime(1_000);
    expect(host.harness.console.forgotten).toEqual(['gone']);
    again.terminate();
  });

  test('are not needed to be forgotten: who asks without them is, an hour after the latest answer', async () => {
    const page = openSocket('page');
    await opened(page);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const ask = (headers: Record<string, string>) =>
      host.rpc({ ...host.bearer, ...headers }, { name: 'app.info', input: {} });
    await ask({ 'x-bulkhead-client': 'page' });
    await ask({});
    vi.advanceTimersByTime(3_599_000);
    await ask({});
    vi.advanceTimersByTime(3_599_000);
    expect(host.harness.console.forgotten).toEqual([]);
    vi.advanceTimersByTime(1_000);
    expect(host.harness.console.forgotten).toEqual(['script']);
    page.terminate();
  });

  test('make the console forget a page that has gone no later though it is still answered', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const page = openSocket('page');
    await opened(page);
    const before = vi.getTimerCount();
    page.terminate();
    await expect.poll(() => vi.getTimerCount()).toBe(before + 1);
    await host.rpc({ ...host.bearer, 'x-bulkhead-client': 'page' }, { name: 'app.info', input: {} });
    vi.advanceTimersByTime(30_000);
    expect(host.harness.console.forgotten).toEqual(['page']);
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
