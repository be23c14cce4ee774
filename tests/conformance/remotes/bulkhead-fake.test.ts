import { afterEach, describe, expect, it } from 'vitest';
import { httpLimits } from '../../../src-main/remotes/http.ts';
import type { RemoteRecord } from '../../../src-main/remotes/remote.ts';
import { isAsWanted } from '../../../src-main/vendors/bulkhead/judgement.ts';
import { type BulkheadRemote, createBulkheadRemote } from '../../../src-main/vendors/bulkhead/remote.ts';
import type { CollectionName } from '../../../src-shared/collections/index.ts';
import type { Delivery } from '../../../src-shared/domain/delivery.ts';
import { seed } from '../../builders/property.ts';
import type { DeskRecord, Fields } from '../../fakes/desk/desk-records.ts';
import { type Desk, type DeskOptions, type Mischief, startDesk } from '../../fakes/desk/desk-server.ts';
import { randomFrom } from '../../faults/harness.ts';
import { deliver } from './deliver.ts';
import { pullAll } from './pull-all.ts';
import { deliveriesOf, type Way, ways } from './ways.ts';

const count = 40;
const limits = { ...httpLimits, connectMs: 500, headersMs: 300, idleMs: 300, totalMs: 1_000 };
let desk: Desk;
let remote: BulkheadRemote;
afterEach(async () => {
  remote.gate.close();
  await desk.close();
});

function seeds(): Record<CollectionName, Fields[]> {
  const make = (fields: Fields) => Array.from({ length: count }, () => ({ ...fields }));
  return {
    tickets: make({ status: 'open', assignee: 'Mina', product: 'Desk', category: null }),
    sessions: make({ status: 'open', title: 'A session' }),
    videos: make({ status: 'ready', category: 'None', creator: 'mina' }),
    orders: make({ status: 'PENDING', isArchived: 'no', isLocked: 'no' }),
  };
}

async function open(options: Partial<DeskOptions> = {}): Promise<void> {
  desk = await startDesk({ records: seeds(), ...options });
  remote = createBulkheadRemote({ address: `${desk.address}/`, token: 'secret', limits, random: () => 0 });
}

async function toldTo(way: Way): Promise<Delivery[]> {
  return deliveriesOf(way, await pullAll(remote, way.collection));
}

function theirs(collection: CollectionName, key: string): DeskRecord {
  const record = desk.records.find(collection, key);
  if (!record) throw new Error(`no ${collection} ${key}`);
  return record;
}

function asRecord({ id, version, isDeleted, fields }: DeskRecord): RemoteRecord {
  return { key: id, version, isDeleted, fields };
}

/** Nothing is lost, nothing happened twice, and what counts as confirmed is so. */
function expectTruth(
  way: Way,
  told: readonly Delivery[],
  outcomes: Awaited<ReturnType<typeof deliver>>,
): void {
  expect(outcomes.size).toBe(told.length);
  for (const delivery of told) {
    const record = theirs(way.collection, delivery.recordKey);
    const outcome = outcomes.get(delivery.recordKey);
    const what = `${delivery.recordKey}: ${JSON.stringify(outcome)}`;
    expect(record.effects, what).toBeLessThanOrEqual(1);
    if (outcome?.kind === 'confirmed') {
      expect(record.effects, what).toBe(1);
      if (delivery.change.kind === 'fields') expect(isAsWanted(asRecord(record), delivery), what).toBe(true);
    }
    if (outcome?.kind === 'refused') expect(record.effects, what).toBe(0);
  }
}

describe.each(ways)('$name', (way) => {
  it('is told once each, with the versions that came of it', async () => {
    await open();
    const told = await toldTo(way);
    const outcomes = await deliver(remote, way.collection, told);
    expectTruth(way, told, outcomes);
    for (const [key, outcome] of outcomes)
      expect(outcome, key).toMatchObject({ kind: 'confirmed', version: theirs(way.collection, key).version });
  });

  it('overwrites nothing that somebody else changed since, and nothing that is not there', async () => {
    await open();
    const told = await toldTo(way);
    desk.records.change(way.collection, '3', { note: 'Somebody else was here' });
    const [third] = told.filter(({ recordKey }) => recordKey === '3');
    const ghost = { ...told[0], key: 'ghost', recordKey: '999999', version: null } as Delivery;
    const outcomes = await deliver(remote, way.collection, [...told, ghost]);
    // A comment adds to whatever stands there.
    const isAdded = third?.change.kind === 'comment';
    expect(outcomes.get('3')).toMatchObject(
      isAdded ? { kind: 'confirmed', version: 3 } : { kind: 'conflict', theirs: { key: '3', version: 2 } },
    );
    expect(theirs(way.collection, '3').effects).toBe(isAdded ? 2 : 1);
    expect(third && isAsWanted(asRecord(theirs(way.collection, '3')), third)).toBe(false);
    expect(outcomes.get('999999')).toMatchObject({ kind: 'refused', code: 'not_found' });
    expect([...outcomes.values()].filter(({ kind }) => kind === 'confirmed')).toHaveLength(
      count - (isAdded ? 0 : 1),
    );
  });
});

