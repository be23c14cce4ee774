import { readdirSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { kindLimits } from '../../src-main/hosts/server/faces/http/limits.ts';
import { fillSessions, readRows } from '../builders/api-records.ts';
import {
  type ApiReply,
  type ApiServer,
  exportsFolder,
  type SocketClient,
  startApiServer,
} from '../builders/api-server.ts';
import { changeDatabase } from '../builders/tickets.ts';
import { createTestTime } from '../builders/time.ts';
import { makeFolder, removeFolder } from '../builders/workspace.ts';

const base = '/api/bulk/sessions';
const clock = createTestTime(Date.UTC(2026, 0, 5, 10));
let folder: string;
let api: ApiServer;
let mina: string;

beforeAll(async () => {
  folder = makeFolder();
  api = await startApiServer(folder, { clock });
  mina = await api.user('mina', 'agent');
});
afterAll(async () => {
  await api.close();
  removeFolder(folder);
});

/** Sessions 1..60: 1-20 open, 21-40 closed, 41-50 being processed, 51-60 archived. A minute has passed since the last test. */
beforeEach(() => {
  changeDatabase(folder, (db) => db.exec('DELETE FROM sessions'));
  fillSessions(folder, 60, (id) =>
    id <= 20 ? 'open' : id <= 40 ? 'closed' : id <= 50 ? 'processing' : 'archived',
  );
  clock.jump(61_000);
});

function post(
  path: string,
  body: object,
  headers: Record<string, string> = {},
  token = mina,
): Promise<ApiReply> {
  return api.call('POST', `${base}${path}`, { token, body, headers });
}

async function ended(id: string): Promise<ApiReply['body']> {
  const socket = api.socket('/ws/bulk/mina', mina);
  await socket.opened;
  socket.send({ type: 'subscribe', operation_id: id });
  await socket.until(
    ({ type, operation_id }) => /completed|failed/.test(String(type)) && operation_id === id,
  );
  socket.close();
  await socket.closed;
  return (await api.call('GET', `/api/bulk/operations/${id}/status`, { token: mina })).body;
}

const statusOf = (id: number): unknown =>
  readRows(folder, 'sessions', 'id, status').find((row) => row['id'] === id)?.['status'];

describe('validation', () => {
  test.each([
    [
      'close',
      ['1'],
      [
        ['21', 'already_so'],
        ['41', 'processing'],
        ['999', 'not_found'],
      ],
    ],
    [
      'archive',
      ['1', '21'],
      [
        ['41', 'processing'],
        ['51', 'already_archived'],
        ['999', 'not_found'],
      ],
    ],
    [
      'delete',
      ['1', '21', '51'],
      [
        ['41', 'processing'],
        ['999', 'not_found'],
      ],
    ],
    [
      'export',
      ['1', '21', '51'],
      [
        ['41', 'processing'],
        ['999', 'not_found'],
      ],
    ],
  ] as const)(
    'for %s says who is eligible and why the others are not',
    async (action, eligible, ineligible) => {
      const ids = [...eligible, ...ineligible.map(([id]) => id)];
      const before = readRows(folder, 'sessions', '*');
      const { status, body } = await post('/validate', { session_ids: ids, action });
      expect(status).toBe(200);
      expect(body).toEqual({
        eligible_count: eligible.length,
        ineligible_count: ineligible.length,
        eligible: [...eligible],
        ineligible: ineligible.map(([session_id, reason]) => ({ session_id, reason })),
      });
      expect(readRows(folder, 'sessions', '*')).toEqual(before);
      expect((await api.ask('operations.count', { collection: 'sessions', states: ['draft'] })).count).toBe(
        0,
      );
    },
  );
});

describe('an action', () => {
  test('closes, archives and deletes what is eligible, and names the rest', async () => {
    const closed = await post('/close', { session_ids: ['1', '2', '21', '41'] });
    expect(closed).toMatchObject({
      status: 202,
      body: { success: true, total: 4, created_at: expect.stringMatching(/Z$/) },
    });
    const page = await ended(closed.body.operation_id);
    expect(page).toMatchObject({
      operation_type: 'close',
      status: 'partial',
      total: 4,
      processed: 4,
      successful: 2,
      failed: 2,
      progress: 100,
    });
    expect(page.errors).toEqual([
      { session_id: '21', error_code: 'already_so', error_message: expect.any(String) },
      { session_id: '41', error_code: 'processing', error_message: expect.any(String) },
    ]);
    expect([statusOf(1), statusOf(41)]).toEqual(['closed', 'processing']);
    expect(await ended((await post('/archive', { session_ids: ['3'] })).body.operation_id)).toMatchObject({
      status: 'completed',
    });
    expect(statusOf(3)).toBe('archived');
    expect(await ended((await post('/delete', { session_ids: ['4'] })).body.operation_id)).toMatchObject({
      status: 'completed',
    });
    expect(
      readRows(folder, 'sessions', 'id, deleted_at').find((row) => row['id'] === 4)?.['deleted_at'],
    ).not.toBeNull();
  });

  test('is refused beyond its rate, with when there is room again', async () => {
    const { perMinute } = kindLimits['sessions.delete'];
    for (let count = 0; count < perMinute; count += 1)
      expect((await post('/delete', { session_ids: ['999'] })).status).toBe(202);
    const refused = await post('/delete', { session_ids: ['1'] });
    expect([refused.status, refused.body.error.code]).toEqual([429, 'rate_limited']);
    expect(Number(refused.headers.get('retry-after'))).toBe(60);
    // Others, and other actions, have rates of their own.
    expect((await post('/close', { session_ids: ['1'] })).status).toBe(202);
    const otto = await api.user('otto', 'agent');
    expect((await post('/delete', { session_ids: ['999'] }, {}, otto)).status).toBe(202);
    clock.jump(60_000);
    expect((await post('/delete', { session_ids: ['999'] })).status).toBe(202);
  });
});

test.each([
  ['close', 200],
  ['archive', 50],
  ['delete', 100],
] as const)('%s is done at more than %d sessions a second', async (action, perSecond) => {
  changeDatabase(folder, (db) => db.exec('DELETE FROM sessions'));
  fillSessions(folder, 1_000, () => 'open');
  const ids = Array.from({ length: 1_000 }, (_, at) => String(at + 1));
  const startedMs = performance.now();
  const { body } = await post(`/${action}`, { session_ids: ids });
  const done = await ended(body.operation_id);
  const rate = 1_000 / ((performance.now() - startedMs) / 1_000);
  expect(done).toMatchObject({ status: 'completed', successful: 1_000 });
  process.stdout.write(`${action}: ${Math.round(rate)} sessions/s\n`);
  expect(rate).toBeGreaterThan(perSecond);
});

test('export writes more than 1,000 sessions a second', async () => {
  changeDatabase(folder, (db) => db.exec('DELETE FROM sessions'));
  fillSessions(folder, 5_000, () => 'open');
  const ids = Array.from({ length: 5_000 }, (_, at) => String(at + 1));
  const startedMs = performance.now();
  const { body } = await post('/export-metadata', { session_ids: ids });
  const rate = 5_000 / ((performance.now() - startedMs) / 1_000);
  expect(body.metadata.count).toBe(5_000);
  process.stdout.write(`export: ${Math.round(rate)} sessions/s\n`);
  expect(rate).toBeGreaterThan(1_000);
});

describe('info', () => {
  test('says how many there are in each state, and the limits', async () => {
    const { body } = await api.call('GET', `${base}/info`, { token: mina });
    expect(body).toMatchObject({
      counts: { open: 20, closed: 20, processing: 10, archived: 10 },
      total: 60,
      limits: {
        max_sessions_per_operation: 1_000,
        max_sessions_per_export: 10_000,
        operation_timeout_seconds: 300,
      },
      rate_limits: {
        delete: { per_minute: 10 },
        export: { per_minute: 30 },
        close: { per_minute: 20 },
        archive: { per_minute: 15 },
      },
    });
  });
});

describe('an export', () => {
  test('is a file behind a signed link, for its owner, for 24 hours', async () => {
    const { status, body } = await post('/export-metadata', {
      session_ids: ['1', '2', '41', '999'],
      format: 'csv',
    });
    expect([status, body.success, body.metadata.format, body.metadata.count]).toEqual([200, true, 'csv', 2]);
    expect(Date.parse(body.metadata.expires_at) - clock.now()).toBe(24 * 3_600_000);
    const file = await api.call('GET', body.download_url, { token: mina });
    expect(file.status).toBe(200);
    expect(file.headers.get('content-type')).toContain('text/csv');
    expect(file.headers.get('content-disposition')).toMatch(/^attachment; filename\*=UTF-8''sessions/);
    expect(String(file.body).trim().split('\r\n').length).toBe(3);
    expect(file.body).not.toContain('What was said');

    expect((await api.call('GET', body.download_url, { token: null })).status).toBe(401);
    const eve = await api.user('eve', 'agent');
    expect((await api.call('GET', body.download_url, { token: eve })).status).toBe(404);
    const forged = body.download_url.replace(
      /^(.*\/)(\d+)\.(\d+)\./,
      (_all: string, path: string, id: string, end: string) => `${path}${id}.${Number(end) + 1}.`,
    );
    for (const link of [
      forged,
      `${body.download_url}x`,
      body.download_url.slice(0, -1),
      '/api/download/..%2f..%2fbulkhead.db',
      '/api/download/x',
    ])
      expect((await api.call('GET', link, { token: mina })).status).toBe(404);

    clock.jump(24 * 3_600_000 - 1);
    expect((await api.call('GET', body.download_url, { token: mina })).status).toBe(200);
    clock.jump(1);
    const late = await api.call('GET', body.download_url, { token: mina });
    expect([late.status, late.body.error.code]).toEqual([410, 'gone']);
  });

  test('has the details that are asked for, and is gone when its file is', async () => {
    const { body } = await post('/export-metadata', { session_ids: ['1'], include_details: true });
    expect((await api.call('GET', body.download_url, { token: mina })).body).toContain('What was said');
    for (const name of readdirSync(exportsFolder(folder))) rmSync(`${exportsFolder(folder)}/${name}`);
    expect((await api.call('GET', body.download_url, { token: mina })).status).toBe(410);
  });

  test.each([true, false])('is JSON where that is asked for, with details: %s', async (details) => {
    const { body } = await post('/export-metadata', {
      session_ids: ['1', '51'],
      format: 'json',
      include_details: details,
    });
    expect(body.metadata).toMatchObject({ format: 'json', count: 2 });
    const file = await api.call('GET', body.download_url, { token: mina });
    expect(file.headers.get('content-type')).toContain('application/json');
    expect(file.body).toMatchObject([
      { id: 1, status: 'open' },
      { id: 51, status: 'archived' },
    ]);
    expect(JSON.stringify(file.body).includes('What was said')).toBe(details);
  });

  test('of nothing that can be exported writes no file', async () => {
    const reply = await post('/export-metadata', { session_ids: ['41', '999'] });
    expect([reply.status, reply.body.error.code]).toEqual([422, 'nothing_to_do']);
  });
});

describe('a request', () => {
  const many = (count: number): string[] => Array.from({ length: count }, (_, at) => String(at + 1));
  test.each([
    ['/close', { session_ids: [] }, 'session_ids'],
    ['/close', { session_ids: ['7', '8', '7'] }, '7'],
    ['/close', { session_ids: ['7', "1' OR 1=1"] }, "1' OR 1=1"],
    ['/close', { session_ids: [7] }, '7'],
    ['/close', { session_ids: '7' }, 'session_ids'],
    ['/close', { session_ids: ['0'] }, '0'],
    ['/close', {}, 'session_ids'],
    ['/close', { session_ids: ['1'], colour: 'red' }, 'colour'],
    ['/close', { session_ids: many(1_001) }, '1,000'],
    ['/delete', { session_ids: ['1'], soft_delete: false }, 'soft_delete'],
    ['/export-metadata', { session_ids: many(10_001) }, '10,000'],
    ['/export-metadata', { session_ids: ['1'], format: 'exe' }, 'format'],
    ['/validate', { session_ids: ['1'], action: 'explode' }, 'action'],
  ])('to %s with %.80j is refused, naming %s', async (path, body, named) => {
    const before = readRows(folder, 'sessions', '*');
    const reply = await post(path, body);
    expect([reply.status, reply.body.error.code]).toEqual([422, 'invalid_request']);
    expect(reply.body.error.message).toContain(named);
    expect(readRows(folder, 'sessions', '*')).toEqual(before);
  });

  test('names the ids that are wrong', async () => {
    const reply = await post('/close', { session_ids: ['1', 'x', '2', 'y'] });
    expect(reply.body.error.details.ids).toEqual(['x', 'y']);
  });
});

describe('the socket of a user', () => {
  async function opened(): Promise<SocketClient> {
    const socket = api.socket('/ws/bulk/mina', mina);
    await socket.opened;
    return socket;
  }

  test('tells what is subscribed to, from its beginning to its end, and which sessions changed', async () => {
    const socket = await opened();
    const { body } = await post('/close', { session_ids: ['1', '2', '41'] });
    socket.send({ type: 'subscribe', operation_id: body.operation_id });
    const done = await socket.until(({ type }) => type === 'bulk_operation_completed');
    expect(done).toMatchObject({
      operation_id: body.operation_id,
      operation_type: 'close',
      status: 'partial',
      progress: 100,
      successful: 2,
      failed: 1,
    });
    const types = socket.messages.map(({ type }) => type);
    expect(types[0]).toBe('subscribed');
    expect(types).toContain('bulk_operation_started');
    const updated = socket.messages.flatMap((message) =>
      message['type'] === 'sessions_updated' ? (message['session_ids'] as string[]) : [],
    );
    expect(updated).toEqual(['1', '2']);
    socket.close();
  });

  test('of an operation that is over tells its beginning, which sessions changed, and its end, in this order', async () => {
    const { body } = await post('/close', { session_ids: ['3'] });
    await api.ended(Number(body.operation_id));
    const socket = await opened();
    socket.send({ type: 'subscribe', operation_id: body.operation_id });
    await socket.until(({ type }) => type === 'bulk_operation_completed');
    expect(socket.messages.map(({ type }) => type)).toEqual([
      'subscribed',
      'bulk_operation_started',
      'sessions_updated',
      'bulk_operation_completed',
    ]);
    socket.close();
  });

  test('tells of a failure as one', async () => {
    const socket = await opened();
    const { body } = await post('/close', { session_ids: ['41', '999'] });
    socket.send({ type: 'subscribe', operation_id: body.operation_id });
    const failed = await socket.until(({ type }) => type === 'bulk_operation_failed');
    expect(failed).toMatchObject({ status: 'failed', error: { code: 'all_failed' } });
    socket.close();
  });

  /** An operation of hers that begins in an hour. */
  async function waiting(): Promise<string> {
    const caller = await api.console.userOf('mina', mina);
    if (!caller) throw new Error('mina cannot sign in');
    const handle = async (name: string, input: object): Promise<unknown> => {
      const reply = await api.console.handle(caller, { name, input });
      if (!reply.ok) throw new Error(reply.error.message);
      return reply.value;
    };
    const selection = { mode: 'ids', ids: [7] };
    const plan = { action: 'close', collection: 'sessions', selection, input: {} };
    const { id } = (await handle('operations.plan', plan)) as { id: number };
    await handle('operations.start', { id, options: { startAt: clock.now() + 3_600_000 } });
    return String(id);
  }

  const cancel = (id: string): Promise<ApiReply> =>
    api.call('POST', `/api/bulk/operations/${id}/cancel`, { token: mina });

  test('keeps messages for a client that is briefly away', async () => {
    const first = await opened();
    const id = await waiting();
    first.send({ type: 'subscribe', operation_id: id });
    await first.until(({ type }) => type === 'bulk_operation_progress');
    first.close();
    await first.closed;
    expect((await cancel(id)).status).toBe(200);
    const second = await opened();
    const told = await second.until(({ type }) => type === 'bulk_operation_failed');
    expect(told).toMatchObject({ operation_id: id, status: 'cancelled', error: { code: 'cancelled' } });
    second.close();
    await second.closed;
    // Once.
    const third = await opened();
    third.send('nonsense');
    await third.until(({ type }) => type === 'error');
    expect(third.messages.map(({ type }) => type)).toEqual(['error']);
    third.close();
  });

  test('stops telling of what is unsubscribed', async () => {
    const socket = await opened();
    const id = await waiting();
    for (const type of ['subscribe', 'unsubscribe']) {
      socket.send({ type, operation_id: id });
      await socket.until((message) => message['type'] === `${type}d`);
    }
    await cancel(id);
    socket.send('nonsense');
    await socket.until(({ type }) => type === 'error');
    expect(socket.messages.map(({ type }) => type)).not.toContain('bulk_operation_failed');
    socket.close();
  });

  test.each([
    'nonsense',
    '[]',
    '{"type":"subscribe"}',
    '{"type":"subscribe","operation_id":"999999"}',
    '{"type":"drop","operation_id":"1"}',
  ])('answers %j with an error and stays open', async (text) => {
    const socket = await opened();
    socket.send(text);
    expect(await socket.until(({ type }) => type === 'error')).toMatchObject({
      error: { code: expect.any(String), message: expect.any(String) },
    });
    socket.send({ type: 'subscribe', operation_id: '999998' });
    await socket.until((message) => socket.messages.indexOf(message) === 1);
    socket.close();
  });

  test('is for that user alone', async () => {
    const { token } = await api.ask('users.save', { name: 'ida', role: 'agent' });
    await expect(api.socket('/ws/bulk/mina', token ?? '').opened).rejects.toThrow('403');
    const other = api.socket('/ws/bulk/ida', token ?? '');
    await other.opened;
    const { body } = await post('/close', { session_ids: ['6'] });
    other.send({ type: 'subscribe', operation_id: body.operation_id });
    expect(await other.until(({ type }) => type === 'error')).toMatchObject({ error: { code: 'not_found' } });
    other.close();
  });
});
