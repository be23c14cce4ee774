import { expect, it } from 'vitest';
import { systemClock, systemTimer } from '../../src-main/platform/clock.ts';
import { noRemotes } from '../../src-main/remotes/remote.ts';
import { createBulkheadRemote } from '../../src-main/vendors/bulkhead/remote.ts';
import { type ApiServer, startApiServer } from '../builders/api-server.ts';
import { recordsHere, recordsThere } from '../builders/mirrored.ts';
import { seed } from '../builders/property.ts';
import { randomFrom } from '../builders/random.ts';
import { fillTickets, makeTickets, readDatabase } from '../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder } from '../builders/workspace.ts';
import type { Fault } from './fault.ts';
import type { MirrorErrand } from './mirror-child.ts';
import { runDespite } from './mirror-harness.ts';
import { size } from './size.ts';

const random = randomFrom(seed);
const upTo = (n: number) => 1 + Math.floor(random() * n);
const kills = size({ short: 2, long: 12 });
const count = size({ short: 1_200, long: 5_000 });
const edited = size({ short: 20, long: 50 });

interface World {
  readonly server: ApiServer;
  readonly there: string;
  readonly here: string;
  /** What a console is to do, with the category that it is to set. */
  errand(category: string | null): MirrorErrand;
  close(): Promise<void>;
}

async function createWorld(): Promise<World> {
  const [there, here] = [makeFolder(), makeFolder()];
  fillTickets(
    there,
    makeTickets(count, (id) => ({ source: 'mail', external_id: `M-${id}`, category: 'Old' })),
  );
  const server = await startApiServer(there);
  const token = await server.user('robot', 'agent');
  return {
    server,
    there,
    here,
    errand: (category) => ({
      folder: here,
      url: server.url,
      token,
      change: category === null ? null : { action: 'update_category', input: { category } },
    }),
    close: async () => {
      await server.close();
      expect(server.reports).toEqual([]);
      removeFolder(there);
      removeFolder(here);
    },
  };
}

const writer = { thread: 'writer', kind: 'statement' } as const;

function atPull(): Fault {
  const how = random() < 0.5 ? 'kill' : 'kill-after';
  return { ...writer, method: 'applyPage', nth: upTo(25), how };
}

/** The first of them is met even where few tickets are told: nothing else could be killed once all is. */
function atDelivery(): Fault {
  const [exchanges, statements] = [size({ short: 3, long: 6 }), size({ short: 30, long: 100 })];
  const [exchange, outcome]: [Fault, Fault] = [
    { thread: 'main', kind: 'answer', method: 'exchangeDeliveries', nth: upTo(exchanges), how: 'kill' },
    { ...writer, method: 'exchangeDeliveries', nth: upTo(statements), how: 'kill-after' },
  ];
  return random() < 0.5 ? exchange : random() < 0.5 ? outcome : atPull();
}

async function changeThere({ server }: World, category: string, ids: number[]): Promise<void> {
  const draft = await server.ask('operations.plan', {
    action: 'update_category',
    collection: 'tickets',
    input: { category },
    selection: { mode: 'ids', ids },
  });
  await server.ask('operations.start', { id: draft.id });
  await expect
    .poll(async () => (await server.ask('operations.get', { id: draft.id })).state, { timeout: 20_000 })
    .toBe('completed');
}

/** Decides all conflicts for what stands at the server, and waits until all that is known here. */
async function takeTheirs({ here }: World): Promise<void> {
  const app = await openTestConsole(here, systemClock, systemTimer, noRemotes, createBulkheadRemote);
  const [remote] = (await app.ask('remotes.list', {})).remotes;
  const which = { remoteId: remote?.id ?? 0 };
  expect(await app.ask('conflicts.settle', { which, keep: 'theirs' })).toMatchObject({ settled: edited });
  await app.close();
  expect(app.reports).toEqual([]);
}

function expectEqual({ there, here }: World): void {
  expect(recordsHere(here, 'tickets', 'Desk')).toEqual(recordsThere(there, 'tickets'));
}

it('a copy is whole after any kill while it is pulled', async ({ onTestFinished }) => {
  const world = await createWorld();
  onTestFinished(world.close);
  const { killed } = await runDespite(world.errand(null), Array.from({ length: kills }, atPull));
  process.stdout.write(`${killed} kills while it was pulled\n`);
  expect(killed).toBeGreaterThan(0);
  expectEqual(world);
  const copies = readDatabase(world.here, (db) => db.prepare('SELECT count(*) FROM tickets').pluck().get());
  expect(copies).toBe(count);
}, 600_000);

it('a server has each change once, and conflicts overwrite nothing, after any kill while changes are delivered', async ({
  onTestFinished,
}) => {
  const world = await createWorld();
  onTestFinished(world.close);
  const theirs = Array.from({ length: edited }, (_, at) => 7 * (at + 1));
  let isEdited = false;
  const offline = async (): Promise<void> => {
    if (!isEdited) await changeThere(world, 'Theirs', theirs);
    isEdited = true;
  };
  const deaths = Array.from({ length: kills }, atDelivery);
  const { state, killed } = await runDespite(world.errand('Mine'), deaths, offline);
  process.stdout.write(`${killed} kills while it was told\n`);
  expect(state).toBe('partial');
  expect(killed).toBeGreaterThan(0);
  const { there, here } = world;
  const told = readDatabase(here, (db) =>
    db.prepare('SELECT state, code, count(*) FROM deliveries GROUP BY 1, 2 ORDER BY 1').raw().all(),
  );
  // A kill comes early in each console, so that a ticket may be in flight at three of them; it is then set aside.
  const [, , aside = 0] =
    (told as [string, string, number][]).find(([, code]) => code === 'quarantined') ?? [];
  expect(aside).toBeLessThan(kills);
  expect(told).toEqual([
    ['confirmed', null, count - edited - aside],
    ['conflict', null, edited],
    ...(aside > 0 ? [['refused', 'quarantined', aside]] : []),
  ]);
  const ours = readDatabase(there, (db) =>
    db.prepare('SELECT category, version, count(*) FROM tickets GROUP BY 1, 2 ORDER BY 1').raw().all(),
  );
  // Once each: by whom it was changed first. What was set aside was not changed at all.
  expect(ours).toEqual([
    ['Mine', 2, count - edited - aside],
    ...(aside > 0 ? [['Old', 1, aside]] : []),
    ['Theirs', 2, edited],
  ]);
  await takeTheirs(world);
  expectEqual(world);
}, 600_000);
