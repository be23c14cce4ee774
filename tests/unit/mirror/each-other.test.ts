import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemTimer, type Timer } from '../../../src-main/platform/clock.ts';
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

  const draft = await one.ask('operations.plan', {
    action: 'update_category',
    collection: 'tickets',
    selection: everyTicket,
    input: { category: 'Changed' },
  });
  await one.ask('operations.start', { id: draft.id });
  expect(await one.ended(draft.id)).toMatchObject({ state: 'completed', delivery: { confirmed: count } });
  await expect.poll(() => contentsOf(other)).toEqual(ownAnd('One', 'Changed'));
  expect(contentsOf(one)).toEqual(ownAnd('Other', 'Changed'));
  // Nothing comes back: what one changed is no change of the other's.
  for (const { folder } of servers)
    expect(
      readDatabase(folder, (db) => db.prepare('SELECT DISTINCT version FROM tickets').pluck().all()),
    ).toEqual([2]);
});
