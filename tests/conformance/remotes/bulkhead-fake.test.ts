import { describe, expect, it } from 'vitest';
import type { RemoteRecord } from '../../../src-main/remotes/remote.ts';
import { isAsWanted } from '../../../src-main/vendors/bulkhead/judgement.ts';
import type { Delivery } from '../../../src-shared/domain/delivery.ts';
import { seed } from '../../builders/property.ts';
import { randomFrom } from '../../builders/random.ts';
import type { Mischief } from '../../fakes/desk/desk-server.ts';
import { deliver } from './deliver.ts';
import { asRecord, count, useFakedDesk } from './faked-desk.ts';
import { type Way, ways } from './ways.ts';

const setup = useFakedDesk();
const { open, toldTo, theirs, expectTruth } = setup;

describe.each(ways)('$name', (way) => {
  it('is told once each, with the versions that came of it', async () => {
    await open();
    const told = await toldTo(way);
    const outcomes = await deliver(setup.remote, way.collection, told);
    expectTruth(way, told, outcomes);
    for (const [key, outcome] of outcomes)
      expect(outcome, key).toMatchObject({ kind: 'confirmed', version: theirs(way.collection, key).version });
  });

  it('overwrites nothing that somebody else changed since, and nothing that is not there', async () => {
    await open();
    const told = await toldTo(way);
    setup.desk.records.change(way.collection, '3', { note: 'Somebody else was here' });
    const [third] = told.filter(({ recordKey }) => recordKey === '3');
    const ghost = {
      ...told[0],
      key: 'ghost',
      recordKey: '999999',
      version: null,
      isAsPulled: false,
    } as Delivery;
    const outcomes = await deliver(setup.remote, way.collection, [...told, ghost]);
    // A comment adds to whatever stands there.
    const isAdded = third?.change.kind === 'comment';
    expect(outcomes.get('3')).toMatchObject(
      isAdded ? { kind: 'confirmed' } : { kind: 'conflict', theirs: { key: '3', version: 2 } },
    );
    expect(theirs(way.collection, '3').effects).toBe(isAdded ? 2 : 1);
    expect(third && isAsWanted(asRecord(theirs(way.collection, '3')), third)).toBe(false);
    expect(outcomes.get('999999')).toMatchObject({ kind: 'refused', code: 'not_found' });
    expect([...outcomes.values()].filter(({ kind }) => kind === 'confirmed')).toHaveLength(
      count - (isAdded ? 0 : 1),
    );
  });

  it('claims no version with changes of others in it, though the record stands as it was to', async () => {
    await open();
    const told = await toldTo(way);
    const { change } = told.find(({ recordKey }) => recordKey === '3') as Delivery;
    const { deletedAt, ...after } = change.kind === 'fields' ? change.after : {};
    const others = [{ note: 'Somebody else was here' }, deletedAt === undefined ? after : { deleted: 1 }];
    for (const other of others) setup.desk.records.change(way.collection, '3', other);
    const outcomes = await deliver(setup.remote, way.collection, told);
    expect(outcomes.get('3')).toEqual({ key: expect.anything(), kind: 'confirmed' });
    expect(outcomes.get('4')).toMatchObject({ version: 2 });
  });
});

/** How long the beginning of an answer of one that misbehaves is waited for: long enough for those that come in time, also on a busy machine. */
const headersMs = 1_000;
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
    setup.desk.mischief = ({ method }) => {
      if (method === 'GET' || cuts === 2) return undefined;
      cuts += 1;
      return { cut: 'after' };
    };
    const outcomes = await deliver(setup.remote, way.collection, told);
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
    ['answers that come too late', { delayMs: headersMs + 300 }],
    ['answers that are no JSON', { status: 200, body: '{"id":' }],
    ['answers about something else', { bend: () => ({ hello: 'world' }) }],
    ['answers about another record', { bend: (body) => ({ ...(body as object), id: 77_777 }) }],
  ])('stands %s', async (_what, mischief) => {
    const random = randomFrom(seed);
    await open({}, { headersMs });
    const told = await toldTo(way);
    const most = 'delayMs' in mischief ? 2 : 1_000;
    // One of the first two meets it in any case: a bulk call takes few requests, and chance may spare them all.
    const certain = random() < 0.5 ? 0 : 1;
    let requests = 0;
    let times = 0;
    setup.desk.mischief = ({ path }) => {
      // Numbers of operations are left alone: a wrong one is the number of another.
      if (times >= most || path.includes('/me')) return undefined;
      const isMet = requests === certain || random() < 0.3;
      requests += 1;
      if (!isMet) return undefined;
      times += 1;
      return mischief;
    };
    expectTruth(way, told, await deliver(setup.remote, way.collection, told));
    expect(times, 'the desk behaved itself').toBeGreaterThan(0);
  });
});

