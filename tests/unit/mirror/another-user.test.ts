import { expect, it } from 'vitest';
import type { OpenRemote } from '../../../src-main/mirror/ports.ts';
import { createBulkheadRemote } from '../../../src-main/vendors/bulkhead/remote.ts';
import type { Role } from '../../../src-shared/domain/user.ts';
import { everyTicket, fillTickets, makeTickets, readDatabase } from '../../builders/tickets.ts';
import type { TestConsole } from '../../builders/workspace.ts';
import { useCopiedServer } from './copied-server.ts';

const setup = useCopiedServer();

/** Comments that are seen in a workspace, by ticket. */
function commentsIn(folder: string): unknown[] {
  return readDatabase(folder, (db) =>
    db
      .prepare('SELECT ticket_id, count(*) FROM comments WHERE hidden_at IS NULL GROUP BY 1 ORDER BY 1')
      .raw()
      .all(),
  );
}

interface Unanswered {
  readonly app: TestConsole;
  /** The operation that adds a comment to every ticket. */
  readonly operation: number;
  /** Comments at the server, which took each of them once. */
  readonly once: unknown[];
  signInAsAnother(): Promise<unknown>;
}

const count = 5;

/** The first user's comments take place, and no answer comes. */
async function commentUnanswered(role: Role): Promise<Unanswered> {
  fillTickets(setup.there, makeTickets(count));
  await setup.start();
  const lost = Promise.withResolvers<void>();
  let second = '';
  const unanswered: OpenRemote = (options) => {
    const remote = createBulkheadRemote(options);
    if (options.token === second) return remote;
    return {
      ...remote,
      send: async function* (batch, signal) {
        for await (const outcome of remote.send(batch, signal)) if (outcome.kind === 'refused') yield outcome;
        remote.gate.setOffline(true);
        lost.resolve();
      },
    };
  };
  const { app, id } = await setup.open('mina', ['tickets'], 'agent', unanswered);
  second = await setup.server.user('omar', role);
  const input = { comment: 'Hello' };
  const about = { action: 'add_comment', collection: 'tickets', selection: everyTicket, input } as const;
  const { id: operation } = await app.ask('operations.plan', about);
  await app.ask('operations.start', { id: operation });
  await lost.promise;
  const once = commentsIn(setup.there);
  expect(once).toHaveLength(count);
  return { app, operation, once, signInAsAnother: () => app.ask('remotes.sign_in', { id, token: second }) };
}

it.each(['agent', 'viewer'] as const satisfies Role[])(
  'what a user was not answered is not told once more by another one, who is %s: the records say what became of it',
  async (role) => {
    const { app, operation, once, signInAsAnother } = await commentUnanswered(role);
    await signInAsAnother();
    expect(await app.ended(operation)).toMatchObject({ delivery: { unknown: count } });
    expect(commentsIn(setup.there)).toEqual(once);
    expect(commentsIn(app.folder)).toEqual(once);
  },
);

it('nor is it where the console took up a backup from before the other one signed in', async () => {
  const { app, operation, once, signInAsAnother } = await commentUnanswered('agent');
  const { name } = await app.ask('backups.create', {});
  await signInAsAnother();
  await app.ended(operation);
  await app.ask('backups.restore', { name });
  expect(await app.ended(operation)).toMatchObject({ delivery: { unknown: count } });
  expect(commentsIn(setup.there)).toEqual(once);
});
