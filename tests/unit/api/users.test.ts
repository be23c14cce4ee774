import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '../../../src-main/api/caller.ts';
import type { Reply, RequestName } from '../../../src-shared/contract/index.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import type { Role } from '../../../src-shared/domain/user.ts';
import { killThreadsAt } from '../../builders/deadly-calls.ts';
import { fillTickets, makeTickets, readDatabase, theseTickets } from '../../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../../builders/workspace.ts';

let folder: string;
let app: TestConsole;

beforeAll(async () => {
  folder = makeFolder();
  app = await openTestConsole(folder);
  await app.close();
  fillTickets(folder, makeTickets(20));
  app = await openTestConsole(folder);
});
afterAll(async () => {
  await app.close();
  removeFolder(folder);
});

async function signedIn(name: string, role: Role): Promise<Caller> {
  const { token } = await app.ask('users.save', { name, role });
  const caller = await app.console.userOf('script', token ?? '');
  if (!caller) throw new Error(`${name} could not sign in`);
  return caller;
}

function as(caller: Caller, name: RequestName, input: unknown): Promise<Reply> {
  return app.console.handle(caller, { name, input });
}

async function codeOf(reply: Promise<Reply>): Promise<string> {
  const answer = await reply;
  return answer.ok ? 'ok' : answer.error.code;
}

async function operationBy(caller: Caller, id: number, status: string): Promise<Operation> {
  const plan = {
    action: 'update_status',
    collection: 'tickets',
    selection: theseTickets(id),
    input: { status },
  };
  const draft = await as(caller, 'operations.plan', plan);
  if (!draft.ok) throw new Error(draft.error.message);
  return app.run(draft.value as Operation);
}

