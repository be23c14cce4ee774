import { expect, it } from 'vitest';
import type { OpenRemote } from '../../../src-main/mirror/ports.ts';
import { createBulkheadRemote } from '../../../src-main/vendors/bulkhead/remote.ts';
import { recordsThere } from '../../builders/mirrored.ts';
import { everyTicket, fillTickets, makeTickets } from '../../builders/tickets.ts';
import { useCopiedServer } from './copied-server.ts';

const setup = useCopiedServer();

it.each([3, 40])(
  'what was done to %i records there without an answer is known, though one may do nothing there any more',
  async (count) => {
    setup.mayRefuse(403);
    fillTickets(setup.there, makeTickets(count));
    await setup.start();
    const lost = Promise.withResolvers<void>();
    const turnedAway = Promise.withResolvers<void>();
    let sends = 0;
    /** The first time all is done there and no answer comes. */
    const losing: OpenRemote = (options) => {
      const remote = createBulkheadRemote(options);
      const send: typeof remote.send = async function* (batch, signal) {
        sends += 1;
        if (sends > 1) {
          await turnedAway.promise;
          return yield* remote.send(batch, signal);
        }
        let isNoted = false;
        for await (const outcome of remote.send(batch, signal)) {
          if (outcome.kind !== 'cursor' || isNoted) continue;
          isNoted = true;
          yield outcome;
        }
        lost.resolve();
      };
      return { ...remote, send };
    };
    const { app } = await setup.open('robot', ['tickets'], 'agent', losing);
    const input = { category: 'Mine' };
    const draft = await app.ask('operations.plan', {
      action: 'update_category',
      collection: 'tickets',
      selection: everyTicket,
      input,
    });
    await app.ask('operations.start', { id: draft.id });
    await lost.promise;
    const [user] = (await setup.server.ask('users.list', {})).users;
    await setup.server.ask('users.save', { id: user?.id ?? 0, name: 'robot', role: 'viewer' });
    turnedAway.resolve();
    expect(await app.ended(draft.id)).toMatchObject({ state: 'completed', delivery: { confirmed: count } });
    expect(recordsThere(setup.there, 'tickets').get('1')).toMatchObject(input);
  },
);
