import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { BulkheadError, type ErrorCode } from '../../../src-shared/contract/errors.ts';
import { startHarness } from './server-harness.ts';

/** What is reported of a request of a script that hung up before the console said no with this code. */
async function reportsAfterHangingUp(code: ErrorCode): Promise<unknown[]> {
  const { console, session, server, port, reports, stop } = await startHarness();
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<never>();
  const done = Promise.withResolvers<void>();
  console.answer = () => {
    asked.resolve();
    return answer.promise;
  };
  console.forget = () => done.resolve();
  const sender = connect(port, '127.0.0.1');
  sender.write(
    `GET /api/v1/tickets/1 HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${session.token}\r\n\r\n`,
  );
  await asked.promise;
  sender.destroy();
  // It closes when no connection is left: then it has seen that the sender has gone.
  await server.close();
  answer.reject(new BulkheadError(code, 'No.'));
  await done.promise;
  await stop();
  return reports;
}

test('a console that stops under a request reports no refusal that nobody was told', async () => {
  expect(await reportsAfterHangingUp('stopping')).toEqual([]);
});

test('what a sender may not do is reported, though they hung up', async () => {
  expect(await reportsAfterHangingUp('forbidden')).toEqual([
    { kind: 'refused', facts: expect.objectContaining({ status: 403, code: 'forbidden' }) },
  ]);
});
