import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock, systemTimer } from '../../../src-main/platform/clock.ts';
import { noRemotes } from '../../../src-main/remotes/remote.ts';
import { createBulkheadRemote } from '../../../src-main/vendors/bulkhead/remote.ts';
import { everyTicket, readDatabase } from '../../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../../builders/workspace.ts';
import { type Desk, startDesk } from '../../fakes/desk/desk-server.ts';

const count = 40;
let folder: string;
let desk: Desk;
let app: TestConsole;

beforeEach(async () => {
  folder = makeFolder();
  const atMs = '2026-01-01T00:00:00Z';
  const ticket = { subject: 'Help', description: '', status: 'open', priority: 'low', product: 'Old' };
  const tickets = Array.from({ length: count }, () => ({ ...ticket, createdAt: atMs, updatedAt: atMs }));
  desk = await startDesk({ records: { tickets } });
  app = await openTestConsole(folder, systemClock, systemTimer, noRemotes, createBulkheadRemote);
});
afterEach(async () => {
  await app.close();
  await desk.close();
  removeFolder(folder);
});

/** Tells the remote of all, and resolves when it was told of some, which it answers only then; answers of how many it was. */
async function tell(until: Promise<unknown>): Promise<() => number> {
  const ready = app.event('remotes.changed', ({ remotes }) => remotes[0]?.state === 'ready');
  const { address } = desk;
  await app.ask('remotes.add', { name: 'Desk', address, token: 'secret', collections: ['tickets'] });
  await ready;
  let told = 0;
  desk.mischief = ({ method }) => {
    if (method !== 'PATCH') return undefined;
    told += 1;
    return { until };
  };
  const { id } = await app.ask('operations.plan', {
    action: 'edit',
    collection: 'tickets',
    selection: everyTicket,
    input: { product: 'New' },
  });
  await app.ask('operations.start', { id });
  await expect.poll(() => told).toBeGreaterThan(0);
  return () => told;
}

/** Deliveries by state, and whether they may have arrived without an answer. */
function deliveries(): unknown[] {
  return readDatabase(folder, (db) =>
    db
      .prepare(
        'SELECT state, doubt_at IS NOT NULL AS isInDoubt, count(*) AS count FROM deliveries GROUP BY 1, 2',
      )
      .all(),
  );
}

it('a console that is closed waits for the answers to what it told a remote', async () => {
  const { promise, resolve: answer } = Promise.withResolvers<void>();
  const told = await tell(promise);
  const closing = app.close();
  // By then nothing more is told.
  for (let turn = 0; turn < 10; turn += 1) await setImmediate();
  answer();
  await closing;
  expect(deliveries()).toEqual([
    { state: 'confirmed', isInDoubt: 0, count: told() },
    { state: 'waiting', isInDoubt: 0, count: count - told() },
  ]);
});

it('but not for one that says nothing', async () => {
  const told = await tell(new Promise(() => undefined));
  await app.close();
  expect(deliveries()).toEqual([
    { state: 'waiting', isInDoubt: 0, count: count - told() },
    { state: 'waiting', isInDoubt: 1, count: told() },
  ]);
});
