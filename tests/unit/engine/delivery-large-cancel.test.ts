import { expect, it } from 'vitest';
import type { Shut } from '../../../src-main/remotes/remote.ts';
import { theseTickets } from '../../builders/tickets.ts';
import { useToldServer } from './told-server.ts';

/** More than are taken back at once. */
const count = 10_100;
const setup = useToldServer(2 * count);
const { open, plan, statesOf, keys } = setup;

const offline: Shut = { reason: 'offline', untilAt: null, message: 'You work without it.' };

it('a cancel takes back all that was not sent, however much it is', async () => {
  await open({}, {}, { shut: () => offline, onChange: () => () => undefined });
  const { id } = await plan('update_category', { category: 'Mine' }, theseTickets(...keys.map(Number)));
  // Nothing else is left to do of it: that is told without a figure.
  const isApplied = setup.app.event(
    'operation.updated',
    ({ operation, progress }) =>
      operation.id === id && operation.delivery?.waiting === count && progress === null,
  );
  await setup.app.ask('operations.start', { id });
  await isApplied;
  await setup.app.ask('operations.cancel', { id });
  await setup.app.ended(id);
  expect(statesOf(id)).toEqual({ cancelled: count });
});
