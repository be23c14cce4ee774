import { afterEach, expect, it } from 'vitest';
import { httpLimits } from '../../../src-main/remotes/http-limits.ts';
import { createBulkheadRemote } from '../../../src-main/vendors/bulkhead/remote.ts';
import { answerOf, type HostileServer, startHostileServer } from '../../fakes/hostile-server.ts';

const { signal } = new AbortController();
const json = { 'content-type': 'application/json' };
let server: HostileServer;
afterEach(() => server.close());

it('asks for fewer records where a page is too large, and for more again after each that comes', async () => {
  const limits: number[] = [];
  const most = 250;
  server = await startHostileServer((socket, request) => {
    const limit = Number(/limit=(\d+)/.exec(request)?.[1]);
    limits.push(limit);
    const page = { items: [], cursor: String(limits.length), end_of_stream: false };
    const padding = limits.length < 5 && limit > most ? ' '.repeat(httpLimits.bodyMax) : '';
    socket.write(answerOf('200 OK', json, `${JSON.stringify(page)}${padding}`));
  });
  const remote = createBulkheadRemote({
    address: server.address,
    token: 'secret',
    workspaceId: () => Promise.resolve('here'),
  });
  let cursor: string | null = null;
  for (let pages = 0; pages < 5; pages += 1) ({ cursor } = await remote.pull('tickets', cursor, signal));
  remote.gate.close();
  expect(limits).toEqual([1_000, 500, 250, 500, 250, 500, 1_000, 1_000]);
});
