import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock, systemTimer, type Timer } from '../../../src-main/platform/clock.ts';
import { noRemotes } from '../../../src-main/remotes/remote.ts';
import { createBulkheadRemote } from '../../../src-main/vendors/bulkhead/remote.ts';
import { type CollectionName, collectionNames } from '../../../src-shared/collections/index.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import type { Role } from '../../../src-shared/domain/user.ts';
import { fillOrders, fillSessions, fillVideos } from '../../builders/api-records.ts';
import { type ApiServer, startApiServer } from '../../builders/api-server.ts';
import { recordsHere, recordsThere } from '../../builders/mirrored.ts';
import {
  changeDatabase,
  everyTicket,
  fillTickets,
  makeTickets,
  readDatabase,
} from '../../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../../builders/workspace.ts';

/** What is done every few seconds comes after some milliseconds. */
const hasty: Timer = { set: (waitMs, ring) => systemTimer.set(Math.min(waitMs, 100), ring) };
let there: string;
let server: ApiServer;
let consoles: TestConsole[];
/** Statuses with which the server may refuse something in a test; it reports each such answer. */
let refusals: number[];

beforeEach(() => {
  there = makeFolder();
  consoles = [];
  refusals = [];
});
afterEach(async () => {
  for (const app of consoles) await app.close();
  await server.close();
  const faults = server.reports.filter(({ facts }) => !refusals.includes(Number(facts['status'])));
  expect([...consoles.flatMap(({ reports }) => reports), ...faults]).toEqual([]);
  for (const folder of [there, ...consoles.map((app) => app.folder)]) removeFolder(folder);
});

/** A console that keeps copies of the server's collections, once they are whole. */
async function open(
  user: string,
  collections: CollectionName[],
  role: Role = 'agent',
): Promise<{ app: TestConsole; id: number }> {
  const app = await openTestConsole(makeFolder(), systemClock, hasty, noRemotes, createBulkheadRemote);
  consoles.push(app);
  const token = await server.user(user, role);
  const ready = app.event('remotes.changed', ({ remotes }) => remotes[0]?.state === 'ready');
  const { id } = await app.ask('remotes.add', { name: 'Desk', address: server.url, token, collections });
  await ready;
  return { app, id };
}

async function expectEqual(app: TestConsole, collection: CollectionName = 'tickets'): Promise<void> {
  await expect
    .poll(() => recordsHere(app.folder, collection, 'Desk'))
    .toEqual(recordsThere(there, collection));
}

/** What became of everything that was told has come back from the server. */
async function expectReadBack({ folder }: TestConsole): Promise<void> {
  const awaited = () =>
    readDatabase(folder, (db) => db.prepare('SELECT sum(is_awaited) FROM mirror_records').pluck().get());
  await expect.poll(awaited).toBe(0);
}

/** What stands at the server, but for when it was changed. */
function contentsThere(collection: CollectionName): unknown[] {
  return [...recordsThere(there, collection)].map(([number, { updatedAt: _, ...content }]) => [
    number,
    content,
  ]);
}

/** Sets a category, of all tickets or of these. */
function change(category: string, ids?: number[]) {
  const selection = ids ? { mode: 'ids' as const, ids } : everyTicket;
  return { action: 'update_category', collection: 'tickets' as const, selection, input: { category } };
}

async function changeThere(category: string, ids?: number[]): Promise<void> {
  const draft = await server.ask('operations.plan', change(category, ids));
  await server.ask('operations.start', { id: draft.id });
  await expect
    .poll(async () => (await server.ask('operations.get', { id: draft.id })).state)
    .toBe('completed');
}

function categoriesThere(): unknown[] {
  return readDatabase(there, (db) =>
    db.prepare('SELECT category, count(*) FROM tickets GROUP BY 1 ORDER BY 1').raw().all(),
  );
}

