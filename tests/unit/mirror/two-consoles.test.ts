import { expect, it } from 'vitest';
import { collectionNames } from '../../../src-shared/collections/index.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { recordsThere } from '../../builders/mirrored.ts';
import { everyTicket, fillTickets, makeTickets, readDatabase } from '../../builders/tickets.ts';
import { useCopiedServer } from './copied-server.ts';

const setup = useCopiedServer();
const { open, expectEqual } = setup;

/** Sets a category, of all tickets or of these. */
function change(category: string, ids?: number[]) {
  const selection = ids ? { mode: 'ids' as const, ids } : everyTicket;
  return { action: 'update_category', collection: 'tickets' as const, selection, input: { category } };
}

async function changeThere(category: string, ids?: number[]): Promise<void> {
  const draft = await setup.server.ask('operations.plan', change(category, ids));
  await setup.server.ask('operations.start', { id: draft.id });
  await expect
    .poll(async () => (await setup.server.ask('operations.get', { id: draft.id })).state)
    .toBe('completed');
}

function categoriesThere(): unknown[] {
  return readDatabase(setup.there, (db) =>
    db.prepare('SELECT category, count(*) FROM tickets GROUP BY 1 ORDER BY 1').raw().all(),
  );
}

it('a console that worked offline tells a real server, conflicts are settled, and both hold the same in the end', async () => {
  const count = 1_000;
  fillTickets(
    setup.there,
    makeTickets(count, (id) => ({ source: 'mail', external_id: `M-${id}`, category: 'Old' })),
  );
  await setup.start();
  const { app, id } = await open('robot', ['tickets']);
  await expectEqual(app);

  await app.ask('remotes.set_offline', { id, isOffline: true });
  const waiting = app.event('remotes.changed', ({ remotes }) => remotes[0]?.waiting === count);
  const draft = await app.ask('operations.plan', change('Mine'));
  await app.ask('operations.start', { id: draft.id });
  await waiting;
  await changeThere(
    'Theirs',
    Array.from({ length: 50 }, (_, at) => at + 1),
  );
  expect(categoriesThere()).toEqual([
    ['Old', count - 50],
    ['Theirs', 50],
  ]);

  await app.ask('remotes.set_offline', { id, isOffline: false });
  expect(await app.ended(draft.id)).toMatchObject({
    state: 'partial',
    delivery: { confirmed: count - 50, conflict: 50 },
  });
  const listed = await app.ask('conflicts.list', { operationId: draft.id, limit: 30 });
  expect(listed).toMatchObject({ total: 50 });
  const ids = listed.conflicts.map((conflict) => conflict.id);
  expect(await app.ask('conflicts.settle', { which: { ids }, keep: 'theirs' })).toMatchObject({
    settled: 30,
  });
  const kept = await app.ask('conflicts.settle', { which: { remoteId: id }, keep: 'mine' });
  expect(await app.ended(kept.operations[0]?.id ?? 0)).toMatchObject({
    state: 'completed',
    delivery: { confirmed: 20 },
  });
  await expectEqual(app);

  const undone: Operation = await app.run(await app.ask('operations.undo', { id: draft.id }));
  expect(undone).toMatchObject({ state: 'completed', delivery: { confirmed: count - 30 } });
  await expectEqual(app);
  expect(categoriesThere()).toEqual([
    ['Old', count - 30],
    ['Theirs', 30],
  ]);
  expect(await app.ask('history.verify', {})).toMatchObject({ problems: [] });
});

it('two consoles and a script on one server see each other, in every collection', async () => {
  await setup.start();
  for (const collection of collectionNames) {
    const draft = await setup.server.ask('sample.plan', { collection, count: 120 });
    await setup.server.ask('operations.start', { id: draft.id });
    await expect
      .poll(async () => (await setup.server.ask('operations.get', { id: draft.id })).state)
      .toBe('completed');
  }
  const [mina, omar] = [await open('mina', [...collectionNames]), await open('omar', [...collectionNames])];
  for (const { app } of [mina, omar])
    for (const collection of collectionNames) await expectEqual(app, collection);

  const draft = await mina.app.ask('operations.plan', change('By Mina'));
  await mina.app.run(draft);
  const robot = await setup.server.user('robot', 'agent');
  const { headers } = await setup.server.call('GET', '/api/v1/tickets/1', { token: robot });
  const patched = await setup.server.call('PATCH', '/api/v1/tickets/1', {
    token: robot,
    headers: { 'if-match': headers.get('etag') ?? '' },
    body: { category: 'By script' },
  });
  expect(patched.status).toBe(200);
  for (const { app } of [mina, omar]) await expectEqual(app);
  expect(recordsThere(setup.there, 'tickets').get('1')).toMatchObject({ category: 'By script' });
  for (const action of ['archive', 'delete']) {
    const selection = { mode: 'filter', filter: {} } as const;
    const about = { action, collection: 'sessions', selection, input: {} } as const;
    const done = await omar.app.run(await omar.app.ask('operations.plan', about));
    expect(done.delivery?.confirmed).toBeGreaterThan(0);
    for (const { app } of [mina, omar]) await expectEqual(app, 'sessions');
  }
});
