import { expect, it } from 'vitest';
import type { OpenRemote } from '../../../src-main/mirror/ports.ts';
import { HttpFailure } from '../../../src-main/remotes/http-failure.ts';
import { httpLimits } from '../../../src-main/remotes/http-limits.ts';
import { createBulkheadRemote } from '../../../src-main/vendors/bulkhead/remote.ts';
import type { CollectionName } from '../../../src-shared/collections/index.ts';
import { fillOrders } from '../../builders/api-records.ts';
import { holdCall } from '../../builders/held-calls.ts';
import { fillTickets, makeTickets, readDatabase } from '../../builders/tickets.ts';
import { useCopiedServer } from './copied-server.ts';

const setup = useCopiedServer();

/** Waits for no answer for longer than nothing at all takes. */
const impatient: OpenRemote = (options) =>
  createBulkheadRemote({ ...options, limits: { ...httpLimits, headersMs: 2_000, idleMs: 2_000 } });

it.each([
  ['a change of one record', 'tickets', 1, 'update_category', { category: 'Mine' }],
  ['a stream of orders', 'orders', 5, 'status_update', { status: 'PROCESSING' }],
] as const satisfies [string, CollectionName, number, string, object][])(
  '%s that waits at the remote for longer than an answer is waited for is not told as refused, and not done twice',
  async (_what, collection, count, action, input) => {
    fillTickets(
      setup.there,
      makeTickets(count, () => ({ status: 'open' })),
    );
    fillOrders(setup.there, count, () => ({ status: 'PENDING' }));
    setup.mayRefuse(404);
    // The first one is here, the second there.
    const waiting = holdCall('call', 'applyChunk', 2);
    await setup.start();
    const { app } = await setup.open('robot', [collection], 'agent', impatient);
    const selection = { mode: 'filter', filter: {} } as const;
    const draft = await app.ask('operations.plan', { action, collection, selection, input });
    const asking = app.event(
      'operation.updated',
      ({ operation }) => operation.id === draft.id && operation.delivery?.checking === count,
    );
    const retry = { attempts: 2, baseMs: 1, maxMs: 1 };
    await app.ask('operations.start', { id: draft.id, options: { retry } });
    await waiting.held;
    await asking;
    const reads = () =>
      readDatabase(app.folder, (db) => db.prepare('SELECT max(reads) FROM deliveries').pluck().get());
    await expect.poll(reads).toBe(1);
    waiting.release();
    expect(await app.ended(draft.id)).toMatchObject({ state: 'completed', delivery: { confirmed: count } });
    await setup.expectEqual(app, collection);
    // Nothing is wrong but that streams broke off.
    expect(app.reports.splice(0).every((error) => error instanceof HttpFailure)).toBe(true);
  },
);
