import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { useBrowserHost } from './use-browser-host.ts';

const host = useBrowserHost();

describe('stopping', () => {
  test('tells the pages and is over at once', async () => {
    const socket = new WebSocket(`ws://${host.harness.host}/events?client=w`, { headers: host.own });
    await new Promise((resolve) => socket.once('open', resolve));
    const code = new Promise((resolve) => socket.once('close', resolve));
    const idle = connect(host.harness.port, '127.0.0.1');
    await new Promise((resolve) => idle.once('connect', resolve));
    const startedAt = performance.now();
    await host.harness.server.close();
    expect(performance.now() - startedAt).toBeLessThan(1_500);
    expect(await code).toBe(1001);
    expect(host.harness.console.listeners.size).toBe(0);
    idle.destroy();
  });
});

test.runIf(process.platform === 'linux')('it listens on 127.0.0.1 and nowhere else', () => {
  const lines =
    readFileSync('/proc/net/tcp', 'utf8') +
    (existsSync('/proc/net/tcp6') ? readFileSync('/proc/net/tcp6', 'utf8') : '');
  const port = host.harness.port.toString(16).toUpperCase().padStart(4, '0');
  const listening = lines.split('\n').filter((line) => line.includes(`:${port} `) && /:0000 0A /.test(line));
  expect(listening.map((line) => line.trim().split(/\s+/)[1])).toEqual([`0100007F:${port}`]);
});
