import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startApiServer } from '../../builders/api-server.ts';
import { everyTicket, fillTickets, makeTickets, readDatabase } from '../../builders/tickets.ts';
import { makeFolder, removeFolder } from '../../builders/workspace.ts';
import { useCopiedServer } from './copied-server.ts';

const setup = useCopiedServer();
const count = 30;

async function openCopy() {
  fillTickets(setup.there, makeTickets(count));
  await setup.start();
  const copy = await setup.open('robot', ['tickets']);
  await setup.expectEqual(copy.app);
  return copy;
}

it('a remote that has moved is told at its new address what waits for it', async () => {
  const { app, id } = await openCopy();
  const before = setup.server.url;
  await setup.server.close();
  const input = { category: 'Made meanwhile' };
  const about = { action: 'update_category', collection: 'tickets', selection: everyTicket } as const;
  const draft = await app.ask('operations.plan', { ...about, input });
  await app.ask('operations.start', { id: draft.id });

  await setup.start();
  const address = setup.server.url;
  const [robot] = (await setup.server.ask('users.list', {})).users;
  const { token } = await setup.server.ask('users.new_token', { id: robot?.id ?? 0 });
  expect(await app.ask('remotes.sign_in', { id, token, address })).toMatchObject({ address });
  expect(await app.ended(draft.id)).toMatchObject({ state: 'completed', delivery: { confirmed: count } });
  const there = readDatabase(setup.there, (db) =>
    db.prepare('SELECT DISTINCT category FROM tickets').pluck().all(),
  );
  expect(there).toEqual(['Made meanwhile']);
  // A key is kept for the address that it was entered for, and no other.
  const keys = readFileSync(join(app.folder, 'secrets.json'), 'utf8');
  expect([keys.includes(address), keys.includes(before)]).toEqual([true, false]);
});

/** Another workspace with an agent, at the port given. */
async function openOther(port: number): Promise<{ url: string; token: string }> {
  const other = await startApiServer(makeFolder(), { port });
  onTestFinished(async () => {
    await other.close();
    removeFolder(other.folder);
  });
  return { url: other.url, token: await other.user('robot', 'agent') };
}

const portOf = (url: string): number => Number(new URL(url).port);

it('another workspace is not taken for a remote, neither where it has moved nor where it was', async () => {
  const { app, id } = await openCopy();
  const elsewhere = await openOther(0);
  const refusal = (url: string) => ({
    code: 'invalid_request',
    message: expect.stringContaining(`${url} is another workspace than "Desk"`),
  });
  await expect(
    app.ask('remotes.sign_in', { id, token: elsewhere.token, address: elsewhere.url }),
  ).rejects.toMatchObject(refusal(elsewhere.url));
  const { url } = setup.server;
  expect((await app.ask('remotes.list', {})).remotes).toMatchObject([{ address: url, state: 'ready' }]);

  await setup.server.close();
  const { token } = await openOther(portOf(url));
  await expect(app.ask('remotes.sign_in', { id, token })).rejects.toMatchObject(refusal(url));
});

it('a remote that was put back to before anybody signed in there is still the same', async () => {
  fillTickets(setup.there, makeTickets(count));
  await setup.start();
  const { name } = await setup.server.ask('backups.create', {});
  const { app, id } = await setup.open('robot', ['tickets']);
  const { url } = setup.server;
  // The copy goes on asking meanwhile, with a key and then with a cursor of before.
  setup.mayRefuse(401, 410, 503);
  await setup.server.ask('backups.restore', { name });
  await setup.server.close();
  await setup.start(portOf(url));
  const token = await setup.server.user('robot', 'agent');
  expect(await app.ask('remotes.sign_in', { id, token })).toMatchObject({ address: url });
  await setup.expectEqual(app);
});

it('what a remote left here that was removed is its own again under any address, and never that of another', async () => {
  const { app, id } = await openCopy();
  const { url } = setup.server;
  await app.ask('remotes.remove', { id });
  await setup.server.close();
  const other = await openOther(portOf(url));
  const remote = { name: 'Desk', collections: ['tickets' as const] };
  await expect(app.ask('remotes.add', { ...remote, address: url, token: other.token })).rejects.toMatchObject(
    { code: 'name_taken' },
  );

  await setup.start();
  const token = await setup.server.user('Ada', 'agent');
  await app.ask('remotes.add', { ...remote, address: setup.server.url, token });
  await setup.expectEqual(app);
});
