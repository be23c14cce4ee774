import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemTimer, type Timer } from '../../../src-main/platform/clock.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { type ApiServer, startApiServer } from '../../builders/api-server.ts';
import { everyTicket, fillTickets, makeTickets, readDatabase } from '../../builders/tickets.ts';
import { makeFolder, removeFolder } from '../../builders/workspace.ts';

/** What is done every few seconds comes after some milliseconds. */
const hasty: Timer = { set: (waitMs, ring) => systemTimer.set(Math.min(waitMs, 100), ring) };
const count = 40;

let servers: [ApiServer, ApiServer];

beforeEach(async () => {
  const [one, other] = await Promise.all(
    ['one', 'other'].map((name) => {
      const folder = makeFolder();
      fillTickets(
        folder,
        makeTickets(count, (id) => ({ subject: `${name} ${id}` })),
      );
      return startApiServer(folder, { timer: hasty });
    }),
  );
  if (!one || !other) throw new Error('there are two');
  servers = [one, other];
});
afterEach(async () => {
  for (const { close, folder, reports } of servers) {
    await close();
    removeFolder(folder);
    expect(reports).toEqual([]);
  }
});

async function copies(by: ApiServer, of: ApiServer, name: string): Promise<void> {
  const token = await of.user('robot', 'agent');
  await by.ask('remotes.add', { name, address: of.url, token, collections: ['tickets'] });
}

/** How many tickets of each source and category there are. */
function contentsOf({ folder }: ApiServer): unknown[] {
  return readDatabase(folder, (db) =>
    db.prepare('SELECT source, category, count(*) FROM tickets GROUP BY 1, 2 ORDER BY 1, 2').raw().all(),
  );
}

function ownAnd(name: string, category: string | null): unknown[] {
  return [name, 'test'].map((source) => [source, category, count]);
}

/** Sets the category of all tickets. */
async function change(by: ApiServer, category: string): Promise<Operation> {
  const { id } = await by.ask('operations.plan', {
    action: 'update_category',
    collection: 'tickets',
    selection: everyTicket,
    input: { category },
  });
  await by.ask('operations.start', { id });
  return by.ended(id);
}

it('a console is no remote of itself', async () => {
  const [one] = servers;
  const token = await one.user('robot', 'agent');
  const itself = { address: one.url.replace('127.0.0.1', 'localhost'), token };
  const refused = {
    code: 'invalid_request',
    message: expect.stringContaining('leads to this workspace itself'),
  };
  await expect(one.ask('remotes.test', itself)).rejects.toMatchObject(refused);
  const remote = { name: 'Mirror', collections: ['tickets' as const], ...itself };
  await expect(one.ask('remotes.add', remote)).rejects.toMatchObject(refused);
  expect(await one.ask('remotes.list', {})).toEqual({ remotes: [] });
});

it('two consoles that copy each other have their own records and the other one’s, and no copies of copies', async () => {
  const [one, other] = servers;
  await copies(other, one, 'One');
  await expect.poll(() => contentsOf(other)).toEqual(ownAnd('One', null));
  await copies(one, other, 'Other');
  await expect.poll(() => contentsOf(one)).toEqual(ownAnd('Other', null));

  expect(await change(one, 'Changed')).toMatchObject({ state: 'completed', delivery: { confirmed: count } });
  await expect.poll(() => contentsOf(other)).toEqual(ownAnd('One', 'Changed'));
  expect(contentsOf(one)).toEqual(ownAnd('Other', 'Changed'));
  // Nothing comes back: what one changed is no change of the other's.
  for (const { folder } of servers)
    expect(
      readDatabase(folder, (db) => db.prepare('SELECT DISTINCT version FROM tickets').pluck().all()),
    ).toEqual([2]);
});

it('what one has left of the other one after removing it is its own, and does not come back to where it is from', async () => {
  const [one, other] = servers;
  await copies(other, one, 'One');
  await copies(one, other, 'Other');
  await expect.poll(() => contentsOf(one)).toEqual(ownAnd('Other', null));
  const [remote] = (await one.ask('remotes.list', {})).remotes;
  await one.ask('remotes.remove', { id: remote?.id ?? 0 });
  expect(await change(one, 'Later')).toMatchObject({ state: 'completed', delivery: null });
  await expect
    .poll(() => contentsOf(other))
    .toEqual([
      ['One', 'Later', count],
      ['test', null, count],
    ]);
  // Whoever else copies it is told of them.
  const { records } = await one.ask('records.changes', { collection: 'tickets', cursor: null, limit: 1_000 });
  expect(records).toHaveLength(2 * count);
  // The other one had to begin anew.
  for (const { facts } of one.reports.splice(0)) expect(facts).toMatchObject({ code: 'cursor_expired' });
});
