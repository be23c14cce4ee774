import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiReply, type ApiServer, startApiServer } from '../builders/api-server.ts';
import { allTickets, fillTickets, makeTickets } from '../builders/tickets.ts';
import { makeFolder, removeFolder } from '../builders/workspace.ts';

const count = 2_500;
let folder: string;
let api: ApiServer;
let mina: string;

beforeAll(async () => {
  folder = makeFolder();
  await (await startApiServer(folder)).close();
  fillTickets(
    folder,
    makeTickets(count, (id) => (id === 7 ? { deleted_at: 5 } : {})),
  );
  api = await startApiServer(folder);
  mina = await api.user('mina', 'agent');
});
afterAll(async () => {
  await api.close();
  removeFolder(folder);
});

function ticket(id: number) {
  const found = allTickets(folder).find((each) => each.id === id);
  if (!found) throw new Error(`no ticket ${id}`);
  return found;
}

function get(path: string): Promise<ApiReply> {
  return api.call('GET', path, { token: mina });
}

function patch(
  id: number,
  version: number | null,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<ApiReply> {
  const match: Record<string, string> = version === null ? {} : { 'if-match': `"${version}"` };
  return api.call('PATCH', `/api/v1/tickets/${id}`, { token: mina, body, headers: { ...match, ...headers } });
}

describe('changes', () => {
  test('are every live record once, then nothing, then what changed, to the letter', async () => {
    const seen = new Map<number, Record<string, unknown>>();
    let cursor = '';
    for (let isEnd = false; !isEnd; ) {
      const { status, body } = await get(`/api/v1/tickets/changes?cursor=${cursor}&limit=1000`);
      expect([status, Object.keys(body).sort()]).toEqual([200, ['cursor', 'end_of_stream', 'items']]);
      for (const item of body.items) {
        expect(seen.has(item.id)).toBe(false);
        seen.set(item.id, item);
      }
      ({ cursor, end_of_stream: isEnd } = body);
    }
    expect(seen.size).toBe(count - 1);
    expect(seen.get(1)).toEqual({
      id: 1,
      version: 1,
      deleted: false,
      key: '1',
      source: 'test',
      subject: 'Ticket 1',
      description: 'A description.',
      status: 'open',
      priority: 'medium',
      category: null,
      assignee: null,
      requester: null,
      channel: null,
      product: null,
      createdAt: new Date(1_001).toISOString(),
      updatedAt: new Date(2_001).toISOString(),
    });
    expect((await patch(3, 1, { deleted: true })).status).toBe(200);
    const { body } = await get(`/api/v1/tickets/changes?cursor=${cursor}`);
    expect(body).toMatchObject({ items: [{ id: 3, version: 2, deleted: true }], end_of_stream: true });
  });

  test('come at more than 5,000 records a second', async () => {
    await get('/api/v1/tickets/changes');
    const startedMs = performance.now();
    let records = 0;
    for (let round = 0; round < 4; round += 1) {
      let cursor = '';
      for (let isEnd = false; !isEnd; ) {
        const { body } = await get(`/api/v1/tickets/changes?cursor=${cursor}&limit=1000`);
        records += body.items.length;
        ({ cursor, end_of_stream: isEnd } = body);
      }
    }
    const perSecond = (records / (performance.now() - startedMs)) * 1_000;
    process.stdout.write(`changes: ${Math.round(perSecond)} records/s\n`);
    expect(perSecond).toBeGreaterThan(5_000);
  });

  test.each(['sessions', 'videos', 'orders'])('of %s are told the same way', async (collection) => {
    expect(await get(`/api/v1/${collection}/changes`)).toMatchObject({
      status: 200,
      body: { items: [], end_of_stream: true },
    });
  });

  test.each([
    ['?limit=0', 422],
    ['?limit=1001', 422],
    ['?limit=x', 422],
    ['?cursor=nonsense', 422],
    ['?cursor=a&cursor=b', 422],
    ['?colour=red', 422],
  ])('asked with %s are refused', async (query, status) => {
    const reply = await get(`/api/v1/tickets/changes${query}`);
    expect([reply.status, reply.body.error.code]).toEqual([status, 'invalid_request']);
  });
});

describe('a record', () => {
  test('has its version as ETag; there is none of it, or none any more', async () => {
    const { status, headers, body } = await get('/api/v1/tickets/10');
    expect([status, headers.get('etag'), body.id, body.deleted]).toEqual([200, '"1"', 10, false]);
    for (const id of ['999999', '0', 'x', '1e3', '999999999999999999'])
      expect((await get(`/api/v1/tickets/${id}`)).status).toBe(404);
    const gone = await get('/api/v1/tickets/7');
    expect([gone.status, gone.body.error.code, gone.headers.get('etag')]).toEqual([410, 'gone', '"1"']);
    expect((await get('/api/v1/cats/1')).status).toBe(404);
  });

  test('is changed where it is at the version named, as an operation that can be undone', async () => {
    const reply = await patch(20, 1, { status: 'solved', assignee: 'otto', category: null });
    expect([reply.status, reply.headers.get('etag')]).toEqual([200, '"2"']);
    expect(reply.body).toMatchObject({ id: 20, version: 2, status: 'solved', assignee: 'otto' });
    const id = Number(reply.headers.get('x-operation-id'));
    expect(await api.ask('operations.get', { id })).toMatchObject({
      actor: 'mina',
      title: 'Edit status, category, assignee',
    });
    const undo = await api.ask('operations.undo', { id });
    await api.ask('operations.start', { id: undo.id });
    await api.socket(`/ws/bulk-operations/${undo.id}`).closed;
    expect(ticket(20)).toMatchObject({ status: 'open', assignee: null, version: 3 });
  });

  test('is not changed without a version, or with one that moved on', async () => {
    const before = ticket(21);
    expect((await patch(21, null, { status: 'solved' })).status).toBe(428);
    const moved = await patch(21, 9, { status: 'solved' });
    expect([moved.status, moved.body.error.details.version, moved.headers.get('etag')]).toEqual([
      412,
      1,
      '"1"',
    ]);
    for (const match of ['*', '3', '"x"', 'W/"1"', '"1", "2"'])
      expect((await patch(21, null, { status: 'solved' }, { 'if-match': match })).status).toBe(400);
    expect(ticket(21)).toEqual(before);
  });

  test('is changed once by two who start from the same version', async () => {
    const replies = await Promise.all([1, 2, 3, 4].map((n) => patch(22, 1, { assignee: `agent ${n}` })));
    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412, 412, 412]);
    expect(ticket(22).version).toBe(2);
  });

  test('is deleted and brought back under its version', async () => {
    expect((await patch(23, 1, { deleted: true })).body).toMatchObject({ deleted: true, version: 2 });
    expect((await patch(23, 2, { status: 'solved' })).status).toBe(410);
    expect((await patch(23, 2, { deleted: false })).body).toMatchObject({ deleted: false, version: 3 });
  });

  test('that may not change so is left as it is, with the reason', async () => {
    await patch(24, 1, { status: 'closed' });
    const reply = await patch(24, 2, { status: 'open' });
    expect([reply.status, reply.body.error.code]).toEqual([409, 'illegal_transition']);
    expect(ticket(24)).toMatchObject({ status: 'closed', version: 2 });
    expect((await patch(25, 1, { status: 'open' })).body).toMatchObject({ version: 1 });
  });

  test('is taken back by who changed it, to what stood there before and at its version, where no rule leads back', async () => {
    const undo = (token: string, version: number, body: unknown) =>
      api.call('POST', '/api/v1/tickets/28/undo', { token, body, headers: { 'if-match': `"${version}"` } });
    const other = await api.user('otto', 'agent');
    await patch(28, 1, { status: 'closed' });
    await patch(28, 2, { assignee: 'otto' });
    const replies = [
      await undo(other, 3, { status: 'open' }),
      await undo(mina, 3, { status: 'pending' }),
      await undo(mina, 3, {}),
      await undo(mina, 3, { colour: 'red' }),
      await undo(mina, 2, { status: 'open' }),
    ];
    expect(replies.map(({ status, body }) => [status, body.error.code])).toEqual([
      ...Array.from({ length: 4 }, () => [409, 'nothing_to_undo']),
      [412, 'version_moved_on'],
    ]);
    expect(ticket(28)).toMatchObject({ status: 'closed', version: 3 });
    const { status, headers, body } = await undo(mina, 3, { status: 'open' });
    expect([status, headers.get('etag'), body.status, body.assignee]).toEqual([200, '"4"', 'open', 'otto']);
  });

  test.each([
    [{}],
    [{ colour: 'red' }],
    [{ id: 5 }],
    [{ version: 7 }],
    [{ source: 'x' }],
    [{ status: 'asleep' }],
    [{ subject: null }],
    [{ status: ['open'] }],
    [{ deleted: 'yes' }],
    [{ deleted: true, status: 'open' }],
    [[]],
    ['x'],
  ])('is not changed by %j', async (body) => {
    const before = ticket(26);
    expect((await patch(26, 1, JSON.stringify(body))).status).toBe(422);
    expect(ticket(26)).toEqual(before);
  });

  test('is not changed by a viewer, nor twice under one key', async () => {
    const viewer = await api.user('vera', 'viewer');
    const headers = { 'if-match': '"1"' };
    const refused = await api.call('PATCH', '/api/v1/tickets/27', {
      token: viewer,
      body: { status: 'solved' },
      headers,
    });
    expect(refused.status).toBe(403);
    const first = await patch(27, 1, { status: 'solved' }, { 'idempotency-key': 'once' });
    const again = await patch(27, 1, { status: 'solved' }, { 'idempotency-key': 'once' });
    expect(again.headers.get('x-operation-id')).toBe(first.headers.get('x-operation-id'));
    expect([again.status, again.body.version]).toEqual([200, 2]);
  });
});