it('a console that worked offline tells a real server, conflicts are settled, and both hold the same in the end', async () => {
  const count = 1_000;
  fillTickets(
    there,
    makeTickets(count, (id) => ({ source: 'mail', external_id: `M-${id}`, category: 'Old' })),
  );
  server = await startApiServer(there);
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
  expect(await app.ended(kept.operation?.id ?? 0)).toMatchObject({
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
}, 40_000);

it('two consoles and a script on one server see each other, in every collection', async () => {
  server = await startApiServer(there);
  for (const collection of collectionNames) {
    const draft = await server.ask('sample.plan', { collection, count: 120 });
    await server.ask('operations.start', { id: draft.id });
    await expect
      .poll(async () => (await server.ask('operations.get', { id: draft.id })).state)
      .toBe('completed');
  }
  const [mina, omar] = [await open('mina', [...collectionNames]), await open('omar', [...collectionNames])];
  for (const { app } of [mina, omar])
    for (const collection of collectionNames) await expectEqual(app, collection);

  const draft = await mina.app.ask('operations.plan', change('By Mina'));
  await mina.app.run(draft);
  const robot = await server.user('robot', 'agent');
  const { headers } = await server.call('GET', '/api/v1/tickets/1', { token: robot });
  const patched = await server.call('PATCH', '/api/v1/tickets/1', {
    token: robot,
    headers: { 'if-match': headers.get('etag') ?? '' },
    body: { category: 'By script' },
  });
  expect(patched.status).toBe(200);
  for (const { app } of [mina, omar]) await expectEqual(app);
  expect(recordsThere(there, 'tickets').get('1')).toMatchObject({ category: 'By script' });
  for (const action of ['archive', 'delete']) {
    const selection = { mode: 'filter', filter: {} } as const;
    const about = { action, collection: 'sessions', selection, input: {} } as const;
    const done = await omar.app.run(await omar.app.ask('operations.plan', about));
    expect(done.delivery?.confirmed).toBeGreaterThan(0);
    for (const { app } of [mina, omar]) await expectEqual(app, 'sessions');
  }
}, 40_000);

it.each([
  ['tickets', 'update_status', { status: 'closed' }, 'open'],
  ['orders', 'status_update', { status: 'PROCESSING' }, 'PENDING'],
] as const)('an undo leads back where no rule does: %s', async (collection, action, input, before) => {
  const count = 40;
  if (collection === 'tickets')
    fillTickets(
      there,
      makeTickets(count, () => ({ status: before })),
    );
  else fillOrders(there, count, () => ({ status: before }));
  server = await startApiServer(there);
  const { app } = await open('robot', [collection]);
  await expectEqual(app, collection);
  const selection = { mode: 'filter', filter: {} } as const;
  const done = await app.run(await app.ask('operations.plan', { action, collection, selection, input }));
  expect(done).toMatchObject({ state: 'completed', delivery: { confirmed: count } });
  const undone = await app.run(await app.ask('operations.undo', { id: done.id }));
  expect(undone).toMatchObject({ state: 'completed', delivery: { confirmed: count } });
  await expectEqual(app, collection);
  const statuses = [...recordsThere(there, collection).values()].map(({ status }) => status);
  expect(statuses).toEqual(Array.from({ length: count }, () => before));
});

const fill: Readonly<Record<CollectionName, (count: number) => void>> = {
  tickets: (count) => fillTickets(there, makeTickets(count)),
  orders: (count) => fillOrders(there, count, () => ({})),
  videos: (count) => fillVideos(there, count, () => ({ creator: 'ada' })),
  sessions: (count) => fillSessions(there, count, () => 'closed'),
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
    refusals = [409, 410];
    fill[collection](count);
    server = await startApiServer(there);
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
  server = await startApiServer(there);
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
  expect(left(there)).toEqual([1, 2, 3, 4, 5]);
  expect(left(app.folder)).toEqual([3, 5]);
  await app.run(await app.ask('operations.undo', { id: draft.id }));
  await expectEqual(app, 'sessions');
  expect(left(app.folder)).toEqual([1, 2, 3, 4, 5]);
});

it.each([3, 40])(
  'exports that went with %i sessions do not come back there, which is a conflict',
  async (count) => {
    refusals = [410];
    fill.sessions(count);
    changeDatabase(there, (db) => db.exec('UPDATE sessions SET exports = 2'));
    server = await startApiServer(there);
    const { app } = await open('ada', ['sessions'], 'admin');
    const about = { action: 'delete', collection: 'sessions', input: { cascade_exports: true } } as const;
    const selection = { mode: 'filter', filter: {} } as const;
    const draft = await app.ask('operations.plan', { ...about, selection });
    expect(draft.forecast.warnings).toContain(
      `Desk cannot undo what is done to exports: for its ${count} sessions it stays so there, also after an undo.`,
    );
    expect(await app.run(draft)).toMatchObject({ state: 'completed', delivery: { confirmed: count } });
    await expectReadBack(app);
    const undo = await app.ask('operations.undo', { id: draft.id });
    expect(undo.forecast.warnings).toContain(
      `Desk cannot undo what is done to exports: for its ${count} sessions it stays so there.`,
    );
    expect(await app.run(undo)).toMatchObject({ delivery: { conflict: count } });
    expect(recordsThere(there, 'sessions').size).toBe(count);
  },
);

it('videos of several creators are reprocessed there as here; what cannot be reprocessed there says so', async () => {
  server = await startApiServer(there);
  const lines = ['mina', 'otto', 'mina', 'otto', 'ida'].map((creator, at) =>
    JSON.stringify({
      key: `V-${at}`,
      title: `Video ${at}`,
      creator,
      status: 'uploaded',
      transcript: 'What was said, again and again. '.repeat(at * 100 + 1),
    }),
  );
  const made = await server.call('POST', '/api/v1/videos/import', {
    body: lines.join('\n'),
    headers: { 'content-type': 'application/x-ndjson' },
  });
  await server.ended(Number(made.body.operation_id));
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
  const chunks = readDatabase(there, (db) =>
    db.prepare('SELECT chunks FROM videos ORDER BY id').pluck().all(),
  );
  expect(new Set(chunks).size).toBeGreaterThan(1);
  expect(chunks).not.toContain(0);
  await expectEqual(app, 'videos');

  const undone = await app.run(await app.ask('operations.undo', { id: draft.id }));
  expect(undone).toMatchObject({ delivery: { refused: 5 } });
});
