import { expect, it } from 'vitest';
import { listConflicts, settleConflicts } from '../../../src-main/sql/mirror/conflicts.ts';
import type { MirrorRef } from '../../../src-main/sql/mirror/incoming.ts';
import { applyPage, getMirrorState } from '../../../src-main/sql/mirror/pull.ts';
import { insertRemote } from '../../../src-main/sql/mirror/remotes.ts';
import type { RemoteRecord } from '../../../src-shared/domain/delivery.ts';
import { applyChange, nowMs } from '../../builders/told-changes.ts';
import { gone, theirs, useMirror } from './mirror-setup.ts';

const setup = useMirror();
const { pull, here, change, tell, decide } = setup;

it('conflicts are listed page by page, and decided slice by slice up to the last', () => {
  pull([theirs(1), theirs(2)]);
  // Nobody knows what stands there for the first one: it stays.
  tell(change('Mine', [1]), { state: 'conflict' });
  change('Mine', [2]);
  pull([theirs(2, 2, { category: 'Theirs' })]);
  const after = (id = 0) => listConflicts(setup.db, { after: id, limit: 1 }).conflicts[0];
  const [first, second] = [after(), after(after()?.id)];
  expect([first?.recordKey, second?.recordKey, after(second?.id)]).toEqual(['1', '2', undefined]);
  const which = { remoteId: setup.mirror.remoteId };
  let settled = 0;
  for (let from: number | null = 0; from !== null; ) {
    const slice = settleConflicts(setup.db, {
      which,
      keep: 'theirs',
      after: from,
      limit: 1,
      actor: 'mina',
      nowMs,
    });
    settled += slice.settled;
    from = slice.next;
  }
  expect([settled, here(1)?.category, here(2)?.category]).toEqual([1, 'Mine', 'Theirs']);
});

/** What a remote says of an order, besides its status. */
const order = {
  customer: 'Mina',
  total: 1,
  items: 1,
  invoices: 0,
  isLocked: 'no',
  isArchived: 'no',
  createdAt: 1,
  updatedAt: 1,
};

it('conflicts of several collections and remotes are decided at once, each as it stands in its own place', () => {
  const mirrorOf = (name: string, collections: ('tickets' | 'orders')[]): MirrorRef[] => {
    const who = { user: 'mina', role: 'agent', workspace: null, actor: 'mina' };
    const remote = { name, address: `http://${name}`, ...who, collections, nowMs };
    const remoteId = insertRemote(setup.db, remote);
    return collections.map((collection) => ({ remoteId, name, collection }));
  };
  const mirrors = [...mirrorOf('Shop', ['tickets', 'orders']), ...mirrorOf('Archive', ['tickets'])];
  const bring = (mirror: MirrorRef, version: number, fields: RemoteRecord['fields']) => {
    const record =
      mirror.collection === 'tickets'
        ? theirs(1, version, fields)
        : {
            ...theirs(1, version),
            fields: { ...order, ...fields },
          };
    const at = getMirrorState(setup.db, mirror);
    const page = { records: [record], cursor: `${mirror.name}${version}`, isEnd: true };
    return applyPage(setup.db, { ...mirror, at, page, nowMs });
  };
  const status = {
    tickets: ['open', 'pending', 'solved'],
    orders: ['PENDING', 'PROCESSING', 'SHIPPED'],
  } as const;
  for (const mirror of mirrors) {
    const [was, mine, now] = status[mirror.collection as keyof typeof status];
    bring(mirror, 1, { status: was });
    const ids = setup.db
      .prepare(`SELECT id FROM ${mirror.collection} WHERE source = ?`)
      .pluck()
      .all(mirror.name) as number[];
    applyChange(setup.db, {
      collection: mirror.collection,
      ids,
      values: { status: mine },
      limit: 1,
      remotes: [],
    });
    expect(bring(mirror, 2, { status: now })).toMatchObject({ conflicts: 1 });
  }
  const ids = listConflicts(setup.db, { after: 0, limit: 9 }).conflicts.map(({ id }) => id);
  expect(decide('theirs', { ids }).settled).toBe(3);
  const stands = (collection: string) =>
    setup.db.prepare(`SELECT source, status FROM ${collection} ORDER BY id`).raw().all();
  expect([stands('tickets'), stands('orders')]).toEqual([
    [
      ['Shop', 'solved'],
      ['Archive', 'solved'],
    ],
    [['Shop', 'SHIPPED']],
  ]);
});

it('a record of ours that is brought back and stays deleted there names its deletion once', () => {
  pull([theirs(1)]);
  pull([gone(1, 2)]);
  applyChange(setup.db, { ids: [1], values: { deletedAt: null }, limit: 1, remotes: [] });
  pull([{ ...gone(1, 3), fields: { category: 'Theirs', deletedAt: 7 } }]);
  expect(listConflicts(setup.db, { after: 0, limit: 9 }).conflicts[0]?.fields).toEqual([
    { field: 'deletedAt', from: nowMs, now: 7, yours: null },
    { field: 'category', from: null, now: 'Theirs', yours: null },
  ]);
});
