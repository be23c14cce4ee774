import { expect, it } from 'vitest';
import { systemClock, systemTimer } from '../../src-main/platform/clock.ts';
import { noRemotes } from '../../src-main/remotes/remote.ts';
import { createBulkheadRemote } from '../../src-main/vendors/bulkhead/remote.ts';
import { recordsHere, recordsThere } from '../builders/mirrored.ts';
import { seed } from '../builders/property.ts';
import { randomFrom } from '../builders/random.ts';
import { seedTickets } from '../builders/seed.ts';
import { makeFolder, openTestConsole, removeFolder } from '../builders/workspace.ts';
import { startCuttingProxy } from '../fakes/cutting-proxy.ts';
import { serve } from './served.ts';
import { limit, size } from './size.ts';

const random = randomFrom(seed);
const count = size({ short: 5_000, long: 50_000 });
const changes = size({ short: 1, long: 5 });
const pageSize = 1_000;

it('a copy is pulled in one pass, and a change there is seen here within five seconds', async ({
  onTestFinished,
}) => {
  const [there, here] = [makeFolder(), makeFolder()];
  seedTickets(there, count);
  const server = await serve(there);
  const proxy = await startCuttingProxy(server.port);
  const app = await openTestConsole(here, systemClock, systemTimer, noRemotes, createBulkheadRemote);
  onTestFinished(async () => {
    await app.close();
    await proxy.close();
    await server.close();
    for (const folder of [there, here]) removeFolder(folder);
  });
  const token = await server.user('robot', 'agent');
  const ready = app.event('remotes.changed', ({ remotes }) => remotes[0]?.state === 'ready');
  const startedMs = performance.now();
  await app.ask('remotes.add', { name: 'Desk', address: proxy.address, token, collections: ['tickets'] });
  await ready;
  process.stdout.write(`pulled in ${Math.round(performance.now() - startedMs)} ms\n`);
  const pages = proxy.requests.filter((request) => request.startsWith('GET /api/v1/tickets/changes?'));
  // As many as it takes when each record comes once, and one for what happened meanwhile.
  expect(pages.length).toBeGreaterThanOrEqual(count / pageSize);
  expect(pages.length).toBeLessThanOrEqual(count / pageSize + 1);
  // None was asked for twice, and only the first without a cursor.
  expect(new Set(pages).size).toBe(pages.length);
  expect(pages.filter((page) => !page.includes('&cursor='))).toHaveLength(1);
  expect(recordsHere(here, 'tickets', 'Desk')).toEqual(recordsThere(there, 'tickets'));

  for (let change = 1; change <= changes; change += 1) {
    const number = 1 + Math.floor(random() * count);
    const category = `By script ${change}`;
    const path = `${server.url}/api/v1/tickets/${number}`;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const { headers: found } = await fetch(path, { headers });
    const seen = app.event('records.changed', ({ collection }) => collection === 'tickets');
    const changedMs = performance.now();
    const { status } = await fetch(path, {
      method: 'PATCH',
      headers: { ...headers, 'if-match': found.get('etag') ?? '' },
      body: JSON.stringify({ category }),
    });
    expect(status).toBe(200);
    await seen;
    const seenMs = performance.now() - changedMs;
    process.stdout.write(`seen after ${Math.round(seenMs)} ms\n`);
    expect(seenMs).toBeLessThan(limit(5_000));
    expect(recordsHere(here, 'tickets', 'Desk').get(String(number))).toMatchObject({ category });
  }
  expect(app.reports).toEqual([]);
}, 120_000);