it.each(kinds)('$name, keeps no more of a refusal than a word', async (way) => {
  await open();
  const told = await toldTo(way);
  const body = JSON.stringify({ error: { code: 'locked'.repeat(300_000), message: 'No.' } });
  setup.desk.mischief = ({ method }) => (method === 'GET' ? undefined : { status: 409, body });
  const outcomes = [...(await deliver(setup.remote, way.collection, told)).values()];
  expect(outcomes).toHaveLength(told.length);
  for (const outcome of outcomes)
    expect(outcome).toMatchObject({ kind: 'refused', code: expect.stringMatching(/^locked.{94}$/) });
});

describe('an operation there', () => {
  const way = ways.find(({ name }) => name === 'a status by one call') as Way;
  const asks = () => setup.desk.requests.filter(({ path }) => /bulk-operations\/\d/.test(path)).length;

  it('is followed over a WebSocket, and by asking where there is none', async () => {
    await open();
    await deliver(setup.remote, 'tickets', await toldTo(way));
    expect(asks()).toBe(1);
    setup.remote.gate.close();
    await setup.desk.close();
    await open({ hasNoSockets: true });
    const told = await toldTo(way);
    expectTruth(way, told, await deliver(setup.remote, 'tickets', told));
    expect(asks()).toBeGreaterThanOrEqual(1);
  });

  it('that is lost there leaves nothing open: the records tell', async () => {
    await open();
    const told = await toldTo(way);
    setup.desk.mischief = ({ path }) => (/bulk-operations\/\d/.test(path) ? { status: 404 } : undefined);
    const outcomes = await deliver(setup.remote, 'tickets', told);
    expectTruth(way, told, outcomes);
    expect([...outcomes.values()].every(({ kind }) => kind === 'confirmed')).toBe(true);
  });
});

describe('changes there', () => {
  it('come once each, deleted ones too, and whose cursor is not known any more has to begin anew', async () => {
    await open();
    const { signal } = new AbortController();
    const first = await setup.remote.pull('tickets', null, signal);
    expect([first.records.length, first.isEnd]).toEqual([count, true]);
    setup.desk.records.change('tickets', '4', { deleted: 1 });
    setup.desk.records.change('tickets', '9', { status: 'closed' });
    const second = await setup.remote.pull('tickets', first.cursor, signal);
    expect(second.records.map(({ key, isDeleted, version }) => [key, isDeleted, version])).toEqual([
      ['4', true, 2],
      ['9', false, 2],
    ]);
    setup.desk.records.forgetCursors();
    await expect(setup.remote.pull('tickets', second.cursor, signal)).rejects.toMatchObject({
      kind: 'cursor_expired',
    });
    expect((await setup.remote.pull('tickets', null, signal)).records).toHaveLength(count - 1);
  });

  it('are read one by one as they are now, deleted ones without what was in them', async () => {
    await open();
    setup.desk.records.change('tickets', '4', { deleted: 1 });
    const { signal } = new AbortController();
    const found = new Map<string, RemoteRecord>();
    for await (const record of setup.remote.get('tickets', ['3', '4', '999999'], signal))
      found.set(record.key, record);
    expect([...found.keys()].toSorted((one, other) => Number(one) - Number(other))).toEqual(['3', '4']);
    expect(found.get('4')).toEqual({ key: '4', version: 2, isDeleted: true, fields: {} });
  });
});
