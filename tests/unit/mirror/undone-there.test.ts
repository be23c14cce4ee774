import { expect, it } from 'vitest';
import type { CollectionName } from '../../../src-shared/collections/index.ts';
import { fillOrders, fillSessions, fillVideos } from '../../builders/api-records.ts';
import { recordsThere } from '../../builders/mirrored.ts';
import { changeDatabase, fillTickets, makeTickets, readDatabase } from '../../builders/tickets.ts';
import type { TestConsole } from '../../builders/workspace.ts';
import { useCopiedServer } from './copied-server.ts';

const setup = useCopiedServer();
const { open, expectEqual } = setup;

/** What became of everything that was told has come back from the server. */
async function expectReadBack({ folder }: TestConsole): Promise<void> {
  const awaited = () =>
    readDatabase(folder, (db) => db.prepare('SELECT sum(is_awaited) FROM mirror_records').pluck().get());
  await expect.poll(awaited).toBe(0);
}

/** What stands at the server, but for when it was changed. */
function contentsThere(collection: CollectionName): unknown[] {
  return [...recordsThere(setup.there, collection)].map(([number, { updatedAt: _, ...content }]) => [
    number,
    content,
  ]);
}

it.each([
  ['tickets', 'update_status', { status: 'closed' }, 'open'],
  ['orders', 'status_update', { status: 'PROCESSING' }, 'PENDING'],
] as const)('an undo leads back where no rule does: %s', async (collection, action, input, before) => {
  const count = 40;
  if (collection === 'tickets')
    fillTickets(
      setup.there,
      makeTickets(count, () => ({ status: before })),
    );
  else fillOrders(setup.there, count, () => ({ status: before }));
  await setup.start();
  const { app } = await open('robot', [collection]);
  await expectEqual(app, collection);
  const selection = { mode: 'filter', filter: {} } as const;
  const done = await app.run(await app.ask('operations.plan', { action, collection, selection, input }));
  expect(done).toMatchObject({ state: 'completed', delivery: { confirmed: count } });
  const undone = await app.run(await app.ask('operations.undo', { id: done.id }));
  expect(undone).toMatchObject({ state: 'completed', delivery: { confirmed: count } });
  await expectEqual(app, collection);
  const statuses = [...recordsThere(setup.there, collection).values()].map(({ status }) => status);
  expect(statuses).toEqual(Array.from({ length: count }, () => before));
});

const fill: Readonly<Record<CollectionName, (count: number) => void>> = {
  tickets: (count) => fillTickets(setup.there, makeTickets(count)),
  orders: (count) => fillOrders(setup.there, count, () => ({})),
  videos: (count) => fillVideos(setup.there, count, () => ({ creator: 'ada' })),
  sessions: (count) => fillSessions(setup.there, count, () => 'closed'),
};

/** Of each action, few records and many: they take different ways. */
const toldAndUndone = (
  [
    ['tickets', 'delete', {}],
    ['tickets', 'assign', { assignee: 'Bo' }],
    ['orders', 'delete', {}],
    ['orders', 'archive', {}],
    ['videos', 'delete', {}],
    ['videos', 'set_category', { category: 'Talks' }],
    ['sessions', 'delete', {}],
    ['sessions', 'delete', { soft_delete: false }],
    ['sessions', 'archive', {}],
  ] as const
).flatMap(([collection, action, input]) =>
  [3, 40].map((count) => ({ collection, action, input, count }) as const),
);

it.each(toldAndUndone)(
  '$collection: $action $input of $count is undone there too, after it was read back',
  async ({ collection, action, input, count }) => {
    // Deleted records are looked at, and steps back that no rule allows are asked for once more as an undo.
    setup.mayRefuse(409, 410);
    fill[collection](count);
    await setup.start();
    const before = contentsThere(collection);
    const { app } = await open('ada', [collection], 'admin');
    const selection = { mode: 'filter', filter: {} } as const;
    const done = await app.run(await app.ask('operations.plan', { action, collection, selection, input }));
    expect(done).toMatchObject({ state: 'completed', delivery: { confirmed: count } });
    await expectReadBack(app);
    expect(contentsThere(collection)).not.toEqual(before);
    const undone = await app.run(await app.ask('operations.undo', { id: done.id }));
    expect(undone).toMatchObject({ state: 'completed', delivery: { confirmed: count } });
    expect(contentsThere(collection)).toEqual(before);
    await expectEqual(app, collection);
  },
);

