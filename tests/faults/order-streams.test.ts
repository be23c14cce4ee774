import { expect, it } from 'vitest';
import { systemClock, systemTimer, type Timer } from '../../src-main/platform/clock.ts';
import { HttpFailure } from '../../src-main/remotes/http-failure.ts';
import { noRemotes } from '../../src-main/remotes/remote.ts';
import { createBulkheadRemote } from '../../src-main/vendors/bulkhead/remote.ts';
import { fillOrders } from '../builders/api-records.ts';
import { expectBooksBalance, expectHistoryHolds } from '../builders/books.ts';
import { recordsHere, recordsThere } from '../builders/mirrored.ts';
import { seed } from '../builders/property.ts';
import { randomFrom } from '../builders/random.ts';
import { readDatabase } from '../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../builders/workspace.ts';
import { type Cut, startCuttingProxy } from '../fakes/cutting-proxy.ts';
import { type Served, serve } from './served.ts';
import { size } from './size.ts';

const random = randomFrom(seed);
const count = size({ short: 200, long: 2_000 });
const edited = size({ short: 20, long: 50 });
const settledAsTheirs = edited * 0.6;
const cuts = 20;
/** What is done every few seconds comes after some milliseconds. */
const hasty: Timer = { set: (waitMs, ring) => systemTimer.set(Math.min(waitMs, 50), ring) };
const patience = { timeout: 60_000, interval: 100 };

/** Cuts the first streams, wherever it may be but before their last record: half between two lines, half within one. */
function cutter(): { cutAt: (firstLine: string) => Cut | null; made: Cut[] } {
  const made: Cut[] = [];
  const cutAt = (text: string): Cut | null => {
    const first = JSON.parse(text) as { totalRecords: number; remainingRecords?: number };
    const left = first.remainingRecords ?? first.totalRecords;
    if (left === 0 || made.length === cuts) return null;
    const cut = {
      lines: Math.floor(random() * left),
      bytes: random() < 0.5 ? 0 : 1 + Math.floor(random() * 60),
    };
    made.push(cut);
    return cut;
  };
  return { cutAt, made };
}

function ordersHere({ folder }: TestConsole): Map<string, unknown> {
  return recordsHere(folder, 'orders', 'Desk');
}

/** How often each version occurs among the server's orders, and how often each number of times that one was changed. */
function effectsAt(there: string): { versions: unknown[]; times: unknown[] } {
  return readDatabase(there, (db) => ({
    versions: db.prepare('SELECT version, count(*) FROM orders GROUP BY 1 ORDER BY 1').raw().all(),
    times: db
      .prepare(
        `SELECT times, count(*) FROM (SELECT count(*) AS times FROM items WHERE state = 'done' GROUP BY record_id)
          GROUP BY 1 ORDER BY 1`,
      )
      .raw()
      .all(),
  }));
}

async function processThere(server: Served, ids: number[]): Promise<void> {
  const draft = await server.ask('operations.plan', {
    action: 'status_update',
    collection: 'orders',
    selection: { mode: 'ids', ids },
    input: { status: 'PROCESSING' },
  });
  await server.ask('operations.start', { id: draft.id });
  await expect
    .poll(async () => (await server.ask('operations.get', { id: draft.id })).state, patience)
    .toBe('completed');
}

it('orders that were archived offline are delivered by streams that break twenty times: each once, none overwritten', async ({
  onTestFinished,
}) => {
  const [there, here] = [makeFolder(), makeFolder()];
  fillOrders(there, count, () => ({}));
  const server = await serve(there);
  const { cutAt, made } = cutter();
  const proxy = await startCuttingProxy(server.port, cutAt);
  const app = await openTestConsole(here, systemClock, hasty, noRemotes, createBulkheadRemote);
  onTestFinished(async () => {
    await app.close();
    await proxy.close();
    await server.close();
    for (const folder of [there, here]) removeFolder(folder);
  });
  const expectEqual = () =>
    expect.poll(() => ordersHere(app), patience).toEqual(recordsThere(there, 'orders'));

  const token = await server.user('robot', 'agent');
  const ready = app.event('remotes.changed', ({ remotes }) => remotes[0]?.state === 'ready');
  const { id } = await app.ask('remotes.add', {
    name: 'Desk',
    address: proxy.address,
    token,
    collections: ['orders'],
  });
  await ready;
  await expectEqual();

  await app.ask('remotes.set_offline', { id, isOffline: true });
  const waiting = app.event('remotes.changed', ({ remotes }) => remotes[0]?.waiting === count);
  const draft = await app.ask('operations.plan', {
    action: 'archive',
    collection: 'orders',
    selection: { mode: 'filter', filter: {} },
    input: {},
  });
  const retry = { attempts: 20, baseMs: 10, maxMs: 10 };
  await app.ask('operations.start', { id: draft.id, options: { retry } });
  await waiting;
  await processThere(
    server,
    Array.from({ length: edited }, (_, at) => 7 * (at + 1)),
  );

  await app.ask('remotes.set_offline', { id, isOffline: false });
  const archived = await app.ended(draft.id);
  expect(archived).toMatchObject({
    state: 'partial',
    delivery: { confirmed: count - edited, conflict: edited },
  });
  expect(made).toHaveLength(cuts);
  // Once each: by whom it was changed first.
  expect(effectsAt(there)).toEqual({ versions: [[2, count]], times: [[1, count]] });

  const listed = await app.ask('conflicts.list', { operationId: draft.id, limit: settledAsTheirs });
  expect(listed.total).toBe(edited);
  const ids = listed.conflicts.map((conflict) => conflict.id);
  expect(await app.ask('conflicts.settle', { which: { ids }, keep: 'theirs' })).toMatchObject({
    settled: settledAsTheirs,
  });
  const mine = edited - settledAsTheirs;
  const kept = await app.ask('conflicts.settle', { which: { remoteId: id }, keep: 'mine' });
  expect(await app.ended(kept.operations[0]?.id ?? 0)).toMatchObject({
    state: 'completed',
    delivery: { confirmed: mine },
  });
  await expectEqual();

  const undone = await app.run(await app.ask('operations.undo', { id: draft.id }));
  expect(undone).toMatchObject({
    state: 'completed',
    delivery: { confirmed: count - settledAsTheirs },
  });
  await expectEqual();
  const [byThem, byUs] = [settledAsTheirs, count - edited];
  const expected = [
    [1, byThem],
    [2, byUs],
    [3, mine],
  ];
  expect(effectsAt(there)).toEqual({
    versions: expected.map(([times = 0, orders]) => [times + 1, orders]),
    times: expected,
  });
  for (const operation of [archived, undone]) expectBooksBalance(here, operation.id);
  for (const folder of [there, here]) expectHistoryHolds(folder);
  // What a cut left open is told in the log, and nothing else is.
  expect(
    app.reports.filter((error) => !(error instanceof HttpFailure && error.wrong === 'truncated')),
  ).toEqual([]);
}, 240_000);
