import { expect, it } from 'vitest';
import { readDatabase } from '../../builders/tickets.ts';
import { isReady, useCopiedDesk } from './copied-desk.ts';

const setup = useCopiedDesk();
const { copy, until, assign, expectEqual } = setup;

const changed = () => setup.app.event('records.changed', ({ collection }) => collection === 'tickets');

it('windows are told that records changed when a conflict is settled, and how many are left', async () => {
  const id = await copy(3);
  await until(({ mirrors }) => mirrors[0]?.records === 3);
  await setup.app.ask('remotes.set_offline', { id, isOffline: true });
  const { id: operation } = await assign('Mine');
  await until(({ waiting }) => waiting === 3);
  setup.desk.remove(1);
  await setup.app.ask('remotes.set_offline', { id, isOffline: false });
  expect(await setup.app.ended(operation)).toMatchObject({ delivery: { confirmed: 2, conflict: 1 } });
  await until(isReady);
  await setup.app.ask('remotes.set_offline', { id, isOffline: true });
  await until(({ state }) => state === 'offline');
  const told = changed();
  await setup.app.ask('conflicts.settle', { which: { remoteId: id }, keep: 'theirs' });
  await told;
  await until(({ conflicts, mirrors }) => conflicts === 0 && mirrors[0]?.records === 2);
});

it('windows are told that records changed when somebody there was quick to change again what had just been told', async () => {
  await copy(1);
  const { promise: told, resolve: letAnswer } = Promise.withResolvers<void>();
  setup.desk.beforeAnswer = told;
  const { id: operation } = await assign('Mine');
  await expect.poll(() => setup.desk.asked.sends).toBe(1);
  setup.desk.put(1, { category: 'Theirs' });
  const isBeside = () =>
    readDatabase(setup.folder, (db) => db.prepare('SELECT count(beside) FROM mirror_records').pluck().get());
  await expect.poll(isBeside).toBe(1);
  const { pulls } = setup.desk.asked;
  await expect.poll(() => setup.desk.asked.pulls).toBeGreaterThan(pulls + 1);
  const known = changed();
  letAnswer();
  await setup.app.ended(operation);
  await known;
  expectEqual();
});
