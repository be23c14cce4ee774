import { afterEach, expect, it } from 'vitest';
import { createHttp, type Http } from '../../../src-main/remotes/http.ts';
import { followOperation } from '../../../src-main/vendors/bulkhead/follow.ts';
import { reprocess } from '../../../src-main/vendors/bulkhead/reprocess.ts';
import { answerOf, type HostileServer, startHostileServer } from '../../fakes/hostile-server.ts';
import { openGate } from '../../fakes/open-gate.ts';

const { signal } = new AbortController();
let server: HostileServer;
let http: Http;
afterEach(async () => {
  http.close();
  await server.close();
});

async function facing(body: unknown): Promise<void> {
  const json = { 'content-type': 'application/json' };
  server = await startHostileServer((socket) => socket.write(answerOf('200 OK', json, JSON.stringify(body))));
  http = createHttp({
    address: server.address,
    token: 'secret',
    gate: { ...openGate, note: () => undefined },
  });
}

it.each([
  ['completed', true],
  ['partial', true],
  ['failed', false],
  ['cancelled', false],
])(
  'an operation there that ends as %s names what it refused, wherever and in whatever words',
  async (status, isWhole) => {
    const errors = [{ ticket_id: 1, error_code: 'locked' }];
    const others = [
      { session_id: '2', code: 'closed' },
      { video_id: '3', reason: 'processing' },
      { ticket_id: 4 },
    ];
    await facing({ status, errors, result: { errors: others } });
    const following = followOperation({ http, collection: 'videos' }, '7', signal);
    const refused = new Map([
      ['1', 'locked'],
      ['2', 'closed'],
      ['3', 'processing'],
      ['4', 'failed'],
    ]);
    expect(await following.next()).toEqual({ done: true, value: { isWhole, refused } });
  },
);

it('a video is not told to have no chunks again: there is no such call', async () => {
  await facing({});
  const change = { kind: 'fields', before: { chunks: 3 }, after: { chunks: 0 } } as const;
  const look = () => expect.unreachable('it was looked at');
  const delivery = { key: 'k', recordKey: '1', version: 1, isAsPulled: true, change };
  expect(await reprocess(http, delivery, look, signal)).toEqual({
    key: 'k',
    kind: 'refused',
    code: 'not_supported',
  });
  expect(server.requests).toEqual([]);
});
