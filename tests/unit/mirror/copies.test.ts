import { mkdirSync, readFileSync, renameSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import { changeDatabase, insertTickets, makeTicket } from '../../builders/tickets.ts';
import { isReady, useCopiedDesk } from './copied-desk.ts';

const setup = useCopiedDesk();
const { add, fill, copy, until, assign, here, expectEqual } = setup;

describe('a remote', () => {
  it('that is added again takes away what was purged there meanwhile, and nothing else', async () => {
    const id = await copy(3);
    changeDatabase(setup.folder, (db) => {
      insertTickets(db, [makeTicket(77, { source: 'mail', external_id: '2' })]);
      db.exec(`UPDATE tickets SET import_operation_id = 1, import_seq = 1 WHERE id = 3`);
    });
    await setup.app.ask('remotes.remove', { id });
    for (const key of [2, 3]) setup.desk.purge(key);
    await add();
    await until(isReady);
    await expect.poll(() => [...here().keys()]).toEqual(['1', '3']);
    const left = await setup.app.ask('records.count', { collection: 'tickets', filter: {} });
    expect(left).toMatchObject({ count: 3 });
  });

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
    // The copying before may tell of its last records only now, so that the first word of a change need not be of these.
    await expect.poll(() => here().get('7')?.category).toBe('Theirs');
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

  it('has its records counted again only when some have changed', async () => {
    await setup.app.close();
    let counts = 0;
    let asked = 0;
    const watch = (worker: Worker): void => {
      const post = worker.postMessage.bind(worker);
      worker.postMessage = (message: { method: string }, ...rest) => {
        if (message.method === 'countMirrored') counts += 1;
        if (message.method === 'listRemotes') asked += 1;
        post(message, ...rest);
      };
    };
    process.on('worker', watch);
    onTestFinished(() => void process.off('worker', watch));
    await setup.reopen();
    fill(10);
    const copied = setup.app.event('records.changed', () => true);
    await add();
    // That records were copied is told once more than they are seen.
    await copied;
    await until(({ state, mirrors }) => state === 'ready' && mirrors[0]?.records === 10);
    const [before, later] = [counts, asked + 5];
    expect(before).toBeGreaterThan(0);
    await expect.poll(() => asked).toBeGreaterThan(later);
    expect(counts).toBe(before);
    setup.desk.put(11, {});
    await until(({ mirrors }) => mirrors[0]?.records === 11);
    const { id } = await setup.app.ask('operations.plan', {
      action: 'delete',
      collection: 'tickets',
      selection: { mode: 'ids', ids: [1, 2] },
      input: {},
    });
    await setup.app.ask('operations.start', { id });
    await until(({ mirrors }) => mirrors[0]?.records === 9);
    expect(here().size).toBe(9);
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
});

it('a backup that is put back takes up the copy where it stood then, and catches up', async () => {
  await copy(5);
  const { name } = await setup.app.ask('backups.create', {});
  await setup.app.ended((await assign('Mine')).id);
  setup.desk.put(6, {});
  await expect.poll(() => here().size).toBe(6);
  setup.desk.setDown(true);
  await setup.app.ask('backups.restore', { name });
  await until(({ mirrors }) => mirrors[0]?.records === 5);
  setup.desk.setDown(false);
  setup.desk.put(1, { category: 'After' });
  await expect.poll(() => here().get('1')?.category).toBe('After');
  await until(isReady);
  expectEqual();
});

it('pages that lead in a circle are not followed for ever, and that is said', async () => {
  await copy(3);
  await setup.app.close();
  const { openRemote } = setup.desk;
  let pages = 0;
  const inCircles: typeof openRemote = (options) => ({
    ...openRemote(options),
    pull: async () => {
      pages += 1;
      return { records: [], cursor: `c${pages % 3}`, isEnd: false };
    },
  });
  Object.assign(setup.desk, { openRemote: inCircles });
  await setup.reopen();
  await until(({ message }) => message?.includes('in a circle') === true);
  Object.assign(setup.desk, { openRemote });
  await setup.app.close();
  await setup.reopen();
  setup.desk.put(1, { category: 'Theirs' });
  await expect.poll(() => here().get('1')?.category).toBe('Theirs');
});

it('a remote that knows none of its own cursors is not walked over and over without a pause, and that is said', async () => {
  await copy(501);
  await setup.app.close();
  const { openRemote } = setup.desk;
  const forgetful: typeof openRemote = (options) => {
    const remote = openRemote(options);
    return {
      ...remote,
      pull: async (collection, cursor, signal) => {
        if (cursor !== null) setup.desk.forgetCursors();
        return remote.pull(collection, cursor, signal);
      },
    };
  };
  Object.assign(setup.desk, { openRemote: forgetful });
  await setup.reopen();
  expect(await until(({ message }) => message !== null)).toMatchObject({ state: 'unreachable' });
  Object.assign(setup.desk, { openRemote });
  await setup.app.close();
  await setup.reopen();
  await until(isReady);
  expectEqual();
});

it('what is refused there and cannot be read again holds up nothing else', async () => {
  await copy(450);
  for (const key of setup.desk.records.keys()) if (key !== '3') setup.desk.refusals.set(key, 'closed');
  setup.desk.unreadable.add('2');
  await setup.app.ended((await assign('Mine')).id);
  expect(await until(({ message }) => message !== null)).toMatchObject({
    message: 'Tickets: It does not show it.',
  });
  // Others that were refused are as they are there.
  const changed = () => [...here().values()].filter(({ category }) => category !== null);
  await expect.poll(() => changed().map(({ key }) => key)).toEqual(['2', '3']);
  setup.desk.refusals.clear();
  setup.desk.setDown(true);
  setup.desk.setDown(false);
  const { id } = await assign('Other', [1, 3]);
  expect(await setup.app.ended(id)).toMatchObject({ delivery: { confirmed: 2 } });
  setup.desk.unreadable.clear();
  await expect.poll(() => here().get('2')?.category).toBeNull();
  expectEqual();
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
