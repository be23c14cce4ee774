import { expect, it } from 'vitest';
import { systemClock, systemTimer } from '../../../src-main/platform/clock.ts';
import { noRemotes } from '../../../src-main/remotes/remote.ts';
import { createBulkheadRemote } from '../../../src-main/vendors/bulkhead/remote.ts';
import type { Remote } from '../../../src-shared/domain/remote.ts';
import { makeFolder, openTestConsole, removeFolder } from '../../builders/workspace.ts';
import { startDesk } from '../../fakes/desk/desk-server.ts';

it('a remote that asks for a pause says until when, over a restart too, and is asked at once where the user wants it', async () => {
  const folder = makeFolder();
  const desk = await startDesk({ records: { tickets: [] } });
  const open = () => openTestConsole(folder, systemClock, systemTimer, noRemotes, createBulkheadRemote);
  let app = await open();
  const told = async (state: Remote['state']): Promise<Remote | undefined> =>
    (await app.event('remotes.changed', ({ remotes }) => remotes[0]?.state === state)).remotes[0];
  const ready = told('ready');
  const { address } = desk;
  const { id } = await app.ask('remotes.add', {
    name: 'Desk',
    address,
    token: 'secret',
    collections: ['tickets'],
  });
  await ready;
  const asked = Date.now();
  desk.mischief = () => ({ status: 429, headers: { 'retry-after': '600' } });
  const waiting = await told('waiting');
  expect(waiting?.retryAt).toBeGreaterThanOrEqual(asked + 600_000);
  await app.close();
  desk.mischief = undefined;
  app = await open();
  const requests = desk.requests.length;
  const [again] = (await app.ask('remotes.list', {})).remotes;
  expect(again).toMatchObject({ state: 'waiting', retryAt: expect.any(Number) });
  expect(desk.requests).toHaveLength(requests);
  const back = told('ready');
  await app.ask('remotes.pull', { id });
  expect(await back).toMatchObject({ retryAt: null });
  await app.close();
  await desk.close();
  removeFolder(folder);
});
