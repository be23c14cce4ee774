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

/** What is heard of a ticket that is asked about, where an operation there stands as it is told, one telling after the other. */
async function readBack(batch: Batch, told: readonly string[]): Promise<ReadBack[]> {
  const left = [...told];
  server = await startHostileServer((socket, request) => {
    const status = request.includes('bulk-operations') ? left.shift() : undefined;
    const isMade = told.at(-1) === 'completed' && left.length === 0;
    const record = { id: 5, version: isMade ? 2 : 1, deleted: false, status: isMade ? 'solved' : 'open' };
    if (status === 'gone') socket.write(answerOf('404 Not Found', json, '{}'));
    else socket.write(answerOf('200 OK', json, JSON.stringify(status === undefined ? record : { status })));
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
const confirmed = { key: delivery.key, kind: 'confirmed', version: 2 };
const absent = { key: delivery.key, kind: 'absent' };

it.each([
  ['once that has ended', batchOf('tickets', begun), ['pending', 'in_progress', 'completed'], confirmed],
  ['where that is not known any more', batchOf('tickets', begun), ['gone'], absent],
  ['at once where nothing was begun', batchOf('tickets', null), [], absent],
  [
    'at once where the call for it got no answer',
    batchOf('tickets', begun.replace('"7"', 'null')),
    [],
    absent,
  ],
])('a record tells what became of an operation there %s', async (_when, batch, told, answer) => {
  expect(await readBack(batch, told)).toEqual([answer]);
});
