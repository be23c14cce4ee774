import { beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src-main/remotes/remote.ts';
import type { Delivery } from '../../../src-shared/domain/delivery.ts';
import { deliver } from './deliver.ts';
import { count, useFakedDesk } from './faked-desk.ts';
import { type Way, ways } from './ways.ts';

const setup = useFakedDesk();
const { open, toldTo, theirs } = setup;
const { signal } = new AbortController();
const named = (name: string) => ways.find((way) => way.name === name) as Way;
const status = named('a status by one call');
const comment = named('a comment by one call');
const own = named('values of their own record by record');
const stream = named('order statuses by a stream');
const deletion = named('videos deleted by one call');

/** What comes of one batch of all of these. */
async function sent(
  members: readonly Delivery[],
  { collection }: Way = status,
  cursor: string | null = null,
): Promise<Outcome[]> {
  const batch = { operationId: 1, actor: 'tester', collection, key: 'k', cursor };
  const outcomes: Outcome[] = [];
  for await (const outcome of setup.remote.send({ ...batch, members, deliveries: members }, signal))
    outcomes.push(outcome);
  return outcomes;
}

describe('one call for many, where the copy is pulled on and on,', () => {
  let told: Delivery[];

  beforeEach(async () => {
    await open();
    setup.desk.records.change('tickets', '4', { status: 'pending' });
    told = await toldTo(status);
  });

  it('overwrites nothing that changed since', async () => {
    setup.desk.records.change('tickets', '3', { status: 'pending' });
    const outcomes = await deliver(setup.remote, 'tickets', told);
    expect(outcomes.get('3')).toMatchObject({ kind: 'conflict', theirs: { version: 2 } });
    expect([...outcomes.values()].filter(({ kind }) => kind === 'confirmed')).toHaveLength(count - 1);
  });

  it('overwrites nothing that is not known to stand as it did', async () => {
    const change = { kind: 'fields', before: { status: 'open' }, after: { status: 'closed' } } as const;
    const unknown = told.map((delivery) => ({ ...delivery, version: null, isAsPulled: false, change }));
    const outcomes = await deliver(setup.remote, 'tickets', unknown);
    expect(outcomes.get('4')).toMatchObject({ kind: 'conflict', theirs: { version: 2 } });
    expect(theirs('tickets', '5').fields['status']).toBe('closed');
  });

  it('is made also where its cursors are not known any more: each record tells how it stands', async () => {
    setup.desk.records.forgetCursors();
    const outcomes = await deliver(setup.remote, 'tickets', told);
    expect([...outcomes.values()].map(({ kind }) => kind)).toEqual(Array(count).fill('confirmed'));
  });
});

it('one call for many that is not made, because nobody says how the records stand, is made later', async () => {
  await open();
  const told = await toldTo(status);
  setup.desk.mischief = ({ method }) => (method === 'GET' ? { status: 500 } : undefined);
  const outcomes = await sent(told);
  expect(outcomes).toEqual(told.map(({ key }) => ({ key, kind: 'retry', code: 'not_sent' })));
});

it.each([
  { way: status, kind: 'confirmed' },
  { way: comment, kind: 'unknown' },
])(
  '$way.name that ended early is as the records tell, of which comments tell nothing',
  async ({ way, kind }) => {
    await open({ hasNoSockets: true });
    const told = await toldTo(way);
    setup.desk.mischief = ({ path }) =>
      /bulk-operations\/\d/.test(path)
        ? { bend: (body) => ({ ...(body as object), status: 'cancelled' }) }
        : undefined;
    const outcomes = await sent(told);
    const kinds = outcomes.flatMap((outcome) => (outcome.kind === 'cursor' ? [] : [outcome.kind]));
    expect(kinds).toEqual(Array(count).fill(kind));
  },
);

it('what a stream did is told before the cursor that leaves it behind', async () => {
  await open();
  const outcomes = await sent(await toldTo(stream), stream);
  const done = outcomes.map(
    (_, at) => outcomes.slice(0, at).filter(({ kind }) => kind === 'confirmed').length,
  );
  expect(done.filter((_, at) => outcomes[at]?.kind === 'cursor')).toEqual([0, 10, 20, 30, 40]);
});

it('a record that was deleted there since is a conflict', async () => {
  await open();
  const told = await toldTo(own);
  setup.desk.records.change('tickets', '3', { deleted: 1 });
  const outcomes = await deliver(setup.remote, 'tickets', told);
  expect(outcomes.get('3')).toMatchObject({ kind: 'conflict', theirs: { isDeleted: true, version: 2 } });
});

it('nothing is said of videos that were told of before and cannot be looked at', async () => {
  await open();
  const told = await toldTo(deletion);
  const cursor = JSON.stringify({ ids: told.map(({ recordKey }) => recordKey), operationId: null });
  setup.desk.mischief = ({ method }) => (method === 'GET' ? { status: 500 } : undefined);
  await expect(sent(told, deletion, cursor)).rejects.toThrow('500');
});

it.each([
  { way: status, call: '/api/v1/tickets/bulk-operations', change: { status: 'pending' } },
  { way: stream, call: '/v1/orders/bulk-process', change: { status: 'CANCELLED' } },
  { way: deletion, call: '/api/bulk/delete', change: { category: 'Theirs' } },
])(
  '$way.name that was lost on its way overwrites nothing that changed before it is made again',
  async ({ way, call, change }) => {
    await open();
    const told = await toldTo(way);
    let lost = 0;
    setup.desk.mischief = ({ method, path }) => {
      if (method !== 'POST' || path !== call || lost > 0) return undefined;
      lost += 1;
      setup.desk.records.change(way.collection, '3', change);
      return { cut: 'before' };
    };
    const outcomes = await deliver(setup.remote, way.collection, told);
    expect(lost).toBe(1);
    expect(theirs(way.collection, '3')).toMatchObject({ isDeleted: false, fields: change });
    expect(outcomes.get('3')).toMatchObject({ kind: 'conflict', theirs: { version: 2 } });
    expect([...outcomes.values()].filter(({ kind }) => kind === 'confirmed')).toHaveLength(count - 1);
  },
);
