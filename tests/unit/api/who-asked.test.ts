import { expect, it } from 'vitest';
import type { Caller } from '../../../src-main/api/caller.ts';
import { everyTicket, fillTickets, makeTickets } from '../../builders/tickets.ts';
import { useConsole } from '../../builders/use-console.ts';

const app = useConsole({ per: 'test', fill: (folder) => fillTickets(folder, makeTickets(3)) });

const admin = (actor: string): Caller => ({ client: actor, actor, role: 'admin' });
const [ada, omar, mina] = [admin('ada'), admin('omar'), admin('mina')];

async function written(id: number): Promise<unknown[]> {
  const { entries } = await app.ask('operations.journal', { id });
  return entries.map(({ event, detail }) => [event, detail['actor'] ?? null]);
}

it('a command to an operation is recorded with who gave it, and what happens by itself with nobody', async () => {
  const about = { action: 'update_status', collection: 'tickets', selection: everyTicket } as const;
  const { id } = await app.ask('operations.plan', { ...about, input: { status: 'solved' } }, ada);
  await app.ask('operations.start', { id, options: { startAt: Date.now() + 3_600_000 } }, ada);
  await app.ask('operations.pause', { id }, omar);
  await app.ask('operations.resume', { id }, mina);
  await app.ask('operations.cancel', { id }, omar);
  await app.ended(id);
  await app.ask('operations.pin', { id, isPinned: true }, mina);
  await app.ask('operations.dismiss', { id }, omar);
  expect(await written(id)).toEqual([
    ['started', 'ada'],
    ['paused', 'omar'],
    ['resumed', 'mina'],
    ['cancel_requested', 'omar'],
    ['not_started', null],
    ['cancelled', null],
    ['pinned', 'mina'],
    ['dismissed', 'omar'],
  ]);
  expect(await app.ask('history.verify', {})).toMatchObject({ problems: [] });
});

it('changes of who may use the workspace are listed with who made them, latest first and page by page', async () => {
  const { user } = await app.ask('users.save', { name: 'rita', role: 'viewer' }, omar);
  await app.ask('users.save', { id: user.id, name: 'rita', role: 'agent' }, mina);
  // It is so already.
  await app.ask('users.save', { id: user.id, name: 'rita', role: 'agent' }, mina);
  await app.ask('users.new_token', { id: user.id }, ada);
  await app.ask('users.remove', { id: user.id }, omar);
  await expect(app.ask('users.remove', { id: user.id }, omar)).rejects.toMatchObject({ code: 'not_found' });

  const first = await app.ask('history.workspace', { before: null, limit: 3 });
  const before = first.entries.at(-1)?.seq ?? null;
  const rest = await app.ask('history.workspace', { before, limit: 3 });
  expect([first.hasMore, rest.hasMore]).toEqual([true, false]);
  expect([...first.entries, ...rest.entries].map(({ event, detail }) => [event, detail])).toEqual([
    ['user_removed', { name: 'rita', role: 'agent', actor: 'omar' }],
    ['user_key_renewed', { name: 'rita', actor: 'ada' }],
    ['user_role_changed', { name: 'rita', from: 'viewer', to: 'agent', actor: 'mina' }],
    ['user_added', { name: 'rita', role: 'viewer', actor: 'omar' }],
  ]);
  expect(await app.ask('history.verify', {})).toMatchObject({ problems: [] });
  const rita = { client: 'rita', actor: 'rita', role: 'agent' } as const;
  await expect(app.ask('history.workspace', { before: null, limit: 3 }, rita)).rejects.toMatchObject({
    code: 'forbidden',
  });
});
