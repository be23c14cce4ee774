import { afterEach, expect, it } from 'vitest';
import { createHttp, type Http } from '../../../src-main/remotes/http.ts';
import type { Outcome } from '../../../src-main/remotes/remote.ts';
import { orTakenBack } from '../../../src-main/vendors/bulkhead/take-back.ts';
import type { Delivery } from '../../../src-shared/domain/delivery.ts';
import { answerOf, type HostileServer, startHostileServer } from '../../fakes/hostile-server.ts';
import { openGate } from '../../fakes/open-gate.ts';

let server: HostileServer;
let http: Http;
afterEach(async () => {
  http.close();
  await server.close();
});

it('what cannot be taken back stays refused as it was, before a cursor leaves it behind, and is asked for under a key of its own', async () => {
  const body = '{"error":{"code":"not_found","message":"No."}}';
  const answer = answerOf('404 Not Found', { 'content-type': 'application/json' }, body);
  server = await startHostileServer((socket) => socket.write(answer));
  http = createHttp({
    address: server.address,
    token: 'secret',
    gate: { ...openGate, note: () => undefined },
  });
  const change = { kind: 'fields', before: { status: 'closed' }, after: { status: 'open' } } as const;
  const deliveries: Delivery[] = ['1', '2'].map((id) => ({
    key: `k${id}`,
    recordKey: id,
    version: 1,
    isAsPulled: true,
    change,
  }));
  const batch = { operationId: 1, actor: 'mina', collection: 'tickets', key: 'b', cursor: null } as const;
  const came: Outcome[] = [
    { key: 'k1', kind: 'refused', code: 'illegal_transition' },
    { kind: 'cursor', cursor: 'c' },
    { key: 'k2', kind: 'refused', code: 'locked' },
  ];
  async function* all() {
    yield* came;
  }
  const told: Outcome[] = [];
  const { signal } = new AbortController();
  for await (const outcome of orTakenBack(http, { ...batch, members: deliveries, deliveries }, all(), signal))
    told.push(outcome);
  expect(told).toEqual(came);
  // Whether it stands as wanted is looked at last, and of what is refused for another reason not at all.
  expect(server.requests).toEqual([
    expect.stringMatching(/^POST \/api\/v1\/tickets\/1\/undo .*idempotency-key: k1-undo\r\n/is),
    expect.stringMatching(/^GET \/api\/v1\/tickets\/1 /),
  ]);
});
