import { mkdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { BulkheadError } from '../../../src-shared/contract/errors.ts';
import { isFinal, type Operation } from '../../../src-shared/domain/operation.ts';
import { holdCall } from '../../builders/held-calls.ts';
import { changeDatabase, readDatabase } from '../../builders/tickets.ts';
import { useCopiedDesk } from './copied-desk.ts';

const setup = useCopiedDesk();
const { add, copy, until, assign, expectEqual } = setup;

/** Resolves with an operation that has ended or stopped. */
async function atRest(id: number): Promise<Operation> {
  const isAtRest = ({ state }: Operation): boolean => isFinal(state) || state === 'paused';
  const told = setup.app.event(
    'operation.updated',
    ({ operation }) => operation.id === id && isAtRest(operation),
  );
  const now = await setup.app.ask('operations.get', { id });
  return isAtRest(now) ? now : (await told).operation;
}

const codesReported = (): string[] =>
  setup.app.reports.splice(0).map((error) => (error as BulkheadError).code);

it('a remote that is being removed is told of nothing more: what changes meanwhile is done, and nothing waits', async () => {
  await setup.app.close();
  const forgetting = holdCall('call', 'forgetRemoved', 3);
  await setup.reopen();
  const id = await copy(3);
  const removed = setup.app.ask('remotes.remove', { id });
  await forgetting.held;
  const { id: operation } = await assign('Mine');
  expect(await atRest(operation)).toMatchObject({ state: 'completed', delivery: null, stoppedBy: null });
  forgetting.release();
  await removed;
  expect(await setup.app.ask('remotes.list', {})).toEqual({ remotes: [] });
  expect(setup.desk.asked.sends).toBe(0);
});

it('a pull that finds its remote removed before anybody heard of that is no fault', async () => {
  await setup.app.close();
  const removing = holdCall('answer', 'removeRemote');
  let isRemoved = false;
  const pulling = holdCall('answer', 'getMirrorState', 1, () => isRemoved);
  await setup.reopen();
  const id = await copy(3);
  const removed = setup.app.ask('remotes.remove', { id });
  await removing.held;
  isRemoved = true;
  await pulling.held;
  pulling.release();
  removing.release();
  await removed;
  expect(await setup.app.ask('remotes.list', {})).toEqual({ remotes: [] });
  expect(codesReported()).toEqual([]);
});

it('a remote that was removed is none any more though its copy cannot be forgotten; that is at the next start, or before it is added again', async () => {
  const before = await copy(3);
  changeDatabase(setup.folder, (db) =>
    db.exec(`CREATE TRIGGER refuse BEFORE DELETE ON remotes BEGIN SELECT RAISE(ABORT, 'no'); END`),
  );
  await setup.app.ask('remotes.remove', { id: before });
  expect(codesReported()).toEqual(['storage_error']);
  expect(await setup.app.ask('remotes.list', {})).toEqual({ remotes: [] });
  await setup.app.close();
  await setup.reopen();
  expect(await setup.app.ask('remotes.list', {})).toEqual({ remotes: [] });
  await expect(add()).rejects.toMatchObject({ code: 'storage_error' });
  expect(codesReported()).toEqual(['storage_error', 'storage_error']);
  changeDatabase(setup.folder, (db) => db.exec('DROP TRIGGER refuse'));
  const after = await add();
  await until(({ id, state }) => id === after && state === 'ready');
  expectEqual();
});

it('a remote that was removed is none any more, here and in windows, though its key cannot be forgotten', async () => {
  const id = await copy(3);
  const file = join(setup.folder, 'secrets.json');
  rmSync(file);
  mkdirSync(file);
  const told = setup.app.event('remotes.changed', ({ remotes }) => remotes.length === 0);
  await expect(setup.app.ask('remotes.remove', { id })).rejects.toMatchObject({ code: 'file_not_readable' });
  await told;
  const noted = readDatabase(setup.folder, (db) =>
    db.prepare('SELECT count(*) FROM mirror_records').pluck().get(),
  );
  expect(noted).toBe(0);
});

it('a remote whose key cannot be kept is not added, and can be when it can', async () => {
  const file = join(setup.folder, 'secrets.json');
  mkdirSync(file);
  await expect(add()).rejects.toMatchObject({ code: 'file_not_readable' });
  expect(await setup.app.ask('remotes.list', {})).toEqual({ remotes: [] });
  rmdirSync(file);
  await add();
  await until(({ state }) => state === 'ready');
});

it('a remote that is removed was told all: an operation that found that out late is done', async () => {
  await setup.app.close();
  const looking = holdCall('answer', 'listOpenRemotes');
  await setup.reopen();
  const id = await copy(3);
  const told = Promise.withResolvers<void>();
  setup.desk.beforeAnswer = told.promise;
  const { id: operation } = await assign('Mine');
  await looking.held;
  told.resolve();
  await expect.poll(async () => (await setup.app.ask('remotes.list', {})).remotes[0]?.waiting).toBe(0);
  await setup.app.ask('remotes.remove', { id });
  looking.release();
  expect(await atRest(operation)).toMatchObject({ state: 'completed', delivery: { confirmed: 3 } });
});

it('a key that is entered while the remote is removed is not kept', async () => {
  const id = await copy(3);
  const asked = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<void>();
  setup.desk.beforeConnect = () => {
    asked.resolve();
    return answered.promise;
  };
  const signedIn = setup.app.ask('remotes.sign_in', { id, token: setup.desk.token });
  await asked.promise;
  await setup.app.ask('remotes.remove', { id });
  answered.resolve();
  await expect(signedIn).rejects.toMatchObject({ code: 'not_found' });
  expect(readFileSync(join(setup.folder, 'secrets.json'), 'utf8')).not.toContain('http://desk');
});
