import { describe, expect, test } from 'vitest';
import { kindLimits } from '../../src-main/hosts/server/faces/http/limits.ts';
import { fillSessions, readRows } from '../builders/api-records.ts';
import type { ApiReply } from '../builders/api-server.ts';
import { changeDatabase, readDatabase } from '../builders/tickets.ts';
import { base, useSessions } from './served-sessions.ts';

const { setup, clock, post } = useSessions();

async function ended(id: string): Promise<ApiReply['body']> {
  const socket = setup.api.socket('/ws/bulk/mina', setup.mina);
  await socket.opened;
  socket.send({ type: 'subscribe', operation_id: id });
  await socket.until(
    ({ type, operation_id }) => /completed|failed/.test(String(type)) && operation_id === id,
  );
  socket.close();
  await socket.closed;
  return (await setup.api.call('GET', `/api/bulk/operations/${id}/status`, { token: setup.mina })).body;
}

const statusOf = (id: number): unknown =>
  readRows(setup.folder, 'sessions', 'id, status').find((row) => row['id'] === id)?.['status'];

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
      const before = readRows(setup.folder, 'sessions', '*');
      const { status, body } = await post('/validate', { session_ids: ids, action });
      expect(status).toBe(200);
      expect(body).toEqual({
        eligible_count: eligible.length,
        ineligible_count: ineligible.length,
        eligible: [...eligible],
        ineligible: ineligible.map(([session_id, reason]) => ({ session_id, reason })),
      });
      expect(readRows(setup.folder, 'sessions', '*')).toEqual(before);
      const drafts = "SELECT count(*) FROM operations WHERE state = 'draft'";
      expect(readDatabase(setup.folder, (db) => db.prepare(drafts).pluck().get())).toBe(0);
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
      readRows(setup.folder, 'sessions', 'id, deleted_at').find((row) => row['id'] === 4)?.['deleted_at'],
    ).not.toBeNull();
  });

  test('erases for good what it deletes, if asked to', async () => {
    const erased = (ids: string[], how: object) =>
      post('/delete', { session_ids: ids, ...how }).then(({ body }) => ended(body.operation_id));
    await erased(['1'], {});
    await erased(['2'], { soft_delete: false });
    const rows = readRows(
      setup.folder,
      'sessions',
      "id, payload <> '' AS isKept, deleted_at IS NULL AS isThere",
    );
    expect(rows.slice(0, 2)).toEqual([
      { id: 1, isKept: 1, isThere: 0 },
      { id: 2, isKept: 0, isThere: 0 },
    ]);
  });

  test('is refused beyond its rate, and the answer says when there is room again', async () => {
    const { perMinute } = kindLimits['sessions.close'];
    const key = { 'idempotency-key': 'first' };
    const first = await post('/close', { session_ids: ['999'] }, key);
    for (let count = 1; count < perMinute; count += 1)
      expect((await post('/close', { session_ids: ['999'] })).status).toBe(202);
    const refused = await post('/close', { session_ids: ['1'] });
    expect([refused.status, refused.body.error.code]).toEqual([429, 'rate_limited']);
    expect(Number(refused.headers.get('retry-after'))).toBe(60);
    // Whoever asks once more what came of a request asks for nothing new.
    const again = await post('/close', { session_ids: ['999'] }, key);
    expect([again.status, again.body.operation_id]).toEqual([202, first.body.operation_id]);
    // Others, and other actions, have rates of their own.
    expect((await post('/delete', { session_ids: ['999'] })).status).toBe(202);
    const otto = await setup.api.user('otto', 'agent');
    expect((await post('/close', { session_ids: ['999'] }, {}, otto)).status).toBe(202);
    clock.jump(60_000);
    expect((await post('/close', { session_ids: ['999'] })).status).toBe(202);
  });
});

test.each(['close', 'archive', 'delete'])('%s takes a thousand sessions at once', async (action) => {
  changeDatabase(setup.folder, (db) => db.exec('DELETE FROM sessions'));
  fillSessions(setup.folder, 1_000, () => 'open');
  const ids = Array.from({ length: 1_000 }, (_, at) => String(at + 1));
  const { body } = await post(`/${action}`, { session_ids: ids });
  expect(await ended(body.operation_id)).toMatchObject({ status: 'completed', successful: 1_000 });
});

describe('info', () => {
  test('says how many there are in each state, and the limits', async () => {
    const { body } = await setup.api.call('GET', `${base}/info`, { token: setup.mina });
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

  test('says the limits that an admin has set where they are tighter, or others', async () => {
    const any = { collection: 'sessions', action: '*', maxRecords: 2_000, rate: null } as const;
    const rate = { count: 3, perMs: 3_600_000 };
    const close = { collection: 'sessions', action: 'close', maxRecords: 2, rate } as const;
    await setup.api.ask('settings.update', { limits: [any, close] });
    const { body } = await setup.api.call('GET', `${base}/info`, { token: setup.mina });
    const tooMany = await post('/close', { session_ids: ['1', '2', '3'] });
    await setup.api.ask('settings.update', { limits: [] });
    expect([tooMany.status, tooMany.body.error.code]).toEqual([422, 'limit_exceeded']);
    expect(body.limits).toMatchObject({ max_sessions_per_operation: 1_000, max_sessions_per_export: 2_000 });
    expect(body.rate_limits).toMatchObject({
      archive: { max_sessions: 1_000, per_minute: 15 },
      close: { max_sessions: 2, per_minute: 20, also: { operations: 3, per_seconds: 3_600 } },
    });
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
    ['/delete', { session_ids: ['1'], soft_delete: 'no' }, 'soft_delete'],
    ['/export-metadata', { session_ids: many(10_001) }, '10,000'],
    ['/export-metadata', { session_ids: ['1'], format: 'exe' }, 'format'],
    ['/validate', { session_ids: ['1'], action: 'explode' }, 'action'],
  ])('to %s with %.80j is refused, naming %s', async (path, body, named) => {
    const before = readRows(setup.folder, 'sessions', '*');
    const reply = await post(path, body);
    expect([reply.status, reply.body.error.code]).toEqual([422, 'invalid_request']);
    expect(reply.body.error.message).toContain(named);
    expect(readRows(setup.folder, 'sessions', '*')).toEqual(before);
  });

  test('names the ids that are wrong', async () => {
    const reply = await post('/close', { session_ids: ['1', 'x', '2', 'y'] });
    expect(reply.body.error.details.ids).toEqual(['x', 'y']);
  });
});