describe('users', () => {
  test('are added with a token that is shown once and of which only a hash is kept', async () => {
    const { user, token } = await app.ask('users.save', { name: 'Zoë', role: 'viewer' });
    expect(user).toMatchObject({ name: 'Zoë', role: 'viewer' });
    expect(await app.ask('users.list', {})).toEqual({ users: [user] });
    const dump = readDatabase(folder, (db) => JSON.stringify(db.prepare('SELECT * FROM users').all()));
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(dump).not.toContain(token);
    await app.ask('users.remove', { id: user.id });
  });

  test('hold their token until they get another one or are removed', async () => {
    const { user, token } = await app.ask('users.save', { name: 'otto', role: 'agent' });
    const next = await app.ask('users.new_token', { id: user.id });
    expect(await app.console.userOf('c', token ?? '')).toBeNull();
    expect(await app.console.userOf('c', next.token)).toMatchObject({
      client: 'c',
      actor: 'otto',
      role: 'agent',
    });
    await app.ask('users.save', { id: user.id, name: 'otto', role: 'viewer' });
    expect(await app.console.userOf('c', next.token)).toMatchObject({ role: 'viewer' });
    await app.ask('users.remove', { id: user.id });
    expect(await app.console.userOf('c', next.token)).toBeNull();
  });

  test('who were let in are asked for their rights again before anything is begun in their name', async () => {
    const { user, token } = await app.ask('users.save', { name: 'lea', role: 'agent' });
    const lea = await app.console.userOf('c', token ?? '');
    if (!lea) throw new Error('lea could not sign in');
    const plan = { action: 'update_category', collection: 'tickets', selection: theseTickets(3) };
    const draft = await as(lea, 'operations.plan', { ...plan, input: { category: 'Gone' } });
    const { id } = (draft as { value: Operation }).value;
    await app.ask('users.save', { id: user.id, name: 'lea', role: 'viewer' });
    expect(await codeOf(as(lea, 'operations.start', { id }))).toBe('forbidden');
    await app.ask('users.save', { id: user.id, name: 'lea', role: 'agent' });
    await app.ask('users.new_token', { id: user.id });
    expect(await codeOf(as(lea, 'operations.start', { id }))).toBe('forbidden');
    await app.ask('users.remove', { id: user.id });
    expect(await codeOf(as(lea, 'operations.start', { id }))).toBe('forbidden');
    expect((await app.ask('operations.get', { id })).state).toBe('draft');
  });

  test('are told of when the thread dies before anybody heard that one was removed', async () => {
    const own = makeFolder();
    const { stop } = killThreadsAt(({ method }) => method === 'deleteUser' && 'answer');
    const other = await openTestConsole(own);
    const { user, token } = await other.ask('users.save', { name: 'uli', role: 'agent' });
    const told = other.event('users.changed', () => true);
    await expect(other.ask('users.remove', { id: user.id })).rejects.toMatchObject({ code: 'worker_lost' });
    await told;
    expect(await other.console.userOf('c', token ?? '')).toBeNull();
    stop();
    await other.close();
    removeFolder(own);
  });

  test('are told of when one is added or removed or has another role or token, and not when nothing came of it', async () => {
    let told = 0;
    const stop = app.console.subscribe(({ name }) => {
      if (name === 'users.changed') told += 1;
    });
    const { user } = await app.ask('users.save', { name: 'pia', role: 'agent' });
    const { id } = user;
    expect(await app.ask('users.save', { id, name: 'pia', role: 'admin' })).toEqual({
      user: { ...user, role: 'admin' },
      token: null,
    });
    await app.ask('users.new_token', { id });
    await app.ask('users.remove', { id });
    expect(told).toBe(4);
    const gone = app.ask('users.save', { id, name: 'pia', role: 'agent' });
    await expect(gone).rejects.toMatchObject({ code: 'not_found' });
    expect(told).toBe(4);
    stop();
  });

  test('are not given the name of one who was removed, while there is an operation of theirs', async () => {
    const { user, token } = await app.ask('users.save', { name: 'gil', role: 'agent' });
    const gil = await app.console.userOf('c', token ?? '');
    if (!gil) throw new Error('gil could not sign in');
    const plan = { action: 'delete', collection: 'tickets', selection: theseTickets(3), input: {} };
    const { id } = ((await as(gil, 'operations.plan', plan)) as { value: Operation }).value;
    await app.ask('users.remove', { id: user.id });
    for (const name of ['gil', 'Gil'])
      await expect(app.ask('users.save', { name, role: 'viewer' })).rejects.toMatchObject({
        code: 'name_taken',
        message: expect.stringContaining('earlier'),
      });
    await app.ask('operations.discard', { id });
    const again = await app.ask('users.save', { name: 'gil', role: 'viewer' });
    await app.ask('users.remove', { id: again.user.id });
  });

  test('have names of their own, which they keep', async () => {
    const { user } = await app.ask('users.save', { name: 'ida', role: 'agent' });
    await expect(app.ask('users.save', { name: 'IDA', role: 'agent' })).rejects.toMatchObject({
      code: 'name_taken',
    });
    // The workspace's own history goes by the name of whoever runs the console.
    await expect(app.ask('users.save', { name: 'Tester', role: 'agent' })).rejects.toMatchObject({
      code: 'name_taken',
    });
    const renamed = app.ask('users.save', { id: user.id, name: 'eda', role: 'agent' });
    await expect(renamed).rejects.toMatchObject({ code: 'invalid_request' });
    await expect(app.ask('users.new_token', { id: 999 })).rejects.toMatchObject({ code: 'not_found' });
    for (const name of ['', ' ', '-x', 'a/b', 'a b', 'x\u0000', 'x'.repeat(65)])
      await expect(app.ask('users.save', { name, role: 'agent' })).rejects.toMatchObject({
        code: 'invalid_request',
      });
    expect((await app.ask('users.list', {})).users.map(({ name }) => name)).toEqual(['ida']);
  });

  test.each(['', 'x', '../../etc/passwd', 'a'.repeat(43), 'a'.repeat(1_000), "' OR 1=1 --"])(
    'are not found by %j',
    async (token) => {
      expect(await app.console.userOf('c', token)).toBeNull();
    },
  );
});

describe('roles', () => {
  test('let a viewer look and change nothing', async () => {
    const viewer = await signedIn('vera', 'viewer');
    expect(await codeOf(as(viewer, 'records.count', { collection: 'tickets', filter: {} }))).toBe('ok');
    const plan = { action: 'delete', collection: 'tickets', selection: theseTickets(1), input: {} };
    expect(await codeOf(as(viewer, 'operations.plan', plan))).toBe('forbidden');
    for (const name of ['users.list', 'backups.create', 'retention.clean', 'sample.plan'] as const)
      expect(await codeOf(as(viewer, name, name === 'sample.plan' ? { count: 1 } : {}))).toBe('forbidden');
    expect(await codeOf(as(viewer, 'settings.update', { theme: 'dark' }))).toBe('forbidden');
  });

  test('let an agent change records and look after nothing', async () => {
    const agent = await signedIn('anna', 'agent');
    expect(await operationBy(agent, 1, 'solved')).toMatchObject({ state: 'completed', actor: 'anna' });
    expect(await codeOf(as(agent, 'users.save', { name: 'eve', role: 'admin' }))).toBe('forbidden');
    expect(await codeOf(as(agent, 'backups.restore', { name: 'bulkhead-1.db' }))).toBe('forbidden');
    expect((await app.ask('users.list', {})).users.map(({ name }) => name)).not.toContain('eve');
  });

  test('let an admin do all of it', async () => {
    const admin = await signedIn('ada', 'admin');
    expect(await codeOf(as(admin, 'users.list', {}))).toBe('ok');
  });
});

