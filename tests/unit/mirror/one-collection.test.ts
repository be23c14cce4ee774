import { expect, it } from 'vitest';
import type { OpenRemote } from '../../../src-main/mirror/ports.ts';
import { RemoteError } from '../../../src-main/remotes/remote.ts';
import { createBulkheadRemote } from '../../../src-main/vendors/bulkhead/remote.ts';
import type { Remote } from '../../../src-shared/domain/remote.ts';
import { fillOrders } from '../../builders/api-records.ts';
import { fillTickets, makeTickets } from '../../builders/tickets.ts';
import type { TestConsole } from '../../builders/workspace.ts';
import { useCopiedServer } from './copied-server.ts';

const setup = useCopiedServer();
const { open, expectEqual } = setup;

async function until(app: TestConsole, test: (remote: Remote) => boolean): Promise<Remote> {
  const told = app.event('remotes.changed', ({ remotes }) => remotes.some(test));
  const now = (await app.ask('remotes.list', {})).remotes.find(test);
  const found = now ?? (await told).remotes.find(test);
  if (!found) throw new Error('no remote passes');
  return found;
}

it('a collection that cannot be fetched holds up no other one, and is named until it can be again', async () => {
  fillTickets(setup.there, makeTickets(5));
  fillOrders(setup.there, 5, () => ({}));
  await setup.start();
  let isBroken = false;
  const openRemote: OpenRemote = (options) => {
    const remote = createBulkheadRemote(options);
    return {
      ...remote,
      pull: async (collection, cursor, signal) => {
        if (isBroken && collection === 'orders') throw new RemoteError('protocol', 'This is no list.');
        return remote.pull(collection, cursor, signal);
      },
    };
  };
  const { app, id } = await open('robot', ['orders', 'tickets'], 'agent', openRemote);
  await app.ask('remotes.set_offline', { id, isOffline: true });
  isBroken = true;
  await app.ask('remotes.set_offline', { id, isOffline: false });

  const selection = { mode: 'filter', filter: {} } as const;
  const order = { action: 'status_update', collection: 'orders', input: { status: 'PROCESSING' } } as const;
  const held = await app.ask('operations.plan', { ...order, selection });
  const isHeld = app.event(
    'operation.updated',
    ({ operation, progress }) => operation.id === held.id && progress?.waiting?.reason === 'pulling',
  );
  await app.ask('operations.start', { id: held.id });
  await isHeld;
  const ticket = { action: 'update_category', collection: 'tickets', input: { category: 'New' } } as const;
  const told = await app.run(await app.ask('operations.plan', { ...ticket, selection }));
  expect(told).toMatchObject({ state: 'completed', delivery: { confirmed: 5 } });
  await expectEqual(app, 'tickets');
  expect(await until(app, ({ message }) => message !== null)).toMatchObject({
    state: 'ready',
    message: 'Orders: This is no list.',
    waiting: 5,
  });

  isBroken = false;
  expect(await app.ended(held.id)).toMatchObject({ state: 'completed', delivery: { confirmed: 5 } });
  await until(app, ({ message }) => message === null);
  await expectEqual(app, 'orders');
});