describe('an import', () => {
  const post = (
    body: string,
    type: string,
    headers: Record<string, string> = {},
    query = '',
  ): Promise<ApiReply> =>
    api.call('POST', `/api/v1/tickets/import${query}`, {
      token: mina,
      body,
      headers: { 'content-type': type, ...headers },
    });
  const ended = async (id: string): Promise<ApiReply['body']> => {
    await api.socket(`/ws/bulk-operations/${id}`, mina).closed;
    return (await get(`/api/v1/tickets/bulk-operations/${id}`)).body;
  };

  test('of CSV makes records', async () => {
    const accepted = await post(
      'Ticket ID,Ticket Subject,Status\nA-1,"Hello, you",open\nA-2,Again,solved\n',
      'text/csv',
      {},
      '?source=desk',
    );
    expect(accepted).toMatchObject({ status: 202, body: { status: 'pending', total: 2, rejected: 0 } });
    // What was sent stands in the plan, and is not kept beside it.
    expect(readdirSync(join(folder, 'uploads'))).toEqual([]);
    expect(await ended(accepted.body.operation_id)).toMatchObject({
      status: 'completed',
      successful_tickets: 2,
    });
    const made = allTickets(folder).filter(({ source }) => source === 'desk');
    expect(made.map(({ external_id, subject, status }) => [external_id, subject, status])).toEqual([
      ['A-1', 'Hello, you', 'open'],
      ['A-2', 'Again', 'solved'],
    ]);
  });

  test('of NDJSON makes records, with every text as it came, in chunks that end anywhere', async () => {
    const lines = [
      {
        key: 'N-1',
        subject: '=1+1 "quoted", näïve ✓',
        description: 'a\r\nb',
        status: 'open',
        priority: 'high',
        createdAt: '2024-05-06T07:08:09.000Z',
      },
      {
        key: 'N-2',
        subject: "'tis",
        description: null,
        status: 'solved',
        priority: 'low',
        createdAt: '2024-05-06T07:08:10.000Z',
      },
    ];
    const accepted = await post(
      `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`,
      'application/x-ndjson',
      {},
      '?source=nd',
    );
    expect(accepted).toMatchObject({ status: 202, body: { total: 2, rejected: 0 } });
    await ended(accepted.body.operation_id);
    const made = allTickets(folder).filter(({ source }) => source === 'nd');
    expect(
      made.map(({ external_id, subject, description, priority }) => [
        external_id,
        subject,
        description,
        priority,
      ]),
    ).toEqual([
      ['N-1', '=1+1 "quoted", näïve ✓', 'a\r\nb', 'high'],
      ['N-2', "'tis", '', 'low'],
    ]);
    expect(made[0]?.created_at).toBe(Date.UTC(2024, 4, 6, 7, 8, 9));
  });

  test('under a key is made once, and the key is not for another file', async () => {
    const headers = { 'idempotency-key': 'import-1' };
    const one = await post('key,subject\nK-1,One\n', 'text/csv', headers);
    const two = await post('key,subject\nK-1,One\n', 'text/csv', headers);
    expect(two.body.operation_id).toBe(one.body.operation_id);
    const other = await post('key,subject\nK-2,Two\n', 'text/csv', headers);
    expect([other.status, other.body.error.code]).toEqual([409, 'idempotency_key_reused']);
    expect(await ended(one.body.operation_id)).toMatchObject({ successful_tickets: 1 });
  });

  test.each([
    ['application/x-ndjson', '{"subject":"x"}\nnonsense\n', 422, 'Line 2'],
    ['application/x-ndjson', '{"colour":"red"}\n', 422, 'Line 1'],
    ['application/x-ndjson', '{"subject":"a"}\n\n{"subject":"b","key":"c"}\n', 422, 'Line 3'],
    ['application/x-ndjson', '{"subject":["x"]}\n', 422, 'Line 1'],
    ['application/x-ndjson', '[1]\n', 422, 'Line 1'],
    ['text/csv', '', 422, ''],
    ['application/json', '[]', 415, ''],
  ])('of %s %j is refused', async (type, body, status, said) => {
    const before = allTickets(folder).length;
    const reply = await post(body, type);
    expect(reply.status).toBe(status);
    expect(reply.body.error.message).toContain(said);
    expect(allTickets(folder).length).toBe(before);
  });
});

