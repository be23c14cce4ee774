import { expect, it } from 'vitest';
import { fillOrders } from '../../builders/api-records.ts';
import { recordsHere, recordsThere } from '../../builders/mirrored.ts';
import { fillTickets, makeTickets } from '../../builders/tickets.ts';
import { useCopiedServer } from './copied-server.ts';

const setup = useCopiedServer();

/** What stands on a side; each has its own time for what was done here and undone. */
function contents(records: ReadonlyMap<string, object>): unknown[] {
  return [...records].map(([number, record]) => [number, { ...record, updatedAt: null }]);
}

it.each([
  { collection: 'tickets', action: 'delete', input: {}, count: 3 },
  { collection: 'orders', action: 'delete', input: {}, count: 3 },
  { collection: 'orders', action: 'status_update', input: { status: 'PROCESSING' }, count: 40 },
  { collection: 'orders', action: 'archive', input: {}, count: 40 },
] as const)(
  '$collection: $action of $count that was cancelled before it was told is undone on both sides',
  async ({ collection, action, input, count }) => {
    // What stands so already is refused there.
    setup.mayRefuse(409);
    if (collection === 'tickets') fillTickets(setup.there, makeTickets(count));
    else fillOrders(setup.there, count, () => ({}));
    await setup.start();
    const { app, id } = await setup.open('robot', [collection]);
    await app.ask('remotes.set_offline', { id, isOffline: true });
    const waiting = app.event('remotes.changed', ({ remotes }) => remotes[0]?.waiting === count);
    const selection = { mode: 'filter', filter: {} } as const;
    const draft = await app.ask('operations.plan', { action, collection, selection, input });
    await app.ask('operations.start', { id: draft.id });
    await waiting;
    await app.ask('operations.cancel', { id: draft.id });
    expect(await app.ended(draft.id)).toMatchObject({ delivery: { cancelled: count } });

    const undo = await app.ask('operations.undo', { id: draft.id });
    await app.ask('operations.start', { id: undo.id });
    await app.ask('remotes.set_offline', { id, isOffline: false });
    expect(await app.ended(undo.id)).toMatchObject({ state: 'completed', delivery: { confirmed: count } });
    await expect
      .poll(() => contents(recordsHere(app.folder, collection, 'Desk')))
      .toEqual(contents(recordsThere(setup.there, collection)));
  },
);
