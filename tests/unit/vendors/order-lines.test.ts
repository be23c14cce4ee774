import { expect, it } from 'vitest';
import type { Http } from '../../../src-main/remotes/http.ts';
import type { Batch, Outcome } from '../../../src-main/remotes/remote.ts';
import type { Feed } from '../../../src-main/vendors/bulkhead/feed.ts';
import { streamOrders } from '../../../src-main/vendors/bulkhead/orders.ts';
import type { Delivery, RemoteRecord } from '../../../src-shared/domain/delivery.ts';
import { seed } from '../../builders/property.ts';
import { randomFrom } from '../../builders/random.ts';

const streams = 10_000;
const random = randomFrom(seed);
const upTo = (count: number) => Math.floor(random() * count);

const deliveries: readonly Delivery[] = Array.from({ length: 8 }, (_, at) => ({
  key: `k${at}`,
  recordKey: String(at + 1),
  version: 1,
  isAsPulled: true,
  change: { kind: 'fields', before: { status: 'PENDING' }, after: { status: 'PROCESSING' } },
}));
const batch: Batch = {
  operationId: 1,
  actor: 'tester',
  collection: 'orders',
  key: 'batch',
  cursor: null,
  members: deliveries,
  deliveries,
};
const keys = deliveries.map(({ key }) => key);

/** What a server would say that changed these orders. */
function linesAbout(changed: ReadonlySet<string>): string[] {
  const told = deliveries.map(({ recordKey: recordId }) =>
    changed.has(recordId)
      ? { type: 'success', recordId, updatedFields: ['status'], timestamp: '2026-01-01T00:00:00.000Z' }
      : { type: 'error', recordId, error: 'LOCKED_RECORD', message: 'Locked', retryable: false },
  );
  const progress = { type: 'progress', processed: 4, cursor: 'c1', percentComplete: 50 };
  const lines = [
    { type: 'metadata', operationId: '1', operation: 'status-update', totalRecords: 8 },
    ...told.slice(0, 4),
    progress,
    ...told.slice(4),
    { type: 'summary', processed: 8, errorBreakdown: {}, duration: 'PT1S' },
  ];
  return lines.map((line) => JSON.stringify(line));
}

const junk = [
  '',
  '{',
  'null',
  '[]',
  '"x"',
  '{"type":"success"}',
  '{"type":7,"recordId":[]}',
  '\u0000',
  '1e999',
];

/** Lines that are lost, doubled, in another order, cut off, garbled, about another order, or no lines of such a stream at all. */
function mutated(lines: readonly string[]): string[] {
  let now = [...lines];
  for (let changes = 1 + upTo(4); changes > 0 && now.length > 0; changes -= 1) {
    const at = upTo(now.length);
    const line = now[at] ?? '';
    const place = upTo(line.length);
    const garbled = `${line.slice(0, place)}${String.fromCodePoint(upTo(0x110))}${line.slice(place + 1)}`;
    const others = [...now.slice(0, at), ...now.slice(at + 1)];
    const ways = [
      others,
      [...now.slice(0, at), line, ...now.slice(at)],
      [...others.slice(0, place), line, ...others.slice(place)],
      now.slice(0, at),
      now.with(at, line.slice(0, place)),
      now.with(at, garbled),
      now.with(at, line.replace(/"recordId":"\d+"/, `"recordId":"${1 + upTo(9)}"`)),
      [...now.slice(0, at), junk[upTo(junk.length)] ?? '', ...now.slice(at)],
    ];
    now = ways[upTo(ways.length)] ?? now;
  }
  return now;
}

async function outcomesOf(lines: readonly string[], changed: ReadonlySet<string>): Promise<Outcome[]> {
  const http: Pick<Http, 'lines'> = {
    lines: async function* () {
      yield* lines;
    },
  };
  const recordOf = (key: string): RemoteRecord => {
    const status = changed.has(key) ? 'PROCESSING' : 'PENDING';
    return { key, version: changed.has(key) ? 2 : 1, isDeleted: false, fields: { status } };
  };
  const feed: Feed = {
    pull: () => Promise.reject(new Error('nobody pulls')),
    changed: async () => new Map(),
    now: async (_collection, asked) => new Map([...asked].map((key) => [key, recordOf(key)])),
  };
  const request = { operation: 'status-update', updates: { status: 'PROCESSING' } };
  const outcomes: Outcome[] = [];
  const { signal } = new AbortController();
  for await (const outcome of streamOrders({ http: http as Http, feed }, batch, request, signal))
    outcomes.push(outcome);
  return outcomes;
}

it(`${streams} streams that something happened to: each order has one outcome, and none is confirmed that was not changed`, async () => {
  const kinds = new Set<string>();
  for (let stream = 0; stream < streams; stream += 1) {
    const changed = new Set(deliveries.map(({ recordKey }) => recordKey).filter(() => random() < 0.7));
    const lines = mutated(linesAbout(changed));
    const outcomes = await outcomesOf(lines, changed);
    const settled = outcomes.flatMap((outcome) => (outcome.kind === 'cursor' ? [] : [outcome]));
    const context = JSON.stringify({ lines, changed: [...changed], settled });
    expect(settled.map(({ key }) => key).toSorted(), context).toEqual(keys);
    for (const { key, kind } of settled) {
      kinds.add(kind);
      if (kind === 'confirmed')
        expect(changed.has(deliveries[keys.indexOf(key)]?.recordKey ?? ''), context).toBe(true);
    }
  }
  expect([...kinds].toSorted()).toEqual(expect.arrayContaining(['confirmed', 'refused', 'retry']));
});