it('what is erased here stays at the server, and does not come back before an undo', async () => {
  fill.sessions(5);
  await setup.start();
  const { app } = await open('ada', ['sessions'], 'admin');
  const about = { action: 'delete', collection: 'sessions', input: { soft_delete: false } } as const;
  const selection = { mode: 'ids' as const, ids: [1, 2, 4] };
  const draft = await app.ask('operations.plan', { ...about, selection });
  expect(draft.forecast.warnings).toContain(
    'Desk erases no sessions: what its 3 sessions held stays there, and comes back from there with an undo.',
  );
  expect(await app.run(draft)).toMatchObject({ state: 'completed', delivery: { confirmed: 3 } });
  await expectReadBack(app);
  const left = (folder: string) =>
    readDatabase(folder, (db) => db.prepare(`SELECT id FROM sessions WHERE payload <> ''`).pluck().all());
  expect(left(setup.there)).toEqual([1, 2, 3, 4, 5]);
  expect(left(app.folder)).toEqual([3, 5]);
  await app.run(await app.ask('operations.undo', { id: draft.id }));
  await expectEqual(app, 'sessions');
  expect(left(app.folder)).toEqual([1, 2, 3, 4, 5]);
});

it.each([3, 40])(
  'exports that went with %i sessions do not come back there, which is a conflict',
  async (count) => {
    setup.mayRefuse(410);
    fill.sessions(count);
    changeDatabase(setup.there, (db) => db.exec('UPDATE sessions SET exports = 2'));
    await setup.start();
    const { app } = await open('ada', ['sessions'], 'admin');
    const about = { action: 'delete', collection: 'sessions', input: { cascade_exports: true } } as const;
    const selection = { mode: 'filter', filter: {} } as const;
    const draft = await app.ask('operations.plan', { ...about, selection });
    expect(draft.forecast.warnings).toContain(
      `Desk cannot undo what is done to exports: for its ${count} sessions the change stays there, also after an undo.`,
    );
    expect(await app.run(draft)).toMatchObject({ state: 'completed', delivery: { confirmed: count } });
    await expectReadBack(app);
    const undo = await app.ask('operations.undo', { id: draft.id });
    expect(undo.forecast.warnings).toContain(
      `Desk cannot undo what is done to exports: for its ${count} sessions the change stays there.`,
    );
    expect(await app.run(undo)).toMatchObject({ delivery: { conflict: count } });
    expect(recordsThere(setup.there, 'sessions').size).toBe(count);
  },
);

it('videos of several creators are reprocessed there as here; what cannot be reprocessed there says so', async () => {
  await setup.start();
  const lines = ['mina', 'otto', 'mina', 'otto', 'ida'].map((creator, at) =>
    JSON.stringify({
      key: `V-${at}`,
      title: `Video ${at}`,
      creator,
      status: 'uploaded',
      transcript: 'What was said, again and again. '.repeat(at * 100 + 1),
    }),
  );
  const made = await setup.server.call('POST', '/api/v1/videos/import', {
    body: lines.join('\n'),
    headers: { 'content-type': 'application/x-ndjson' },
  });
  await setup.server.ended(Number(made.body.operation_id));
  const { app } = await open('ada', ['videos'], 'admin');
  const selection = { mode: 'ids' as const, ids: [1, 2, 3, 4, 5] };
  const draft = await app.ask('operations.plan', {
    action: 'reprocess',
    collection: 'videos',
    selection,
    input: {},
  });
  await app.ask('operations.start', { id: draft.id });
  expect(await app.ended(draft.id)).toMatchObject({ state: 'completed', delivery: { confirmed: 5 } });
  const chunks = readDatabase(setup.there, (db) =>
    db.prepare('SELECT chunks FROM videos ORDER BY id').pluck().all(),
  );
  expect(new Set(chunks).size).toBeGreaterThan(1);
  expect(chunks).not.toContain(0);
  await expectEqual(app, 'videos');

  const undone = await app.run(await app.ask('operations.undo', { id: draft.id }));
  expect(undone).toMatchObject({ delivery: { refused: 5 } });
});