describe('operations', () => {
  test('of others are as if there were none, but to an admin', async () => {
    const [mina, emil] = [await signedIn('mina', 'agent'), await signedIn('emil', 'agent')];
    const hers = await operationBy(mina, 2, 'solved');
    const refused: [RequestName, object][] = [
      ['operations.get', {}],
      ['operations.items', { limit: 10 }],
      ['operations.journal', {}],
      ['operations.undo', {}],
      ['operations.retry', {}],
      ['operations.start', {}],
      ['operations.cancel', {}],
      ['operations.pause', {}],
      ['operations.resume', {}],
      ['operations.discard', {}],
      ['operations.dismiss', {}],
      ['operations.pin', { isPinned: true }],
      ['operations.settle_unknown', { how: 'confirmed' }],
      ['imports.rejected', { limit: 10 }],
      ['imports.save_rejected', { target: 'handle-1' }],
      ['files.reveal', {}],
    ];
    for (const [name, input] of refused) {
      const of = (id: number) => ({ [name === 'files.reveal' ? 'operationId' : 'id']: id, ...input });
      const reply = await as(emil, name, of(hers.id));
      const missing = await as(emil, name, of(999_999));
      expect([name, reply.ok || reply.error.code]).toEqual([name, 'not_found']);
      // Word for word what is said of one that there is not.
      expect(JSON.stringify(reply).replace(String(hers.id), '999999')).toBe(JSON.stringify(missing));
    }
    const selection = { mode: 'items', operationId: hers.id, states: ['done'] };
    const plan = { action: 'delete', collection: 'tickets', selection, input: {} };
    expect(await codeOf(as(emil, 'operations.plan', plan))).toBe('not_found');
    expect(await codeOf(as(emil, 'operations.dismiss_ended', {}))).toBe('ok');
    expect(await codeOf(as(mina, 'operations.get', { id: hers.id }))).toBe('ok');
    expect(await app.ask('operations.get', { id: hers.id })).toMatchObject({
      isPinned: false,
      isDismissed: false,
    });
  });

  test('are listed, counted and told of records for whoever asked for them', async () => {
    const [nora, omar] = [await signedIn('nora', 'agent'), await signedIn('omar', 'agent')];
    const hers = [await operationBy(nora, 3, 'solved'), await operationBy(nora, 4, 'solved')];
    const his = await operationBy(omar, 3, 'open');
    const list = async (caller: Caller, query: object = {}): Promise<number[]> => {
      const reply = await as(caller, 'operations.list', { limit: 100, ...query });
      return reply.ok ? (reply.value as { operations: Operation[] }).operations.map(({ id }) => id) : [];
    };
    expect(await list(nora)).toEqual([hers[1]?.id, hers[0]?.id]);
    expect(await list(nora, { offset: 1 })).toEqual([hers[0]?.id]);
    expect(await list(nora, { collection: 'orders' })).toEqual([]);
    expect(await as(nora, 'operations.count', {})).toEqual({ ok: true, value: { count: 2 } });
    expect(await list(app.console.owner('w'))).toEqual(expect.arrayContaining([his.id, hers[0]?.id]));
    expect(await list(app.console.owner('w'), { isOwn: true })).toEqual([]);
    const ticket = { collection: 'tickets', id: 3, limit: 10 } as const;
    const touched = await as(omar, 'records.touches', ticket);
    expect(touched).toMatchObject({ ok: true, value: { touches: [{ actor: 'omar' }] } });
    expect((await app.ask('records.touches', ticket)).touches).toHaveLength(2);
    expect((await app.ask('records.touches', { ...ticket, isOwn: true })).touches).toEqual([]);
  });

  test('are in the figures of whoever asked for them', async () => {
    const [rita, rolf] = [await signedIn('rita', 'agent'), await signedIn('rolf', 'viewer')];
    await operationBy(rita, 6, 'solved');
    const figures = { ok: true, value: { actions: [{ action: 'update_status', operations: 1, done: 1 }] } };
    expect(await as(rita, 'history.statistics', { since: null })).toMatchObject(figures);
    expect(await as(rolf, 'history.statistics', { since: null })).toEqual({
      ok: true,
      value: { actions: [] },
    });
    const { actions } = await app.ask('history.statistics', { since: null });
    expect(actions[0]?.operations).toBeGreaterThan(1);
  });

  test('planned from one are in the name of whoever planned them', async () => {
    const rosa = await signedIn('rosa', 'agent');
    const { id } = await operationBy(rosa, 5, 'solved');
    expect(await as(rosa, 'operations.undo', { id })).toMatchObject({ ok: true, value: { actor: 'rosa' } });
    expect(await app.ask('operations.undo', { id })).toMatchObject({ actor: 'tester' });
  });
});
