import { expect, it } from 'vitest';
import { recordsHere } from '../../builders/mirrored.ts';
import { fillTickets, makeTickets } from '../../builders/tickets.ts';
import { useCopiedServer } from './copied-server.ts';

const setup = useCopiedServer();

it('tickets with long texts are copied, of which a page of the usual length is more than is taken in one piece', async () => {
  const description = 'A long story. '.repeat(1_000);
  fillTickets(
    setup.there,
    makeTickets(1_000, () => ({ description })),
  );
  await setup.start();
  const { app } = await setup.open('robot', ['tickets']);
  await setup.expectEqual(app);
  expect(recordsHere(app.folder, 'tickets', 'Desk').size).toBe(1_000);
});
