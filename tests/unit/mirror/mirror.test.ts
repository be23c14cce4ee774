import { mkdirSync, readFileSync, renameSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { settleConflicts } from '../../../src-main/sql/mirror/conflicts.ts';
import type { Remote } from '../../../src-shared/domain/remote.ts';
import { changeDatabase, insertTickets, makeTicket, readDatabase } from '../../builders/tickets.ts';
import { isReady, useCopiedDesk } from './copied-desk.ts';

const setup = useCopiedDesk();
const { add, fill, copy, until, assign, conflict, here, there, expectEqual } = setup;

describe('a remote', () => {
  it('is pulled as a whole, then again and again, and says how far it is', async () => {
    fill(1_200);
    const id = await add();
    expect(await until(isReady)).toMatchObject({
      id,
      name: 'Desk',
      user: 'mina',
      role: 'agent',
      isOffline: false,
      message: null,
      waiting: 0,
      conflicts: 0,
      mirrors: [{ collection: 'tickets', records: 1_200, pulled: null }],
    });
    expectEqual();
    setup.desk.put(7, { category: 'Theirs' });
    setup.desk.put(9_999, { category: 'New' });
    setup.desk.remove(8);
    await setup.app.event('records.changed', ({ collection }) => collection === 'tickets');
    expectEqual();
    setup.desk.forgetCursors();
    setup.desk.remove(9);
    await until(({ mirrors }) => mirrors[0]?.records === 1_199);
    expectEqual();
  });

  it('is found again at the next start, with its key, which is not in the database', async () => {
    await copy(3);
    await setup.app.close();
    setup.desk.put(1, { category: 'Meanwhile' });
    await setup.reopen();
    await expect.poll(() => here().get('1')?.category).toBe('Meanwhile');
    const bytes = readFileSync(join(setup.folder, 'bulkhead.db'), 'latin1');
    expect(bytes.includes(setup.desk.token)).toBe(false);
  });

  it('whose key is damaged or cannot be read asks to sign in again, and goes on from there', async () => {
    const id = await copy(3);
    await setup.app.close();
    const file = join(setup.folder, 'secrets.json');
    writeFileSync(file, '{');
    await setup.reopen();
    await until(({ state }) => state === 'signed_out');
    await setup.app.ask('remotes.sign_in', { id, token: setup.desk.token });
    await until(isReady);
    expect(readFileSync(join(setup.folder, 'secrets.damaged.json'), 'utf8')).toBe('{');
    await setup.app.close();

    renameSync(file, `${file}.kept`);
    mkdirSync(file);
    await setup.reopen();
    await until(({ state }) => state === 'signed_out');
    expect(setup.app.reports.splice(0)).toMatchObject([{ code: 'file_not_readable' }]);
    const signIn = setup.app.ask('remotes.sign_in', { id, token: setup.desk.token });
    await expect(signIn).rejects.toMatchObject({ code: 'file_not_readable' });
    rmdirSync(file);
    renameSync(`${file}.kept`, file);
    await setup.app.ask('remotes.sign_in', { id, token: setup.desk.token });
    await until(isReady);
  });

  it('has a name that is not the source of other records', async () => {
    changeDatabase(setup.folder, (db) => insertTickets(db, [makeTicket(1, { source: 'desk' })]));
    await expect(add('Desk')).rejects.toMatchObject({ code: 'name_taken' });
    expect(await setup.app.ask('remotes.list', {})).toEqual({ remotes: [] });
    expect((await add('Other desk')) > 0).toBe(true);
  });

  it('that does not take the key is not added; one that stops to take it asks to sign in again', async () => {
    fill(3);
    const remote = { name: 'Desk', address: 'http://desk', collections: ['tickets' as const] };
    await expect(setup.app.ask('remotes.add', { ...remote, token: 'wrong' })).rejects.toMatchObject({
      code: 'remote_signed_out',
    });
    const id = await add();
    await expect(setup.app.ask('remotes.add', { ...remote, token: setup.desk.token })).rejects.toMatchObject({
      code: 'name_taken',
    });
    await until(isReady);
    setup.desk.token = 'key-2';
    setup.desk.setDown(false);
    expect(await until(({ state }) => state === 'signed_out')).toMatchObject({
      message: 'It does not take the key.',
    });
    setup.desk.put(1, { category: 'Later' });
    await expect(setup.app.ask('remotes.sign_in', { id, token: 'key-1' })).rejects.toMatchObject({
      code: 'remote_signed_out',
    });
    await setup.app.ask('remotes.sign_in', { id, token: 'key-2' });
    await until(isReady);
    expectEqual();
  });

  it('is forgotten when nothing waits for it, and its records stay', async () => {
    const id = await copy(3);
    await setup.app.ask('remotes.set_offline', { id, isOffline: true });
    const { id: operation } = await assign('Mine');
    await until(({ waiting }) => waiting === 3);
    await expect(setup.app.ask('remotes.remove', { id })).rejects.toMatchObject({ code: 'wrong_state' });
    await setup.app.ask('remotes.set_offline', { id, isOffline: false });
    expect(await setup.app.ended(operation)).toMatchObject({ state: 'completed' });
    await setup.app.ask('remotes.remove', { id });
    expect(await setup.app.ask('remotes.list', {})).toEqual({ remotes: [] });
    setup.desk.put(1, { category: 'Later' });
    expect(here().get('1')).toMatchObject({ category: 'Mine' });
    const again = await add();
    expect(again).not.toBe(id);
    await until(isReady);
    expectEqual();
  });

  it('that could not be removed after all stays, is pulled anew, and is told', async () => {
    const id = await copy(3);
    changeDatabase(setup.folder, (db) =>
      db.exec(`CREATE TRIGGER refuse BEFORE DELETE ON remotes BEGIN SELECT RAISE(ABORT, 'no'); END`),
    );
    await expect(setup.app.ask('remotes.remove', { id })).rejects.toMatchObject({ code: 'storage_error' });
    expect(setup.app.reports.splice(0)).toEqual([expect.objectContaining({ code: 'storage_error' })]);
    changeDatabase(setup.folder, (db) => db.exec('DROP TRIGGER refuse'));
    setup.desk.put(4, {});
    await until((remote) => isReady(remote) && remote.mirrors[0]?.records === 4);
    const { id: operation } = await assign('Mine');
    expect(await setup.app.ended(operation)).toMatchObject({
      state: 'completed',
      delivery: { confirmed: 4 },
    });
    expectEqual();
  });
});

describe('offline', () => {
  it('work goes on, changes wait; back online what changed there is known first, and conflicts are shown and settled', async () => {
    const id = await copy(60);
    await setup.app.ask('remotes.set_offline', { id, isOffline: true });
    const before = structuredClone(setup.desk.asked);
    const { id: operation } = await assign('Mine');
    await until(({ state, waiting }) => state === 'offline' && waiting === 60);
    for (let key = 1; key <= 5; key += 1) setup.desk.put(key, { category: 'Theirs' });
    setup.desk.put(6, { category: 'Mine', status: 'solved' });
    setup.desk.remove(7);
    expect(setup.desk.asked).toEqual(before);
    const { promise: pulled, resolve: letPull } = Promise.withResolvers<void>();
    setup.desk.beforePull = pulled;
    const waiting = setup.app.event(
      'operation.updated',
      ({ operation: { id: told }, progress }) =>
        told === operation && progress?.waiting?.reason === 'pulling',
    );
    await setup.app.ask('remotes.set_offline', { id, isOffline: false });
    await waiting;
    letPull();
    expect(await setup.app.ended(operation)).toMatchObject({
      state: 'partial',
      delivery: { confirmed: 54, conflict: 6 },
    });
    // What was known to be in conflict, or to stand there as wanted, was not even sent.
    expect(setup.desk.asked.sends - before.sends).toBe(53);
    const { conflicts, total } = await setup.app.ask('conflicts.list', { operationId: operation, limit: 3 });
    expect([conflicts.length, total]).toEqual([3, 6]);
    const { items } = await setup.app.ask('operations.items', { id: operation, limit: 100 });
    const told = new Map(items.map(({ recordKey, delivery }) => [recordKey, delivery?.state]));
    expect(['5', '6', '7', '8'].map((key) => told.get(key))).toEqual([
      'conflict',
      'confirmed',
      'conflict',
      'confirmed',
    ]);

    const ids = conflicts.slice(0, 2).map((conflict) => conflict.id);
    expect(await setup.app.ask('conflicts.settle', { which: { ids }, keep: 'theirs' })).toEqual({
      settled: 2,
      operation: null,
    });
    expect(conflicts.slice(0, 2).map(({ recordKey }) => here().get(recordKey))).toEqual(
      conflicts.slice(0, 2).map(({ recordKey }) => there().get(recordKey)),
    );
    const kept = await setup.app.ask('conflicts.settle', { which: { remoteId: id }, keep: 'mine' });
    expect(kept).toMatchObject({ settled: 4, operation: { retryOf: operation } });
    const again = await setup.app.ended(kept.operation?.id ?? 0);
    // One of them was deleted there.
    expect(again).toMatchObject({ state: 'completed', delivery: { confirmed: 3 } });
    await until(({ conflicts: left, waiting }) => left === 0 && waiting === 0);
    expectEqual();

    const undo = await setup.app.ask('operations.undo', { id: operation });
    expect(await setup.app.run(undo)).toMatchObject({ state: 'completed' });
    expectEqual();
    expect(await setup.app.ask('history.verify', {})).toMatchObject({ problems: [] });
  });

  it('by failure goes the same way, over a restart', async () => {
    await copy(20);
    setup.desk.setDown(true);
    await until(({ state }) => state === 'unreachable');
    const { id: operation } = await assign('Mine');
    await until(({ waiting }) => waiting === 20);
    setup.desk.put(1, { category: 'Theirs' });
    await setup.app.close();
    await setup.reopen();
    await until(({ state, waiting }) => state === 'unreachable' && waiting === 20);
    expect(setup.desk.asked.sends).toBe(0);
    setup.desk.setDown(false);
    expect(await setup.app.ended(operation)).toMatchObject({
      state: 'partial',
      delivery: { confirmed: 19, conflict: 1 },
    });
    expect(setup.desk.asked.sends).toBe(19);
  });
});

it('what is refused there stands here as it stands there', async () => {
  await copy(4);
  setup.desk.refusals.set('2', 'closed');
  const { id } = await assign('Mine');
  expect(await setup.app.ended(id)).toMatchObject({
    state: 'partial',
    delivery: { confirmed: 3, refused: 1 },
  });
  await expect.poll(() => here().get('2')?.category).toBeNull();
  expectEqual();
  setup.desk.refusals.clear();
  const retry = await setup.app.ask('operations.retry', { id });
  expect(retry.tallies).toEqual([{ state: 'planned', reason: null, count: 1 }]);
  await setup.app.ask('operations.start', { id: retry.id });
  expect(await setup.app.ended(retry.id)).toMatchObject({ state: 'completed', delivery: { confirmed: 1 } });
  expect(setup.desk.records.get('2')?.fields['category']).toBe('Mine');
  expectEqual();
});

it('an operation tells how many of its own conflicts are undecided, also when they are decided', async () => {
  const id = await copy(4);
  await setup.app.ask('remotes.set_offline', { id, isOffline: true });
  const { id: one } = await assign('One', [1, 2]);
  const { id: other } = await assign('Other', [3]);
  await until(({ waiting }) => waiting === 3);
  for (const key of [1, 2, 3]) setup.desk.put(key, { category: 'Theirs' });
  await setup.app.ask('remotes.set_offline', { id, isOffline: false });
  expect(await setup.app.ended(one)).toMatchObject({ delivery: { conflict: 2 }, undecided: 2 });
  expect(await setup.app.ended(other)).toMatchObject({ delivery: { conflict: 1 }, undecided: 1 });

  const told = setup.app.event('operation.updated', ({ operation }) => operation.id === one);
  await setup.app.ask('conflicts.settle', { which: { operationId: one }, keep: 'theirs' });
  expect((await told).operation).toMatchObject({ delivery: { conflict: 2 }, undecided: 0 });
  expect(await setup.app.ask('operations.get', { id: other })).toMatchObject({ undecided: 1 });
});

it('a change that is kept after a conflict is made again though the console ended in between', async () => {
  const { id, operation } = await conflict();
  await setup.app.close();
  changeDatabase(setup.folder, (db) => {
    const settled = { which: { remoteId: id }, keep: 'mine', after: 0, limit: 9, nowMs: 1 } as const;
    expect(settleConflicts(db, settled)).toEqual({ settled: 1, operationIds: [operation], next: null });
  });
  await setup.reopen();
  await expect.poll(() => setup.desk.records.get('2')?.fields['category']).toBe('Mine');
  await until(({ waiting, state }) => waiting === 0 && state === 'ready');
  expectEqual();
});

it('a kept change that is refused keeps nobody out: it is told of and tried again', async () => {
  const { id } = await conflict();
  const rate = { count: 1, perMs: 3_600_000 };
  const limit = { collection: 'tickets', action: 'update_category', maxRecords: null, rate } as const;
  await setup.app.ask('settings.update', { limits: [limit] });
  const settled = setup.app.ask('conflicts.settle', { which: { remoteId: id }, keep: 'mine' });
  await expect(settled).rejects.toMatchObject({ code: 'rate_limited' });
  const isTold = ({ message }: Remote): boolean => message?.includes('1 change that was kept') === true;
  expect(await until(isTold)).toMatchObject({ state: 'ready', conflicts: 0 });
  await setup.app.close();
  await setup.reopen();
  await until(isTold);
  await setup.app.ask('settings.update', { limits: [] });
  await until((remote) => isReady(remote) && remote.message === null);
  await expect.poll(() => setup.desk.records.get('2')?.fields['category']).toBe('Mine');
  const drafts = readDatabase(setup.folder, (db) =>
    db.prepare(`SELECT count(*) FROM operations`).pluck().get(),
  );
  expect(drafts).toBe(2);
  await until(({ waiting }) => waiting === 0);
  expectEqual();
});

it('an undo that met changes of theirs is kept by making it again on top of them', async () => {
  const id = await copy(3);
  const { id: operation } = await assign('Mine');
  await setup.app.ended(operation);
  await setup.app.ask('remotes.set_offline', { id, isOffline: true });
  const undo = await setup.app.ask('operations.undo', { id: operation });
  await setup.app.ask('operations.start', { id: undo.id });
  await until(({ waiting }) => waiting === 3);
  setup.desk.put(2, { category: 'Theirs', status: 'solved' });
  await setup.app.ask('remotes.set_offline', { id, isOffline: false });
  expect(await setup.app.ended(undo.id)).toMatchObject({ delivery: { confirmed: 2, conflict: 1 } });
  const kept = await setup.app.ask('conflicts.settle', { which: { operationId: undo.id }, keep: 'mine' });
  expect(await setup.app.ended(kept.operation?.id ?? 0)).toMatchObject({ state: 'completed' });
  await until(({ waiting }) => waiting === 0);
  expectEqual();
  expect(setup.desk.records.get('2')?.fields).toMatchObject({ category: null, status: 'solved' });
});

it('a backup that is put back takes up the copy where it stood then, and catches up', async () => {
  await copy(5);
  const { name } = await setup.app.ask('backups.create', {});
  await setup.app.ended((await assign('Mine')).id);
  setup.desk.put(6, {});
  await expect.poll(() => here().size).toBe(6);
  await setup.app.ask('backups.restore', { name });
  setup.desk.put(1, { category: 'After' });
  await expect.poll(() => here().get('1')?.category).toBe('After');
  await until(isReady);
  expectEqual();
});
