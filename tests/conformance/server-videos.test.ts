import { beforeAll, describe, expect, test } from 'vitest';
import { fillVideos, readRows } from '../builders/api-records.ts';
import type { ApiReply } from '../builders/api-server.ts';
import { useApi } from './served-api.ts';

const setup = useApi();
beforeAll(() => {
  fillVideos(setup.folder, 30, (id) => ({
    ...(id > 20 && { creator: 'otto' }),
    ...(id <= 10 && { transcript: 'What was said. '.repeat(300) }),
    ...(id === 5 && { status: 'processing' }),
  }));
});

function post(
  action: string,
  ids: readonly string[],
  creator = 'mina',
  token = setup.mina,
): Promise<ApiReply> {
  return setup.api.call('POST', `/api/bulk/${action}`, {
    token,
    body: { creator_id: creator, video_ids: ids },
  });
}

async function ended({ body }: ApiReply): Promise<ApiReply['body']> {
  await setup.api.ended(Number(body.operation_id));
  return (await setup.api.call('GET', `/api/bulk/status/${body.operation_id}`, { token: setup.mina })).body;
}

const isDeleted = (id: number): boolean =>
  readRows(setup.folder, 'videos', 'id, deleted_at').find((row) => row['id'] === id)?.['deleted_at'] !== null;

test('deletes videos and says which it could not', async () => {
  const accepted = await post('delete', ['1', '2', '5', '999']);
  expect([accepted.status, Object.keys(accepted.body)]).toEqual([202, ['operation_id']]);
  expect(await ended(accepted)).toEqual({
    operation_id: accepted.body.operation_id,
    status: 'partial',
    progress: { current: 4, total: 4, percentage: 100 },
    result: {
      deleted: 2,
      errors: [
        { video_id: '5', error_code: 'processing', error_message: expect.any(String) },
        { video_id: '999', error_code: 'not_found', error_message: expect.any(String) },
      ],
      has_more_errors: false,
    },
  });
  expect([isDeleted(1), isDeleted(5)]).toEqual([true, false]);
});

test('exports what is known of videos to CSV with a header row', async () => {
  const page = await ended(await post('export', ['3', '4', '6']));
  expect(page).toMatchObject({ status: 'completed', result: { exported: 3, errors: [] } });
  const file = await setup.api.call('GET', page.result.download_url, { token: setup.mina });
  const [header = '', ...rows] = String(file.body).trim().split('\r\n');
  expect(header.replace('\uFEFF', '').split(',').slice(0, 3)).toEqual(['id', 'key', 'title']);
  expect(rows.length).toBe(3);
});

test('reprocesses videos that have a transcript, and names those without', async () => {
  const page = await ended(await post('reprocess', ['7', '8', '15']));
  expect(page).toMatchObject({ status: 'partial', result: { reprocessed: 2 } });
  expect(page.result.errors).toEqual([
    { video_id: '15', error_code: 'missing_transcript', error_message: expect.any(String) },
  ]);
  const seven = readRows(setup.folder, 'videos', 'id, status, chunks').find((row) => row['id'] === 7);
  expect(seven).toMatchObject({ status: 'ready' });
  expect(Number(seven?.['chunks'])).toBeGreaterThan(0);
});

describe('videos of others', () => {
  test('are left alone, whoever is named as their creator', async () => {
    for (const [ids, creator] of [
      [['21'], 'mina'],
      [['3', '22'], 'mina'],
      [['21'], 'otto'],
    ] as const) {
      const reply = await post('delete', ids, creator);
      expect([reply.status, reply.body.error.code]).toEqual([403, 'forbidden']);
    }
    expect((await post('delete', ['3', '22'])).body.error.details.ids).toEqual(['22']);
    expect([isDeleted(3), isDeleted(21), isDeleted(22)]).toEqual([false, false, false]);
  });

  test('are for their creator and for an admin, and so is what was done to them', async () => {
    const otto = await setup.api.user('otto', 'agent');
    const accepted = await post('delete', ['23'], 'otto', otto);
    expect(accepted.status).toBe(202);
    await setup.api.ended(Number(accepted.body.operation_id));
    expect(
      (await setup.api.call('GET', `/api/bulk/status/${accepted.body.operation_id}`, { token: setup.mina }))
        .status,
    ).toBe(404);
    expect((await post('delete', ['24'], 'otto', setup.api.token)).status).toBe(202);
  });
});

test.each([
  ['delete', 101, 'video_ids'],
  ['export', 501, 'video_ids'],
  ['reprocess', 101, 'video_ids'],
])('%s takes no more than it may', async (action, count, named) => {
  const reply = await post(
    action,
    Array.from({ length: count }, (_, at) => String(at + 1)),
  );
  expect([reply.status, reply.body.error.code]).toEqual([422, 'invalid_request']);
  expect(reply.body.error.message).toContain(named);
});

test('a status needs the id of an existing operation', async () => {
  for (const id of ['999999', 'x', '0'])
    expect((await setup.api.call('GET', `/api/bulk/status/${id}`, { token: setup.mina })).status).toBe(404);
});
