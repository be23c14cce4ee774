import { mkdirSync, readFileSync, renameSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock, systemTimer, type Timer } from '../../../src-main/platform/clock.ts';
import { noRemotes } from '../../../src-main/remotes/remote.ts';
import { settleConflicts } from '../../../src-main/sql/mirror/conflicts.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import type { Remote } from '../../../src-shared/domain/remote.ts';
import {
  changeDatabase,
  everyTicket,
  insertTickets,
  makeTicket,
  readDatabase,
} from '../../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../../builders/workspace.ts';
import { type Desk, makeDesk } from '../../fakes/desk.ts';

/** What is done every few seconds comes after some milliseconds. */
const hasty: Timer = { set: (waitMs, ring) => systemTimer.set(Math.min(waitMs, 50), ring) };
let folder: string;
let desk: Desk;
let app: TestConsole;

beforeEach(async () => {
  folder = makeFolder();
  desk = makeDesk();
  app = await open();
});
afterEach(async () => {
  await app.close();
  expect(app.reports).toEqual([]);
  removeFolder(folder);
});

function open(): Promise<TestConsole> {
  return openTestConsole(folder, systemClock, hasty, noRemotes, desk.openRemote);
}

async function add(name = 'Desk'): Promise<number> {
  const { id } = await app.ask('remotes.add', {
    name,
    address: 'http://desk',
    token: desk.token,
    collections: ['tickets'],
  });
  return id;
}

/** Resolves with a remote when all there is stands here, and nothing is the matter. */
async function until(test: (remote: Remote) => boolean): Promise<Remote> {
  const passes = (remotes: Remote[]): Remote | undefined => remotes.find(test);
  const told = app.event('remotes.changed', ({ remotes }) => passes(remotes) !== undefined);
  const now = passes((await app.ask('remotes.list', {})).remotes);
  const found = now ?? passes((await told).remotes);
  if (!found) throw new Error('no remote passes');
  return found;
}

const isReady = ({ state }: Remote): boolean => state === 'ready';

interface Row {
  readonly key: string;
  readonly category: string | null;
  readonly status: string;
}

/** Live records here, by key; and there. */
function here(): Map<string, Row> {
  const rows = readDatabase(
    folder,
    (db) =>
      db
        .prepare(
          `SELECT external_id AS key, category, status FROM tickets WHERE source = 'Desk' AND deleted_at IS NULL`,
        )
        .all() as Row[],
  );
  return new Map(rows.map((row) => [row.key, row]));
}

function there(): Map<string, Row> {
  const rows = [...desk.records.values()].filter(({ isDeleted }) => !isDeleted);
  return new Map(
    rows.map(({ key, fields }) => [
      key,
      { key, category: fields['category'], status: fields['status'] } as Row,
    ]),
  );
}

function expectEqual(): void {
  expect(here()).toEqual(there());
}

async function assign(category: string, ids?: readonly number[]): Promise<Operation> {
  const selection = ids ? { mode: 'ids' as const, ids: [...ids] } : everyTicket;
  const draft = await app.ask('operations.plan', {
    action: 'update_category',
    collection: 'tickets',
    selection,
    input: { category },
  });
  return app.ask('operations.start', { id: draft.id });
}

function put(count: number): void {
  for (let key = 1; key <= count; key += 1) desk.put(key, {});
}

