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

it('what is asked of an operation is written down with who asked, and what comes by itself with nobody', async () => {
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
