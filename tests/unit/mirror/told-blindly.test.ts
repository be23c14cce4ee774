import { expect, it } from 'vitest';
import type { OpenRemote } from '../../../src-main/mirror/ports.ts';
import { createBulkheadRemote } from '../../../src-main/vendors/bulkhead/remote.ts';
import { recordsThere } from '../../builders/mirrored.ts';
import { everyTicket, fillTickets, makeTickets } from '../../builders/tickets.ts';
import type { TestConsole } from '../../builders/workspace.ts';
import { useCopiedServer } from './copied-server.ts';

const setup = useCopiedServer();
const { open, expectEqual } = setup;
const count = 40;

function plan(app: Pick<TestConsole, 'ask'>, action: string, input: Record<string, unknown>, ids?: number[]) {
  const selection = ids ? { mode: 'ids' as const, ids } : everyTicket;
  return app.ask('operations.plan', { action, collection: 'tickets', selection, input });
}

it('while a conflict waits, no later change of many records overwrites what it is about', async () => {
  fillTickets(
    setup.there,
    makeTickets(count, () => ({ priority: 'low', category: 'Old' })),
  );
  await setup.start();
  let pulls = 0;
  const counting: OpenRemote = (options) => {
    const remote = createBulkheadRemote(options);
    const pull: typeof remote.pull = async (...asked) => {
      const page = await remote.pull(...asked);
      pulls += 1;
      return page;
    };
    return { ...remote, pull };
  };
  const { app, id } = await open('robot', ['tickets'], 'agent', counting);
  await expectEqual(app);

  await app.ask('remotes.set_offline', { id, isOffline: true });
  const waiting = app.event('remotes.changed', ({ remotes }) => remotes[0]?.waiting === count);
  const first = await plan(app, 'update_category', { category: 'Mine' });
  await app.ask('operations.start', { id: first.id });
  await waiting;
  const theirs = await plan(setup.server, 'update_priority', { priority: 'critical' }, [7]);
  await setup.server.ask('operations.start', { id: theirs.id });
  await setup.server.ended(theirs.id);
  await app.ask('remotes.set_offline', { id, isOffline: false });
  expect(await app.ended(first.id)).toMatchObject({ delivery: { confirmed: count - 1, conflict: 1 } });
  // What came in those is written down, and not remembered any more.
  const before = pulls;
  await expect.poll(() => pulls).toBeGreaterThan(before + 2);

  const later = await app.run(await plan(app, 'update_priority', { priority: 'high' }));
  expect(recordsThere(setup.there, 'tickets').get('7')).toMatchObject({ priority: 'critical' });
  expect(later).toMatchObject({ delivery: { confirmed: count - 1, conflict: 1 } });
});