describe('a remote', () => {
  it('is pulled as a whole, then again and again, and says how far it is', async () => {
    put(1_200);
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
    desk.put(7, { category: 'Theirs' });
    desk.put(9_999, { category: 'New' });
    desk.remove(8);
    await app.event('records.changed', ({ collection }) => collection === 'tickets');
    expectEqual();
    desk.forgetCursors();
    desk.remove(9);
    await until(({ mirrors }) => mirrors[0]?.records === 1_199);
    expectEqual();
  });

  it('is found again at the next start, with its key, which is not in the database', async () => {
    put(3);
    await add();
    await until(isReady);
    await app.close();
    desk.put(1, { category: 'Meanwhile' });
    app = await open();
    await expect.poll(() => here().get('1')?.category).toBe('Meanwhile');
    const bytes = readFileSync(join(folder, 'bulkhead.db'), 'latin1');
    expect(bytes.includes(desk.token)).toBe(false);
  });

  it('whose key is damaged or cannot be read asks to sign in again, and goes on from there', async () => {
    put(3);
    const id = await add();
    await until(isReady);
    await app.close();
    const file = join(folder, 'secrets.json');
    writeFileSync(file, '{');
    app = await open();
    await until(({ state }) => state === 'signed_out');
    await app.ask('remotes.sign_in', { id, token: desk.token });
    await until(isReady);
    expect(readFileSync(join(folder, 'secrets.damaged.json'), 'utf8')).toBe('{');
    await app.close();

    renameSync(file, `${file}.kept`);
    mkdirSync(file);
    app = await open();
    await until(({ state }) => state === 'signed_out');
    expect(app.reports.splice(0)).toMatchObject([{ code: 'file_not_readable' }]);
    const signIn = app.ask('remotes.sign_in', { id, token: desk.token });
    await expect(signIn).rejects.toMatchObject({ code: 'file_not_readable' });
    rmdirSync(file);
    renameSync(`${file}.kept`, file);
    await app.ask('remotes.sign_in', { id, token: desk.token });
    await until(isReady);
  });

  it('has a name that is not the source of other records', async () => {
    changeDatabase(folder, (db) => insertTickets(db, [makeTicket(1, { source: 'desk' })]));
    await expect(add('Desk')).rejects.toMatchObject({ code: 'name_taken' });
    expect(await app.ask('remotes.list', {})).toEqual({ remotes: [] });
    expect((await add('Other desk')) > 0).toBe(true);
  });

  it('that does not take the key is not added; one that stops to take it asks to sign in again', async () => {
    put(3);
    const remote = { name: 'Desk', address: 'http://desk', collections: ['tickets' as const] };
    await expect(app.ask('remotes.add', { ...remote, token: 'wrong' })).rejects.toMatchObject({
      code: 'remote_signed_out',
    });
    const id = await add();
    await expect(app.ask('remotes.add', { ...remote, token: desk.token })).rejects.toMatchObject({
      code: 'name_taken',
    });
    await until(isReady);
    desk.token = 'key-2';
    desk.setDown(false);
    expect(await until(({ state }) => state === 'signed_out')).toMatchObject({
      message: 'It does not take the key.',
    });
    desk.put(1, { category: 'Later' });
    await expect(app.ask('remotes.sign_in', { id, token: 'key-1' })).rejects.toMatchObject({
      code: 'remote_signed_out',
    });
    await app.ask('remotes.sign_in', { id, token: 'key-2' });
    await until(isReady);
    expectEqual();
  });

  it('is forgotten when nothing waits for it, and its records stay', async () => {
    put(3);
    const id = await add();
    await until(isReady);
    await app.ask('remotes.set_offline', { id, isOffline: true });
    const { id: operation } = await assign('Mine');
    await until(({ waiting }) => waiting === 3);
    await expect(app.ask('remotes.remove', { id })).rejects.toMatchObject({ code: 'wrong_state' });
    await app.ask('remotes.set_offline', { id, isOffline: false });
    expect(await app.ended(operation)).toMatchObject({ state: 'completed' });
    await app.ask('remotes.remove', { id });
    expect(await app.ask('remotes.list', {})).toEqual({ remotes: [] });
    desk.put(1, { category: 'Later' });
    expect(here().get('1')).toMatchObject({ category: 'Mine' });
    const again = await add();
    expect(again).not.toBe(id);
    await until(isReady);
    expectEqual();
  });

  it('that could not be removed after all stays, is pulled anew, and is told', async () => {
    put(3);
    const id = await add();
    await until(isReady);
    changeDatabase(folder, (db) =>
      db.exec(`CREATE TRIGGER refuse BEFORE DELETE ON remotes BEGIN SELECT RAISE(ABORT, 'no'); END`),
    );
    await expect(app.ask('remotes.remove', { id })).rejects.toMatchObject({ code: 'storage_error' });
    expect(app.reports.splice(0)).toEqual([expect.objectContaining({ code: 'storage_error' })]);
    changeDatabase(folder, (db) => db.exec('DROP TRIGGER refuse'));
    desk.put(4, {});
    await until((remote) => isReady(remote) && remote.mirrors[0]?.records === 4);
    const { id: operation } = await assign('Mine');
    expect(await app.ended(operation)).toMatchObject({ state: 'completed', delivery: { confirmed: 4 } });
    expectEqual();
  });
});