/** One way of each kind: the others go the same road. */
const kinds = ways.filter(({ name }) =>
  [
    'a status by one call',
    'a comment by one call',
    'values of their own record by record',
    'sessions closed by one call',
    'videos deleted by one call',
    'order statuses by a stream',
  ].includes(name),
);

describe.each(kinds)('$name, to one that misbehaves,', (way) => {
  it('is not told twice when the answer to the very first request is lost', async () => {
    await open();
    const told = await toldTo(way);
    let cuts = 0;
    desk.mischief = ({ method }) => {
      if (method === 'GET' || cuts === 2) return undefined;
      cuts += 1;
      return { cut: 'after' };
    };
    const outcomes = await deliver(remote, way.collection, told);
    expectTruth(way, told, outcomes);
    expect([...outcomes.values()].every(({ kind }) => kind === 'confirmed')).toBe(true);
  });

  it.each<[string, Mischief]>([
    ['connections that are cut before the request is carried out', { cut: 'before' }],
    ['connections that are cut after it', { cut: 'after' }],
    ['answers of which the half is missing', { cutAt: 20 }],
    ['errors of its own', { status: 500 }],
    [
      'pages of somebody on the way',
      { status: 502, headers: { 'content-type': 'text/html' }, body: '<html>' },
    ],
    ['refusals for now', { status: 503 }],
    ['answers that come too late', { delayMs: 400 }],
    ['answers that are no JSON', { status: 200, body: '{"id":' }],
    ['answers about something else', { bend: () => ({ hello: 'world' }) }],
    ['answers about another record', { bend: (body) => ({ ...(body as object), id: 77_777 }) }],
  ])('stands %s', async (_what, mischief) => {
    const random = randomFrom(seed);
    await open();
    const told = await toldTo(way);
    const most = 'delayMs' in mischief ? 4 : 1_000;
    // One of the first two meets it in any case: a bulk call takes few requests, and chance may spare them all.
    const certain = random() < 0.5 ? 0 : 1;
    let requests = 0;
    let times = 0;
    desk.mischief = ({ path }) => {
      // Numbers of operations are left alone: a wrong one is the number of another.
      if (times >= most || path.includes('/me')) return undefined;
      const isMet = requests === certain || random() < 0.3;
      requests += 1;
      if (!isMet) return undefined;
      times += 1;
      return mischief;
    };
    expectTruth(way, told, await deliver(remote, way.collection, told));
    expect(times, 'the desk behaved itself').toBeGreaterThan(0);
  });
});

