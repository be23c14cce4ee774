import { readdirSync, rmSync } from 'node:fs';
import { ServerResponse } from 'node:http';
import { describe, expect, test, vi } from 'vitest';
import { fillSessions } from '../builders/api-records.ts';
import { exportsFolder } from '../builders/api-server.ts';
import { changeDatabase } from '../builders/tickets.ts';
import { useSessions } from './served-sessions.ts';

const { setup, clock, post } = useSessions();

describe('an export', () => {
  test('is a file behind a signed link, for its owner, for 24 hours', async () => {
    const asked = { session_ids: ['1', '2', '41', '999'], format: 'csv' };
    const key = { 'idempotency-key': 'the-export' };
    const { status, body } = await post('/export-metadata', asked, key);
    expect((await post('/export-metadata', asked, key)).body).toEqual(body);
    expect([status, body.success, body.metadata.format, body.metadata.count]).toEqual([200, true, 'csv', 2]);
    expect(Date.parse(body.metadata.expires_at) - clock.now()).toBe(24 * 3_600_000);
    const file = await setup.api.call('GET', body.download_url, { token: setup.mina });
    expect(file.status).toBe(200);
    expect(file.headers.get('content-type')).toContain('text/csv');
    expect(file.headers.get('content-disposition')).toMatch(/^attachment; filename\*=UTF-8''sessions/);
    expect(String(file.body).trim().split('\r\n').length).toBe(3);
    expect(file.body).not.toContain('What was said');
    const head = await setup.api.call('HEAD', body.download_url, { token: setup.mina });
    expect([head.status, head.headers.get('content-length')]).toEqual([
      200,
      file.headers.get('content-length'),
    ]);

    expect((await setup.api.call('GET', body.download_url, { token: null })).status).toBe(401);
    const eve = await setup.api.user('eve', 'agent');
    expect((await setup.api.call('GET', body.download_url, { token: eve })).status).toBe(404);
    // An admin may look at what others do, and at no file of theirs.
    const ada = await setup.api.user('ada', 'admin');
    const path = `/api/bulk/operations/${body.operation_id}/status`;
    const seen = await setup.api.call('GET', path, { token: ada });
    expect([seen.status, seen.body.download_url]).toEqual([200, null]);
    expect((await setup.api.call('GET', body.download_url, { token: ada })).status).toBe(404);
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
      expect((await setup.api.call('GET', link, { token: setup.mina })).status).toBe(404);

    clock.jump(24 * 3_600_000 - 1);
    expect((await setup.api.call('GET', body.download_url, { token: setup.mina })).status).toBe(200);
    clock.jump(1);
    const late = await setup.api.call('GET', body.download_url, { token: setup.mina });
    expect([late.status, late.body.error.code]).toEqual([410, 'gone']);
    const again = await post('/export-metadata', asked, key);
    expect([again.status, again.body.error.code]).toEqual([410, 'gone']);
  });

  test('has the details that are asked for, and is gone when its file is', async () => {
    const { body } = await post('/export-metadata', { session_ids: ['1'], include_details: true });
    expect((await setup.api.call('GET', body.download_url, { token: setup.mina })).body).toContain(
      'What was said',
    );
    for (const name of readdirSync(exportsFolder(setup.folder)))
      rmSync(`${exportsFolder(setup.folder)}/${name}`);
    expect((await setup.api.call('GET', body.download_url, { token: setup.mina })).status).toBe(410);
  });

  test('arrives whole even if its file is removed once the answer has begun', async () => {
    const { body } = await post('/export-metadata', { session_ids: ['1', '2'] });
    const { writeHead } = ServerResponse.prototype;
    vi.spyOn(ServerResponse.prototype, 'writeHead').mockImplementation(function (
      this: ServerResponse,
      ...head
    ) {
      for (const name of readdirSync(exportsFolder(setup.folder)))
        rmSync(`${exportsFolder(setup.folder)}/${name}`);
      return writeHead.apply(this, head);
    });
    const file = await setup.api.call('GET', body.download_url, { token: setup.mina });
    expect([file.status, String(file.body).trim().split('\r\n').length]).toEqual([200, 3]);
    expect((await setup.api.call('GET', body.download_url, { token: setup.mina })).status).toBe(410);
  });

  test.each([true, false])('is JSON if that is asked for, with details: %s', async (details) => {
    const { body } = await post('/export-metadata', {
      session_ids: ['1', '51'],
      format: 'json',
      include_details: details,
    });
    expect(body.metadata).toMatchObject({ format: 'json', count: 2 });
    const file = await setup.api.call('GET', body.download_url, { token: setup.mina });
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

test('thousands of sessions are exported in one answer', async () => {
  changeDatabase(setup.folder, (db) => db.exec('DELETE FROM sessions'));
  fillSessions(setup.folder, 5_000, () => 'open');
  const ids = Array.from({ length: 5_000 }, (_, at) => String(at + 1));
  const { body } = await post('/export-metadata', { session_ids: ids });
  expect(body.metadata.count).toBe(5_000);
});