describe('offline', () => {
  it('work goes on, changes wait; back online what changed there is known first, and conflicts are shown and settled', async () => {
    put(60);
    const id = await add();
    await until(isReady);
    await app.ask('remotes.set_offline', { id, isOffline: true });
    const before = structuredClone(desk.asked);
    const { id: operation } = await assign('Mine');
    await until(({ state, waiting }) => state === 'offline' && waiting === 60);
    for (let key = 1; key <= 5; key += 1) desk.put(key, { category: 'Theirs' });
    desk.put(6, { category: 'Mine', status: 'solved' });
    desk.remove(7);
    expect(desk.asked).toEqual(before);
    const { promise: pulled, resolve: letPull } = Promise.withResolvers<void>();
    desk.beforePull = pulled;
    const waiting = app.event(
      'operation.updated',
      ({ operation: { id: told }, progress }) =>
        told === operation && progress?.waiting?.reason === 'pulling',
    );
    await app.ask('remotes.set_offline', { id, isOffline: false });
    await waiting;
    letPull();
    expect(await app.ended(operation)).toMatchObject({
      state: 'partial',
      delivery: { confirmed: 54, conflict: 6 },
    });
    // What was known to be in conflict, or to stand there as wanted, was not even sent.
    expect(desk.asked.sends - before.sends).toBe(53);
    const { conflicts, total } = await app.ask('conflicts.list', { operationId: operation, limit: 3 });
    expect([conflicts.length, total]).toEqual([3, 6]);
    const { items } = await app.ask('operations.items', { id: operation, limit: 100 });
    const told = new Map(items.map(({ recordKey, delivery }) => [recordKey, delivery?.state]));
    expect(['5', '6', '7', '8'].map((key) => told.get(key))).toEqual([
      'conflict',
      'confirmed',
      'conflict',
      'confirmed',
    ]);

    const ids = conflicts.slice(0, 2).map((conflict) => conflict.id);
    expect(await app.ask('conflicts.settle', { which: { ids }, keep: 'theirs' })).toEqual({
      settled: 2,
      operation: null,
    });
    expect(conflicts.slice(0, 2).map(({ recordKey }) => here().get(recordKey))).toEqual(
      conflicts.slice(0, 2).map(({ recordKey }) => there().get(recordKey)),
    );
    const kept = await app.ask('conflicts.settle', { which: { remoteId: id }, keep: 'mine' });
    expect(kept).toMatchObject({ settled: 4, operation: { retryOf: operation } });
    const again = await app.ended(kept.operation?.id ?? 0);
    // One of them was deleted there.
    expect(again).toMatchObject({ state: 'completed', delivery: { confirmed: 3 } });
    await until(({ conflicts: left, waiting }) => left === 0 && waiting === 0);
    expectEqual();

    const undo = await app.ask('operations.undo', { id: operation });
    expect(await app.run(undo)).toMatchObject({ state: 'completed' });
    expectEqual();
    expect(await app.ask('history.verify', {})).toMatchObject({ problems: [] });
  });

  it('by failure goes the same way, over a restart', async () => {
    put(20);
    await add();
    await until(isReady);
    desk.setDown(true);
    await until(({ state }) => state === 'unreachable');
    const { id: operation } = await assign('Mine');
    await until(({ waiting }) => waiting === 20);
    desk.put(1, { category: 'Theirs' });
    await app.close();
    app = await open();
    await until(({ state, waiting }) => state === 'unreachable' && waiting === 20);
    expect(desk.asked.sends).toBe(0);
    desk.setDown(false);
    expect(await app.ended(operation)).toMatchObject({
      state: 'partial',
      delivery: { confirmed: 19, conflict: 1 },
    });
    expect(desk.asked.sends).toBe(19);
  });
});

it('what is refused there stands here as it stands there', async () => {
  put(4);
  await add();
  await until(isReady);
  desk.refusals.set('2', 'closed');
  const { id } = await assign('Mine');
  expect(await app.ended(id)).toMatchObject({ state: 'partial', delivery: { confirmed: 3, refused: 1 } });
  await expect.poll(() => here().get('2')?.category).toBeNull();
  expectEqual();
  desk.refusals.clear();
  const retry = await app.ask('operations.retry', { id });
  expect(retry.tallies).toEqual([{ state: 'planned', reason: null, count: 1 }]);
  await app.ask('operations.start', { id: retry.id });
  expect(await app.ended(retry.id)).toMatchObject({ state: 'completed', delivery: { confirmed: 1 } });
  expect(desk.records.get('2')?.fields['category']).toBe('Mine');
  expectEqual();
});

it('an operation tells how many of its own conflicts are undecided, also when they are decided', async () => {
  put(4);
  const id = await add();
  await until(isReady);
  await app.ask('remotes.set_offline', { id, isOffline: true });
  const { id: one } = await assign('One', [1, 2]);
  const { id: other } = await assign('Other', [3]);
  await until(({ waiting }) => waiting === 3);
  for (const key of [1, 2, 3]) desk.put(key, { category: 'Theirs' });
  await app.ask('remotes.set_offline', { id, isOffline: false });
  expect(await app.ended(one)).toMatchObject({ delivery: { conflict: 2 }, undecided: 2 });
  expect(await app.ended(other)).toMatchObject({ delivery: { conflict: 1 }, undecided: 1 });

  const told = app.event('operation.updated', ({ operation }) => operation.id === one);
  await app.ask('conflicts.settle', { which: { operationId: one }, keep: 'theirs' });
  expect((await told).operation).toMatchObject({ delivery: { conflict: 2 }, undecided: 0 });
  expect(await app.ask('operations.get', { id: other })).toMatchObject({ undecided: 1 });
});

