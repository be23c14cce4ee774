import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { maxConcurrent } from '../../../src-main/hosts/server/faces/http/limits.ts';
import type { RemoteRecord } from '../../../src-main/remotes/remote.ts';
import { isAsWanted } from '../../../src-main/vendors/bulkhead/judgement.ts';
import { changesAtOnce } from '../../../src-main/vendors/bulkhead/records.ts';
import { type BulkheadRemote, createBulkheadRemote } from '../../../src-main/vendors/bulkhead/remote.ts';
import type { CollectionName } from '../../../src-shared/collections/index.ts';
import type { Delivery, RecordChange } from '../../../src-shared/domain/delivery.ts';
import { fillOrders, fillSessions, fillVideos } from '../../builders/api-records.ts';
import { type ApiServer, startApiServer } from '../../builders/api-server.ts';
import { fillTickets, makeTickets } from '../../builders/tickets.ts';
import { makeFolder, removeFolder } from '../../builders/workspace.ts';
import { deliver } from './deliver.ts';
import { pullAll } from './pull-all.ts';
import { deliveriesOf, ways } from './ways.ts';

/** Of each collection; every way has its own part of them. */
const count = 400;
const each = 40;
const never = new AbortController().signal;
let folder: string;
let api: ApiServer;
let token: string;
let remote: BulkheadRemote;

beforeAll(async () => {
  folder = makeFolder();
  await (await startApiServer(folder)).close();
  fillTickets(
    folder,
    makeTickets(count, () => ({ assignee: 'Mina' })),
  );
  fillSessions(folder, count, () => 'open');
  fillVideos(folder, count, () => ({ creator: 'mina', status: 'ready', transcript: 'Words.' }));
  fillOrders(folder, count, () => ({}));
  api = await startApiServer(folder);
  token = await api.user('mina', 'agent');
});
afterAll(async () => {
  await api.close();
  expect(api.reports.filter(({ kind }) => kind !== 'refused')).toEqual([]);
  removeFolder(folder);
});
beforeEach(() => {
  remote = createBulkheadRemote({ address: api.url, token });
});
afterEach(() => remote.gate.close());

/** The next records of a collection that no test has changed yet. */
const used = new Map<CollectionName, number>();
async function fresh(collection: CollectionName): Promise<RemoteRecord[]> {
  const from = used.get(collection) ?? 0;
  used.set(collection, from + each);
  return (await pullAll(remote, collection)).filter(
    ({ key }) => Number(key) > from && Number(key) <= from + each,
  );
}

async function nowOf(
  collection: CollectionName,
  keys: readonly string[],
): Promise<Map<string, RemoteRecord>> {
  const found = new Map<string, RemoteRecord>();
  for await (const record of remote.get(collection, keys, never)) found.set(record.key, record);
  return found;
}

describe.each(ways)('a served console: $name', (way) => {
  it('is told once each, but what somebody else changed since', async () => {
    const told = deliveriesOf(way, await fresh(way.collection));
    expect(told).toHaveLength(each);
    const third = told[2] as Delivery;
    const other = createBulkheadRemote({ address: api.url, token });
    const field = { tickets: 'category', sessions: 'owner', videos: 'title', orders: 'customer' }[
      way.collection
    ];
    const theirs: Delivery = {
      ...third,
      key: `other-${third.key}`,
      change: { kind: 'fields', before: {}, after: { [field]: 'Theirs' } },
    };
    const [changed] = (await deliver(other, way.collection, [theirs])).values();
    expect(changed).toMatchObject({ kind: 'confirmed', version: 2 });
    other.gate.close();

    const outcomes = await deliver(remote, way.collection, told);
    const now = await nowOf(
      way.collection,
      told.map(({ recordKey }) => recordKey),
    );
    for (const delivery of told) {
      const { recordKey } = delivery;
      const outcome = outcomes.get(recordKey);
      const record = now.get(recordKey) as RemoteRecord;
      // A comment adds to whatever stands there.
      const isAdded = delivery.change.kind === 'comment';
      if (delivery === third && !isAdded) {
        expect(outcome).toMatchObject({
          kind: 'conflict',
          theirs: { version: 2, fields: { [field]: 'Theirs' } },
        });
        expect(record.version).toBe(2);
        continue;
      }
      // What the other changed is in no version that is known here.
      expect(outcome, recordKey).toMatchObject({
        kind: 'confirmed',
        ...(delivery !== third && { version: 2 }),
      });
      expect(record.version, recordKey).toBe(delivery === third ? 3 : 2);
      if (delivery.change.kind === 'fields') expect(isAsWanted(record, delivery), recordKey).toBe(true);
    }
  });
});

