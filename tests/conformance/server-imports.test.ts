import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ApiReply } from '../builders/api-server.ts';
import { csvOf } from '../builders/csv.ts';
import { allTickets } from '../builders/tickets.ts';
import { useApi } from './served-api.ts';

const setup = useApi();

function get(path: string): Promise<ApiReply> {
  return setup.api.call('GET', path, { token: setup.mina });
}

describe('an import', () => {
  const post = (
    body: string,
    type: string,
    headers: Record<string, string> = {},
    query = '',
  ): Promise<ApiReply> =>
    setup.api.call('POST', `/api/v1/tickets/import${query}`, {
      token: setup.mina,
      body,
      headers: { 'content-type': type, ...headers },
    });
  test.each([
    ['text/csv', 'key,subject\nc-1,x\n'],
    ['application/x-ndjson', '{"key":"c-1"}\n'],
  ])('from a source with a control character is refused (%s)', async (type, body) => {
    const reply = await post(body, type, {}, '?source=a%0Ab');
    expect([reply.status, reply.body.error.message]).toEqual([
      422,
      'source: holds a control character. Nothing was changed.',
    ]);
  });

  const ended = async (id: string): Promise<ApiReply['body']> => {
    await setup.api.socket(`/ws/bulk-operations/${id}`, setup.mina).closed;
    return (await get(`/api/v1/tickets/bulk-operations/${id}`)).body;
  };

  test('of CSV creates records', async () => {
    const accepted = await post(
      'Ticket ID,Ticket Subject,Status\nA-1,"Hello, you",open\nA-2,Again,solved\n',
      'text/csv',
      {},
      '?source=desk',
    );
    expect(accepted).toMatchObject({ status: 202, body: { status: 'pending', total: 2, rejected: 0 } });
    // What was sent stands in the plan, and is not kept beside it.
    expect(readdirSync(join(setup.folder, 'uploads'))).toEqual([]);
    expect(await ended(accepted.body.operation_id)).toMatchObject({
      status: 'completed',
      successful_tickets: 2,
    });
    const made = allTickets(setup.folder).filter(({ source }) => source === 'desk');
    expect(made.map(({ external_id, subject, status }) => [external_id, subject, status])).toEqual([
      ['A-1', 'Hello, you', 'open'],
      ['A-2', 'Again', 'solved'],
    ]);
  });

  test('of NDJSON creates records, with every text unchanged, wherever its chunks end', async () => {
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
    const made = allTickets(setup.folder).filter(({ source }) => source === 'nd');
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

  test('under a key is made once, and another file under that key is refused', async () => {
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
    ['application/x-ndjson', '{"key":"a"}\n{"key":1234567890123456789}\n', 422, 'Line 2'],
    ['application/x-ndjson', '{"key":1e400}\n', 422, 'Line 1'],
    ['text/csv', '', 422, ''],
    ['application/json', '[]', 415, ''],
  ])('of %s %j is refused', async (type, body, status, said) => {
    const before = allTickets(setup.folder).length;
    const reply = await post(body, type);
    expect(reply.status).toBe(status);
    expect(reply.body.error.message).toContain(said);
    expect(allTickets(setup.folder).length).toBe(before);
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
    setup.api.call('POST', `/api/v1/${collection}/import?source=desk`, {
      token: setup.mina,
      body,
      headers: { 'content-type': type },
    });
  const made = async (key: string): Promise<Record<string, unknown> | undefined> => {
    const { body } = await get(`/api/v1/${collection}/changes`);
    return body.items.find((item: Record<string, unknown>) => item['key'] === key);
  };

  test('of NDJSON and of CSV creates records with what is said and what follows', async () => {
    const line = { ...record, createdAt: '2024-05-06T07:08:09.000Z' };
    const accepted = await post(`${JSON.stringify(line)}\n\n`, 'application/x-ndjson');
    expect(accepted).toMatchObject({ status: 202, body: { status: 'pending', total: 1, rejected: 0 } });
    expect(await setup.api.ended(Number(accepted.body.operation_id))).toMatchObject({ state: 'completed' });
    const expected = { ...line, ...besides, source: 'desk', version: 1, deleted: false };
    expect(await made(record.key)).toMatchObject({ ...expected, updatedAt: line.createdAt });
    const names = Object.keys(record);
    const cell = (value: unknown): string => `"${String(value).replaceAll('"', '""')}"`;
    const values = names.map((name) => (name === 'key' ? 'C-2' : cell(Reflect.get(record, name))));
    const again = await post(`${names.join(',')}\r\n${values.join(',')}\r\n`, 'text/csv');
    expect(again.status).toBe(202);
    expect(await setup.api.ended(Number(again.body.operation_id))).toMatchObject({ state: 'completed' });
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

  test('of anything but UTF-8 is refused', async () => {
    for (const type of ['text/csv', 'application/x-ndjson']) {
      const text = type === 'text/csv' ? 'key,status\n\u00e4,' : '{"key":"\u00e4"}';
      const response = await fetch(`${setup.api.url}/api/v1/${collection}/import`, {
        method: 'POST',
        headers: { authorization: `Bearer ${setup.mina}`, 'content-type': type },
        body: Buffer.from(text, 'latin1'),
      });
      expect([type, response.status]).toEqual([type, 422]);
    }
  });

  test.each([
    ['a quotation mark that is not closed', `key,status\na,"\nb,\nc,\n`, 'csv_open_quote', 2],
    ['one that is closed too early', `key,status\na,\nb,"x"y\nc,\n`, 'csv_open_quote', 3],
    ['a field that is named twice', 'key,status,status\na,,\n', 'csv_no_header', 1],
    ['a row of another length', 'key,status\na,\n\nb\n', 'csv_ragged', 4],
    ['a wrong value, after an empty line', `key,status\n\na,\nc,x\n`, 'invalid_request', 4],
  ])('of CSV with %s is refused as a whole, with the line', async (_, body, code, line) => {
    const before = (await get(`/api/v1/${collection}/changes`)).body.items.length;
    const { error } = (await post(body, 'text/csv')).body;
    expect([error.code, error.details.line]).toEqual([code, line]);
    expect((await get(`/api/v1/${collection}/changes`)).body.items.length).toBe(before);
  });

  test('of CSV finds the separator in the line that names the fields', async () => {
    const reply = await post('\n\nkey;status\nsemi, colon;\n', 'text/csv');
    expect(reply).toMatchObject({ status: 202, body: { total: 1 } });
  });

  test('of CSV whose lines end with a carriage return finds them', async () => {
    const reply = await post('key;status\rone, cr;\r"two\n";\r', 'text/csv');
    expect(reply).toMatchObject({ status: 422, body: { error: { details: { line: 3 } } } });
    expect(await post('key;status\rone, cr;\rtwo;\r', 'text/csv')).toMatchObject({ status: 202 });
  });

  test('of CSV takes the separator from a line above that one', async () => {
    const reply = await post('\uFEFFsep=;\r\nkey;status\r\nsep, colon;\r\n', 'text/csv');
    expect(reply).toMatchObject({ status: 202, body: { total: 1 } });
    const ragged = await post('sep=;\nkey;status\nx\n', 'text/csv');
    expect(ragged.body.error).toMatchObject({ code: 'csv_ragged', details: { line: 3 } });
    for (const text of ['sep=;\nkey,status\nx,\n', 'sep=:\nkey:status\nx:\n']) {
      const other = await post(text, 'text/csv');
      expect([other.status, other.body.error.code]).toEqual([422, 'csv_separator']);
    }
  });

  test('of CSV ignores empty cells after the last column, and rows of empty cells only', async () => {
    const reply = await post('key;status;;\r\nempty-1;;;\r\n;;;\r\nempty-2;;;\r\n;;;', 'text/csv');
    expect(reply).toMatchObject({ status: 202, body: { total: 2 } });
    const more = await post('key;status;;\r\nempty-3;;;\r\nempty-4;;;mine\r\n', 'text/csv');
    expect(more.body.error).toMatchObject({ code: 'csv_ragged', details: { line: 3 } });
  });

  test('of CSV removes what an export puts before text that a spreadsheet would run', async () => {
    const name = collection === 'orders' ? 'customer' : 'title';
    const texts = ['=1+1', "'=1+1", "'tis", '-3', '\u200f@x', 'a=b', "'"];
    const rows = texts.map((text, at) => [`guarded-${at}`, text]);
    const { body } = await post(csvOf([['key', name], ...rows]), 'text/csv');
    await setup.api.ended(Number(body.operation_id));
    const records = await Promise.all(rows.map(([key = '']) => made(key)));
    expect(records.map((record) => record?.[name])).toEqual(texts);
  });

  test('of CSV takes rows from which a spreadsheet left out the last columns, a whole block of them', async () => {
    const keys = Array.from({ length: 20 }, (_, at) => `block-${at}`);
    const lines = keys.map((key, at) => (at < 15 ? `${key},` : key));
    const reply = await post(`key,status\r\n${lines.join('\r\n')}\r\n`, 'text/csv');
    expect(reply).toMatchObject({ status: 202, body: { total: 20, rejected: 0 } });
    const cut = await post(`key,status\r\n${lines.join('\r\n')}`, 'text/csv');
    expect(cut.body.error).toMatchObject({ code: 'csv_ragged', details: { line: 21 } });
  });

  test.each([
    ['a key of nothing but spaces', '{"key":" "}\n'],
    ['half of a letter in its key', '{"key":"half-\\ud800"}\n'],
  ])('of %s is refused', async (_, line) => {
    const reply = await post(line, 'application/x-ndjson');
    expect([reply.status, reply.body.error.code]).toEqual([422, 'invalid_request']);
  });

  test('of ragged CSV is refused', async () => {
    const reply = await post('key,status\na\n', 'text/csv');
    expect([reply.status, reply.body.error.code]).toEqual([422, 'csv_ragged']);
  });

  test('of CSV with an invalid value names its line in the file that was sent', async () => {
    const reply = await post('key,status\na,\nb,asleep\n', 'text/csv');
    expect([reply.status, reply.body.error.details.line]).toEqual([422, 3]);
    expect(reply.body.error.message).toContain('Line 3 has "asleep"');
    // The log says only that there was something wrong with it.
    expect(JSON.stringify(setup.api.reports)).not.toContain('asleep');
    expect((await post('key,status\n', 'text/csv')).body.error.code).toBe('file_empty');
  });
});
