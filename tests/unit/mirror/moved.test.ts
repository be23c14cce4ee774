import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
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

it('another workspace is not taken for a remote that has moved', async () => {
  const { app, id } = await openCopy();
  const other = await startApiServer(makeFolder());
  const token = await other.user('robot', 'agent');
  await expect(app.ask('remotes.sign_in', { id, token, address: other.url })).rejects.toMatchObject({
    code: 'invalid_request',
    message: expect.stringContaining(`${other.url} is another workspace than "Desk"`),
  });
  expect((await app.ask('remotes.list', {})).remotes).toMatchObject([
    { address: setup.server.url, state: 'ready' },
  ]);
  await other.close();
  removeFolder(other.folder);
});