describe('a served console', () => {
  it('says who one is, and what there is', async () => {
    const { user, role, collections } = await remote.connect(never);
    expect([user, role]).toEqual(['mina', 'agent']);
    expect(collections.find(({ collection }) => collection === 'orders')).toEqual({
      collection: 'orders',
      records: count,
    });
  });

  it('has room for all changes that are made record by record at a time', () => {
    const { batchMax, concurrency } = remote.capabilities;
    expect(Math.max(batchMax, changesAtOnce) * concurrency).toBeLessThan(maxConcurrent);
  });

  it('lets whoever may change videos delete those of others too, though not by one call', async () => {
    const way = ways.find(({ name }) => name === 'videos deleted by one call') as (typeof ways)[number];
    const told = deliveriesOf(way, (await fresh('videos')).slice(0, 5));
    const lena = createBulkheadRemote({ address: api.url, token: await api.user('lena', 'agent') });
    const outcomes = await deliver(lena, 'videos', told);
    for (const { recordKey } of told)
      expect(outcomes.get(recordKey)).toMatchObject({ kind: 'confirmed', version: 2 });
    lena.gate.close();
  });

  it('brings back what was deleted, record by record', async () => {
    const [record] = await fresh('tickets');
    const gone: Delivery = {
      key: 'gone',
      recordKey: record?.key ?? '',
      version: 1,
      isAsPulled: true,
      change: { kind: 'fields', before: { deletedAt: null }, after: { deletedAt: 5 } },
    };
    expect((await deliver(remote, 'tickets', [gone])).get(gone.recordKey)).toMatchObject({
      kind: 'confirmed',
      version: 2,
    });
    const back: Delivery = {
      ...gone,
      key: 'back',
      version: 2,
      change: { kind: 'fields', before: { deletedAt: 5 }, after: { deletedAt: null } },
    };
    expect((await deliver(remote, 'tickets', [back])).get(gone.recordKey)).toMatchObject({
      kind: 'confirmed',
      version: 3,
    });
  });

  it('does not take back what it is said to keep', async () => {
    expect(remote.capabilities.irrevocable).toEqual(['comment', 'chunks', 'exports']);
    const hidden: RecordChange = { kind: 'comment_visibility', of: 1, isVisible: false };
    const inOnePiece: RecordChange = { kind: 'fields', before: {}, after: { chunks: 0 } };
    for (const [collection, change] of [
      ['tickets', hidden],
      ['videos', inOnePiece],
    ] as const) {
      const told = deliveriesOf({ name: '', collection, change: () => change }, await fresh(collection));
      const outcomes = [...(await deliver(remote, collection, told)).values()];
      expect(outcomes).toEqual(told.map(({ key }) => ({ key, kind: 'refused', code: 'not_supported' })));
    }
  });

  it('brings a session back without the exports that went with it, and says so', async () => {
    const [record] = await fresh('sessions');
    const changes = [
      { deletedAt: 5, exports: 0 },
      { deletedAt: null, exports: 2 },
    ];
    const [gone, back] = changes.map(
      (after, at): Delivery => ({
        key: `exports-${at}`,
        recordKey: record?.key ?? '',
        version: at + 1,
        isAsPulled: true,
        change: { kind: 'fields', before: {}, after },
      }),
    ) as [Delivery, Delivery];
    const { recordKey } = gone;
    expect((await deliver(remote, 'sessions', [gone])).get(recordKey)).toMatchObject({ kind: 'confirmed' });
    expect((await deliver(remote, 'sessions', [back])).get(recordKey)).toMatchObject({
      kind: 'conflict',
      theirs: { version: 3, isDeleted: false, fields: { exports: 0 } },
    });
  });

  it('says no to what is against its rules, for each record', async () => {
    const told = deliveriesOf(
      {
        name: '',
        collection: 'orders',
        change: () => ({ kind: 'fields', before: {}, after: { status: 'COMPLETED' } }),
      },
      await fresh('orders'),
    );
    const outcomes = await deliver(remote, 'orders', told);
    expect(new Set([...outcomes.values()].map((outcome) => JSON.stringify({ ...outcome, key: '' })))).toEqual(
      new Set(['{"key":"","kind":"refused","code":"INVALID_STATUS_TRANSITION"}']),
    );
  });

  it('takes nothing from somebody who may only look, and stops asking at a key that it does not take', async () => {
    const told = deliveriesOf(ways[0] as (typeof ways)[number], await fresh('tickets'));
    const viewer = createBulkheadRemote({ address: api.url, token: await api.user('vera', 'viewer') });
    const outcomes = await deliver(viewer, 'tickets', told);
    expect(
      [...outcomes.values()].every((outcome) => outcome.kind === 'refused' && outcome.code === 'forbidden'),
    ).toBe(true);
    viewer.gate.close();
    const nobody = createBulkheadRemote({ address: api.url, token: 'nobody' });
    await expect(nobody.connect(never)).rejects.toMatchObject({ kind: 'auth' });
    expect(nobody.gate.shut()).toMatchObject({ reason: 'signed_out' });
    nobody.gate.close();
  });
});