it('a change that is kept after a conflict is made again though the console ended in between', async () => {
  put(3);
  const id = await add();
  await until(isReady);
  await app.ask('remotes.set_offline', { id, isOffline: true });
  const { id: operation } = await assign('Mine');
  await until(({ waiting }) => waiting === 3);
  desk.put(2, { category: 'Theirs' });
  await app.ask('remotes.set_offline', { id, isOffline: false });
  expect(await app.ended(operation)).toMatchObject({ delivery: { confirmed: 2, conflict: 1 } });
  await app.close();
  changeDatabase(folder, (db) => {
    const settled = { which: { remoteId: id }, keep: 'mine', after: 0, limit: 9, nowMs: 1 } as const;
    expect(settleConflicts(db, settled)).toEqual({ settled: 1, operationIds: [operation], next: null });
  });
  app = await open();
  await expect.poll(() => desk.records.get('2')?.fields['category']).toBe('Mine');
  await until(({ waiting, state }) => waiting === 0 && state === 'ready');
  expectEqual();
});

it('a kept change that is refused keeps nobody out: it is told of and tried again', async () => {
  put(3);
  const id = await add();
  await until(isReady);
  await app.ask('remotes.set_offline', { id, isOffline: true });
  const { id: operation } = await assign('Mine');
  await until(({ waiting }) => waiting === 3);
  desk.put(2, { category: 'Theirs' });
  await app.ask('remotes.set_offline', { id, isOffline: false });
  expect(await app.ended(operation)).toMatchObject({ delivery: { confirmed: 2, conflict: 1 } });
  const rate = { count: 1, perMs: 3_600_000 };
  const limit = { collection: 'tickets', action: 'update_category', maxRecords: null, rate } as const;
  await app.ask('settings.update', { limits: [limit] });
  const settled = app.ask('conflicts.settle', { which: { remoteId: id }, keep: 'mine' });
  await expect(settled).rejects.toMatchObject({ code: 'rate_limited' });
  const isTold = ({ message }: Remote): boolean => message?.includes('1 change that was kept') === true;
  expect(await until(isTold)).toMatchObject({ state: 'ready', conflicts: 0 });
  await app.close();
  app = await open();
  await until(isTold);
  await app.ask('settings.update', { limits: [] });
  await until((remote) => isReady(remote) && remote.message === null);
  await expect.poll(() => desk.records.get('2')?.fields['category']).toBe('Mine');
  const drafts = readDatabase(folder, (db) => db.prepare(`SELECT count(*) FROM operations`).pluck().get());
  expect(drafts).toBe(2);
  await until(({ waiting }) => waiting === 0);
  expectEqual();
});

it('an undo that met changes of theirs is kept by making it again on top of them', async () => {
  put(3);
  const id = await add();
  await until(isReady);
  const { id: operation } = await assign('Mine');
  await app.ended(operation);
  await app.ask('remotes.set_offline', { id, isOffline: true });
  const undo = await app.ask('operations.undo', { id: operation });
  await app.ask('operations.start', { id: undo.id });
  await until(({ waiting }) => waiting === 3);
  desk.put(2, { category: 'Theirs', status: 'solved' });
  await app.ask('remotes.set_offline', { id, isOffline: false });
  expect(await app.ended(undo.id)).toMatchObject({ delivery: { confirmed: 2, conflict: 1 } });
  const kept = await app.ask('conflicts.settle', { which: { operationId: undo.id }, keep: 'mine' });
  expect(await app.ended(kept.operation?.id ?? 0)).toMatchObject({ state: 'completed' });
  await until(({ waiting }) => waiting === 0);
  expectEqual();
  expect(desk.records.get('2')?.fields).toMatchObject({ category: null, status: 'solved' });
});

it('a backup that is put back takes up the copy where it stood then, and catches up', async () => {
  put(5);
  await add();
  await until(isReady);
  const { name } = await app.ask('backups.create', {});
  await app.ended((await assign('Mine')).id);
  desk.put(6, {});
  await expect.poll(() => here().size).toBe(6);
  await app.ask('backups.restore', { name });
  desk.put(1, { category: 'After' });
  await expect.poll(() => here().get('1')?.category).toBe('After');
  await until(isReady);
  expectEqual();
});
