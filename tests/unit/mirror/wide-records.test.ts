import { expect, it } from 'vitest';
import { everyTicket, fillTickets, makeTickets } from '../../builders/tickets.ts';
import { useCopiedServer } from './copied-server.ts';

const setup = useCopiedServer();

it('records of which a thousand are more than one answer may hold are copied, and what changes of them', async () => {
  const description = 'A long story, "as told".\n'.repeat(500);
  fillTickets(
    setup.there,
    makeTickets(1_500, () => ({ description })),
  );
  await setup.start();
  const { app } = await setup.open('robot', ['tickets']);
  await setup.expectEqual(app);
  const plan = { collection: 'tickets', action: 'update_category', input: { category: 'Theirs' } } as const;

  const { id } = await setup.server.ask('operations.plan', { ...plan, selection: everyTicket });
  await setup.server.ask('operations.start', { id });
  await setup.server.ended(id);
  await setup.expectEqual(app);
  const { pulledAt, records } = (await app.ask('remotes.list', {})).remotes[0]?.mirrors[0] ?? {};
  expect([records, pulledAt]).toEqual([1_500, expect.any(Number)]);
});
