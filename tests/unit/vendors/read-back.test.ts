import { afterEach, expect, it } from 'vitest';
import type { Batch, ReadBack } from '../../../src-main/remotes/remote.ts';
import { createBulkheadRemote } from '../../../src-main/vendors/bulkhead/remote.ts';
import { answerOf, type HostileServer, startHostileServer } from '../../fakes/hostile-server.ts';

const { signal } = new AbortController();
const json = { 'content-type': 'application/json' };
let server: HostileServer;
afterEach(() => server.close());

const change = { kind: 'fields', before: { status: 'open' }, after: { status: 'solved' } } as const;
const delivery = { key: '1:1:a', recordKey: '5', version: 1, isAsPulled: true, change };

function batchOf(collection: Batch['collection'], cursor: string | null): Batch {
  const deliveries = [delivery];
  return { operationId: 1, actor: 'tester', collection, key: 'k', cursor, members: deliveries, deliveries };
}

/**
 * What is heard of a ticket that is asked about, where what was begun there stands as it is told, one telling after the
 * other; of nothing else was anything begun.
 */
async function readBack(batch: Batch, askedAt: string, told: readonly string[]): Promise<ReadBack[]> {
  const left = [...told];
  server = await startHostileServer((socket, request) => {
    const isMade = told.at(-1) === 'completed' && left.length === 0;
    const record = { id: 5, version: isMade ? 2 : 1, deleted: false, status: isMade ? 'solved' : 'open' };
    if (request.includes('/api/v1/tickets/5 '))
      return void socket.write(answerOf('200 OK', json, JSON.stringify(record)));
    const status = request.includes(askedAt) ? left.shift() : 'gone';
    const isGone = status === undefined || status === 'gone' || status === 'no address';
    const operation = isGone ? null : { operation_id: '7', status };
    if (request.includes('/operations?key=') && status !== 'no address')
      socket.write(answerOf('200 OK', json, JSON.stringify({ operation })));
    else if (isGone) socket.write(answerOf('404 Not Found', json, '{}'));
    else socket.write(answerOf('200 OK', json, JSON.stringify(operation)));
  });
  const remote = createBulkheadRemote({ address: server.address, token: 'secret' });
  try {
    const answers: ReadBack[] = [];
    for await (const answer of remote.readBack(batch, signal)) answers.push(answer);
    return answers;
  } finally {
    remote.gate.close();
  }
}

const begun = JSON.stringify({ ids: ['5'], operationId: '7' });
const unanswered = JSON.stringify({ ids: ['5'], operationId: null });
const number = '/bulk-operations/7 ';
const key = (name: string) => `/operations?key=${encodeURIComponent(name)} `;
const confirmed = { key: delivery.key, kind: 'confirmed', version: 2 };
const absent = { key: delivery.key, kind: 'absent' };
const atLast = ['pending', 'in_progress', 'completed'];

it.each([
  ['once that has ended', begun, number, atLast, confirmed],
  ['where that is not known any more', begun, number, ['gone'], absent],
  ['once that has ended of which the call got no answer', unanswered, key('k'), atLast, confirmed],
  ['where the call never came', unanswered, key('k'), ['gone'], absent],
  ['where keys cannot be asked for', unanswered, key('k'), ['no address'], absent],
  ['once its own change has ended', null, key(delivery.key), atLast, confirmed],
  ['once it was taken back there', null, key(`${delivery.key}-undo`), atLast, confirmed],
  ['where no change of it came', null, key(delivery.key), ['gone'], absent],
  ['where its change was refused', null, key(delivery.key), ['pending', 'failed'], absent],
])('a record tells what became of what was begun there %s', async (_when, cursor, askedAt, told, answer) => {
  expect(await readBack(batchOf('tickets', cursor), askedAt, told)).toEqual([answer]);
});

it.each([
  ['that has ended', 'partial', ['confirmed', 'absent']],
  ['some of which was never begun', 'cancelled', ['unclear', 'absent']],
] as const)(
  'what became of comments is told by their request %s, and not by records that moved on',
  async (_, status, kinds) => {
    const errors = [{ ticket_id: 6, error_code: 'deleted' }];
    server = await startHostileServer((socket, request) => {
      const operation = { operation_id: '7', status, errors };
      const id = Number(/tickets\/(\d)/.exec(request)?.[1]);
      const told = request.includes(number) ? operation : { id, version: 3, deleted: false };
      const body = request.includes(key('k')) ? { operation } : told;
      socket.write(answerOf('200 OK', json, JSON.stringify(body)));
    });
    const remote = createBulkheadRemote({ address: server.address, token: 'secret' });
    const comment = { kind: 'comment', body: 'Hello', isInternal: false } as const;
    const deliveries = ['5', '6'].map((recordKey) => ({
      ...delivery,
      key: recordKey,
      recordKey,
      change: comment,
    }));
    const answers = new Map<string, string>();
    const batch = { ...batchOf('tickets', unanswered), members: deliveries, deliveries };
    for await (const { key: about, kind } of remote.readBack(batch, signal)) answers.set(about, kind);
    remote.gate.close();
    expect([answers.get('5'), answers.get('6')]).toEqual(kinds);
  },
);

it('a record that cannot be read keeps none of the others from being known', async () => {
  server = await startHostileServer((socket, request) => {
    const id = Number(/tickets\/(\d+)/.exec(request)?.[1]);
    const record = { id, version: 2, deleted: false, status: 'solved' };
    const isReadable = id !== 1;
    socket.write(
      answerOf(isReadable ? '200 OK' : '500 Error', json, isReadable ? JSON.stringify(record) : '{}'),
    );
  });
  const remote = createBulkheadRemote({ address: server.address, token: 'secret' });
  const keys = Array.from({ length: 30 }, (_, at) => String(at + 1));
  const deliveries = keys.map((recordKey) => ({ ...delivery, key: recordKey, recordKey }));
  const answered: string[] = [];
  const batch = { ...batchOf('tickets', null), members: deliveries, deliveries };
  for await (const { key: about } of remote.readBack(batch, signal)) answered.push(about);
  remote.gate.close();
  expect(answered.toSorted((one, other) => Number(one) - Number(other))).toEqual(keys.slice(1));
});

it.each([
  ['503 Busy', { 'retry-after': '1' }, ['held', 'held']],
  ['401 Who', {}, ['held', 'held']],
  ['500 Error', {}, []],
] as const)(
  'what cannot be asked now counts as not asked, unlike what is answered with a fault (%s)',
  async (status, headers, kinds) => {
    server = await startHostileServer((socket) => {
      socket.write(answerOf(status, { ...json, ...headers }, '{}'));
    });
    const remote = createBulkheadRemote({ address: server.address, token: 'secret' });
    const deliveries = ['5', '6'].map((recordKey) => ({ ...delivery, key: recordKey, recordKey }));
    const heard: string[] = [];
    const batch = { ...batchOf('tickets', null), members: deliveries, deliveries };
    for await (const { kind } of remote.readBack(batch, signal)) heard.push(kind);
    remote.gate.close();
    expect(heard).toEqual(kinds);
  },
);