describe('a stream of orders', () => {
  const way = ways.find(({ name }) => name === 'order statuses by a stream') as Way;
  const each =
    (random: () => number, bend: (line: string, random: () => number) => string[]) =>
    (lines: readonly string[]) =>
      lines.flatMap((line) => (random() < 0.3 ? bend(line, random) : [line]));

  it.each<[string, (line: string, random: () => number) => string[]]>([
    ['that lack', () => []],
    ['that come twice', (line) => [line, line]],
    ['that are cut', (line, random) => [line.slice(0, Math.floor(random() * line.length))]],
    [
      'with a byte that is wrong',
      (line, random) => [line.replace(line[Math.floor(random() * line.length)] ?? '', '\u0000')],
    ],
    [
      'of types that nobody knows',
      (line) => [line, '{"type":"heartbeat"}', 'null', '[]', '""', '{"type":"success"}'],
    ],
    [
      'about others',
      (line) => [
        line,
        '{"type":"success","recordId":"77777"}',
        '{"type":"error","recordId":"0","error":"NO"}',
      ],
    ],
  ])('with lines %s tells the truth all the same', async (_what, bend) => {
    const random = randomFrom(seed);
    await open();
    const told = await toldTo(way);
    desk.mischief = ({ path }) => (path.startsWith('/v1') ? { bendLines: each(random, bend) } : undefined);
    const outcomes = await deliver(remote, 'orders', told);
    expectTruth(way, told, outcomes);
    expect([...outcomes.values()].every(({ kind }) => kind === 'confirmed')).toBe(true);
  });

  it('may come in any order', async () => {
    const random = randomFrom(seed);
    await open();
    const told = await toldTo(way);
    desk.mischief = ({ path }) =>
      path.startsWith('/v1') ? { bendLines: (lines) => lines.toSorted(() => random() - 0.5) } : undefined;
    expectTruth(way, told, await deliver(remote, 'orders', told));
  });

  it('says what it refuses, and tries again what may be tried', async () => {
    await open();
    theirs('orders', '5').fields['isLocked'] = 'yes';
    const told = await toldTo(way);
    const outcomes = await deliver(remote, 'orders', told);
    expect(outcomes.get('5')).toEqual({ key: told[4]?.key, kind: 'refused', code: 'LOCKED_RECORD' });
  });

  it('loses nothing and does nothing twice in a thousand connections that are cut anywhere', {
    timeout: 60_000,
  }, async () => {
    const random = randomFrom(seed);
    const orders = 4_000;
    const records = { ...seeds(), orders: Array.from({ length: orders }, () => ({ status: 'PENDING' })) };
    await open({ records, progressEvery: 3 });
    const told = await toldTo(way);
    let cuts = 0;
    desk.mischief = ({ path }) => {
      if (!path.startsWith('/v1')) return undefined;
      cuts += 1;
      return { cutAt: Math.floor(random() * 1_300) };
    };
    const settled = new Map<string, { readonly kind: string }>();
    for (let at = 0; at < orders; at += 10)
      for (const [key, outcome] of await deliver(remote, 'orders', told.slice(at, at + 10)))
        settled.set(key, outcome);
    expect(settled.size).toBe(orders);
    expect(desk.records.all('orders').filter(({ effects }) => effects !== 1)).toEqual([]);
    expect([...settled.values()].filter(({ kind }) => kind !== 'confirmed')).toEqual([]);
    expect(cuts).toBeGreaterThan(1_000);
  });

  it('whose cursor is not known any more is settled by looking at the orders', async () => {
    await open();
    const told = await toldTo(way);
    let isFirst = true;
    desk.mischief = ({ path }) => {
      if (!path.startsWith('/v1')) return undefined;
      if (!isFirst) return { status: 410, body: '{"error":{"code":"cursor_expired","message":"No."}}' };
      isFirst = false;
      return { cutAt: 2_500 };
    };
    const outcomes = await deliver(remote, 'orders', told);
    expectTruth(way, told, outcomes);
    expect([...outcomes.values()].every(({ kind }) => kind === 'confirmed')).toBe(true);
  });
});

describe('an operation there', () => {
  const way = ways.find(({ name }) => name === 'a status by one call') as Way;
  const asks = () => desk.requests.filter(({ path }) => /bulk-operations\/\d/.test(path)).length;

  it('is followed over a WebSocket, and by asking where there is none', async () => {
    await open();
    await deliver(remote, 'tickets', await toldTo(way));
    expect(asks()).toBe(1);
    remote.gate.close();
    await desk.close();
    await open({ hasNoSockets: true });
    const told = await toldTo(way);
    expectTruth(way, told, await deliver(remote, 'tickets', told));
    expect(asks()).toBeGreaterThanOrEqual(1);
  });

  it('that is lost there leaves nothing open: the records tell', async () => {
    await open();
    const told = await toldTo(way);
    desk.mischief = ({ path }) => (/bulk-operations\/\d/.test(path) ? { status: 404 } : undefined);
    const outcomes = await deliver(remote, 'tickets', told);
    expectTruth(way, told, outcomes);
    expect([...outcomes.values()].every(({ kind }) => kind === 'confirmed')).toBe(true);
  });
});

describe('changes there', () => {
  it('come once each, deleted ones too, and whose cursor is not known any more has to begin anew', async () => {
    await open();
    const { signal } = new AbortController();
    const first = await remote.pull('tickets', null, signal);
    expect([first.records.length, first.isEnd]).toEqual([count, true]);
    desk.records.change('tickets', '4', { deleted: 1 });
    desk.records.change('tickets', '9', { status: 'closed' });
    const second = await remote.pull('tickets', first.cursor, signal);
    expect(second.records.map(({ key, isDeleted, version }) => [key, isDeleted, version])).toEqual([
      ['4', true, 2],
      ['9', false, 2],
    ]);
    desk.records.forgetCursors();
    await expect(remote.pull('tickets', second.cursor, signal)).rejects.toMatchObject({
      kind: 'cursor_expired',
    });
    expect((await remote.pull('tickets', null, signal)).records).toHaveLength(count - 1);
  });

  it('are read one by one as they are now, deleted ones without what was in them', async () => {
    await open();
    desk.records.change('tickets', '4', { deleted: 1 });
    const { signal } = new AbortController();
    const found = new Map<string, RemoteRecord>();
    for await (const record of remote.get('tickets', ['3', '4', '999999'], signal))
      found.set(record.key, record);
    expect([...found.keys()].toSorted((one, other) => Number(one) - Number(other))).toEqual(['3', '4']);
    expect(found.get('4')).toEqual({ key: '4', version: 2, isDeleted: true, fields: {} });
  });
});