describe.each([
  [
    'orders',
    { key: 'O-1', customer: 'Ålesund, "Ltd"', status: 'SHIPPED', total: 12.5, currency: 'NOK' },
    { items: 0, isLocked: 'no' },
  ],
  [
    'sessions',
    { key: 'S-1', title: 'Refund', owner: 'mina', status: 'closed', messages: 7, payload: 'a\nb' },
    { exports: 0 },
  ],
  [
    'videos',
    { key: 'V-1', title: 'Intro', creator: 'mina', status: 'ready', transcript: 'Hello.' },
    { hasTranscript: 'yes', file: null },
  ],
] as const)('an import of %s', (collection, record, besides) => {
  const post = (body: string, type: string): Promise<ApiReply> =>
    api.call('POST', `/api/v1/${collection}/import?source=desk`, {
      token: mina,
      body,
      headers: { 'content-type': type },
    });
  const made = async (key: string): Promise<Record<string, unknown> | undefined> => {
    const { body } = await get(`/api/v1/${collection}/changes`);
    return body.items.find((item: Record<string, unknown>) => item['key'] === key);
  };

  test('of NDJSON and of CSV makes records with what is said and what follows', async () => {
    const line = { ...record, createdAt: '2024-05-06T07:08:09.000Z' };
    const accepted = await post(`${JSON.stringify(line)}\n\n`, 'application/x-ndjson');
    expect(accepted).toMatchObject({ status: 202, body: { status: 'pending', total: 1, rejected: 0 } });
    expect(await api.ended(Number(accepted.body.operation_id))).toMatchObject({ state: 'completed' });
    const expected = { ...line, ...besides, source: 'desk', version: 1, deleted: false };
    expect(await made(record.key)).toMatchObject({ ...expected, updatedAt: line.createdAt });
    const names = Object.keys(record);
    const cell = (value: unknown): string => `"${String(value).replaceAll('"', '""')}"`;
    const values = names.map((name) => (name === 'key' ? 'C-2' : cell(Reflect.get(record, name))));
    const again = await post(`${names.join(',')}\r\n${values.join(',')}\r\n`, 'text/csv');
    expect(again.status).toBe(202);
    expect(await api.ended(Number(again.body.operation_id))).toMatchObject({ state: 'completed' });
    expect(await made('C-2')).toMatchObject({ ...record, ...besides, key: 'C-2' });
  });

  test.each([
    ['{"key":"a"}\n{"key":"a"}', 'Line 2'],
    ['{"key":"a"}\nnonsense', 'Line 2'],
    ['{"key":""}', 'Line 1'],
    ['{"title":1,"customer":1}', 'Line 1'],
    ['{"key":"a","colour":"red"}', 'colour'],
    ['{"key":"a","status":"asleep"}', 'asleep'],
    ['{"key":"a","createdAt":"yesterday"}', 'createdAt'],
    ['{"key":"a","file":"../../etc/passwd"}', 'file'],
    ['{"key":"a","version":9}', 'version'],
    ['[]', 'Line 1'],
    ['', ''],
  ])('of %j is refused, and makes nothing', async (body, said) => {
    const before = (await get(`/api/v1/${collection}/changes`)).body.items.length;
    const reply = await post(body, 'application/x-ndjson');
    expect(reply.status).toBe(422);
    expect(reply.body.error.message).toContain(said);
    expect((await get(`/api/v1/${collection}/changes`)).body.items.length).toBe(before);
  });

  test('of what is no UTF-8 is refused', async () => {
    for (const type of ['text/csv', 'application/x-ndjson']) {
      const text = type === 'text/csv' ? 'key,status\n\u00e4,' : '{"key":"\u00e4"}';
      const response = await fetch(`${api.url}/api/v1/${collection}/import`, {
        method: 'POST',
        headers: { authorization: `Bearer ${mina}`, 'content-type': type },
        body: Buffer.from(text, 'latin1'),
      });
      expect([type, response.status]).toEqual([type, 422]);
    }
  });

  test('of ragged CSV is refused', async () => {
    const reply = await post('key,status\na\n', 'text/csv');
    expect([reply.status, reply.body.error.code]).toEqual([422, 'csv_ragged']);
  });

  test('of CSV with a value that cannot be names the line of the file that was sent', async () => {
    const reply = await post('key,status\na,\nb,asleep\n', 'text/csv');
    expect([reply.status, reply.body.error.details]).toEqual([422, { line: 3 }]);
    expect(reply.body.error.message).toContain('Line 3 has "asleep"');
    expect((await post('key,status\n', 'text/csv')).body.error.code).toBe('file_empty');
  });
});
