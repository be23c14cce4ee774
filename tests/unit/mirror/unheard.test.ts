import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type DeadlyCalls, killThreadsAt } from '../../builders/deadly-calls.ts';
import { useCopiedDesk } from './copied-desk.ts';

/** The method of the writer of which it dies once, with what it was asked done, before anybody heard of it. */
let deadly = '';
let calls: DeadlyCalls;
// Before the console is opened, so that its threads are watched.
beforeEach(() => {
  calls = killThreadsAt(({ method }) => {
    const isDeadly = method === deadly;
    if (isDeadly) deadly = '';
    return isDeadly && 'answer';
  });
});
const setup = useCopiedDesk();
const { add, copy, until, assign, expectEqual } = setup;
afterEach(() => calls.stop());

/** That the thread died, and whoever else had asked it. */
function expectDeath(): void {
  expect(deadly).toBe('');
  for (const report of setup.app.reports.splice(0)) expect(report).toMatchObject({ code: 'worker_lost' });
}

it('a remote of which nobody heard that it was added is there all the same, with its key', async () => {
  setup.fill(3);
  deadly = 'insertRemote';
  const id = await add();
  await until((remote) => remote.id === id && remote.state === 'ready');
  expectDeath();
  expectEqual();
});

it('one of which nobody heard that it was removed is none any more, and its key is forgotten', async () => {
  const id = await copy(3);
  deadly = 'removeRemote';
  await setup.app.ask('remotes.remove', { id });
  expectDeath();
  expect(await setup.app.ask('remotes.list', {})).toEqual({ remotes: [] });
  expect(readFileSync(join(setup.folder, 'secrets.json'), 'utf8')).not.toContain('http://desk');
});

it('one of which nobody heard that it is offline by choice is told nothing', async () => {
  const id = await copy(3);
  deadly = 'updateRemote';
  await setup.app.ask('remotes.set_offline', { id, isOffline: true });
  expectDeath();
  await assign('Mine');
  await until(({ waiting, state }) => waiting === 3 && state === 'offline');
  expect(setup.desk.asked.sends).toBe(0);
});

it('one of which nobody heard that it was signed in to again is told in the new name', async () => {
  const id = await copy(3);
  deadly = 'signInRemote';
  await setup.app.ask('remotes.sign_in', { id, token: setup.desk.token });
  expectDeath();
  await assign('Mine');
  await until(({ waiting, state }) => waiting === 0 && state === 'ready');
  expectEqual();
});
