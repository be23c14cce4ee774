import { expect, it, onTestFinished, vi } from 'vitest';
import { startApiServer } from '../../builders/api-server.ts';
import { makeFolder, removeFolder } from '../../builders/workspace.ts';

const pingMs = 15_000;

it('a WebSocket of an API whose other end is silent is ended, and one that answers stays', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const folder = makeFolder();
  const api = await startApiServer(folder);
  const silent = api.socket('/ws/bulk/mina', await api.user('mina', 'agent'), true);
  const answering = api.socket('/ws/bulk/omar', await api.user('omar', 'agent'));
  await Promise.all([silent.opened, answering.opened]);
  /** What is asked after a ping is answered after it was. */
  const answered = async (times: number) => {
    answering.send({ type: 'ping' });
    await expect.poll(() => answering.messages.length).toBe(times);
  };
  vi.advanceTimersByTime(pingMs);
  await answered(1);
  let isOver = false;
  void answering.closed.then(() => {
    isOver = true;
  });
  vi.advanceTimersByTime(pingMs);
  expect(await silent.closed).toBe(1006);
  await answered(2);
  expect(isOver).toBe(false);
  answering.close();
  await api.close();
  removeFolder(folder);
});
