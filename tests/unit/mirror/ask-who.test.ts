import { expect, it } from 'vitest';
import { systemClock, systemTimer } from '../../../src-main/platform/clock.ts';
import { noRemotes } from '../../../src-main/remotes/remote.ts';
import { createBulkheadRemote } from '../../../src-main/vendors/bulkhead/remote.ts';
import { useConsole } from '../../builders/use-console.ts';
import { openTestConsole } from '../../builders/workspace.ts';
import { answerOf, startHostileServer } from '../../fakes/hostile-server.ts';

const json = { 'content-type': 'application/json' };
const app = useConsole({
  per: 'test',
  open: (folder) => openTestConsole(folder, systemClock, systemTimer, noRemotes, createBulkheadRemote),
});

/** Adds what is at the address, which is refused, and nothing is kept of it. */
async function refused(address: string): Promise<unknown> {
  const remote = { name: 'Desk', address, token: 'secret', collections: ['tickets' as const] };
  const error = await app.ask('remotes.add', remote).then(
    () => expect.unreachable('it was added'),
    (thrown: unknown) => thrown,
  );
  expect(await app.ask('remotes.list', {})).toEqual({ remotes: [] });
  return error;
}

it.each([
  ['with what is no answer to that', answerOf('200 OK', json, '{"hello":"world"}'), 'remote_error'],
  ['with what is no JSON', answerOf('200 OK', json, 'hello'), 'remote_error'],
  ['that there is no such thing', answerOf('404 Not Found', json, '{}'), 'remote_error'],
  ['that it is to be left alone', answerOf('429 Too Many', json, '{}'), 'remote_unreachable'],
  ['that it is not up', answerOf('503 Unavailable', json, '{}'), 'remote_unreachable'],
  ['that the key is none', answerOf('401 Unauthorized', json, '{}'), 'remote_signed_out'],
] as const)('a system that says, asked who one is, %s is not added', async (_what, text, code) => {
  const server = await startHostileServer((socket) => socket.write(text));
  expect(await refused(server.address)).toMatchObject({
    code,
    message: expect.stringMatching(new RegExp(`^${server.address} .*\\. Nothing was changed\\.$`)),
  });
  expect(server.requests).toHaveLength(1);
  await server.close();
});

it('an address at which nobody listens is not added', async () => {
  const server = await startHostileServer(() => undefined);
  await server.close();
  expect(await refused(server.address)).toMatchObject({
    code: 'remote_unreachable',
    message: `${server.address} does not answer. Nothing was changed.`,
  });
});
