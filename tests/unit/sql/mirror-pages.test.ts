import { describe, expect, it } from 'vitest';
import type { MirrorRef } from '../../../src-main/sql/mirror/incoming.ts';
import {
  applyPage,
  applyReread,
  getMirrorState,
  listStale,
  pullAnew,
  sweepMirror,
} from '../../../src-main/sql/mirror/pull.ts';
import {
  countMirrored,
  forgetRemoved,
  insertRemote,
  listRemotes,
  removeRemote,
} from '../../../src-main/sql/mirror/remotes.ts';
import type { RemoteRecord } from '../../../src-shared/domain/delivery.ts';
import { insertTickets, makeTicket } from '../../builders/tickets.ts';
import { nowMs, settle } from '../../builders/told-changes.ts';
import { gone, theirs, useMirror } from './mirror-setup.ts';

const setup = useMirror();
const { pull, here } = setup;

describe('a page', () => {
  it('brings records, what changed of them, and what is gone, together with where the next one begins', () => {
    expect(pull([theirs(1), theirs(2), theirs(3)], false)).toMatchObject({
      changed: 3,
      state: { isWhole: false, pulledAt: null },
    });
    expect(pull([theirs(2, 2, { category: 'New', urgency: 'high' }), gone(3, 2), gone(4, 1)])).toMatchObject({
      changed: 2,
      state: { isWhole: true, pulledAt: nowMs },
    });
    expect([here(1)?.version, here(2), here(3)?.isDeleted, here(4)]).toMatchObject([
      1,
      { category: 'New' },
      1,
      undefined,
    ]);
    expect(setup.db.prepare(`SELECT extra FROM tickets WHERE external_id = '2'`).pluck().get()).toBe(
      '{"urgency":"high"}',
    );
    expect(listRemotes(setup.db)[0]?.mirrors).toMatchObject([{ collection: 'tickets', refused: 0 }]);
    expect(countMirrored(setup.db, setup.mirror)).toBe(2);
    expect(pull([theirs(3, 3)])).toMatchObject({ changed: 1 });
    expect(here(3)).toMatchObject({ isDeleted: 0, version: 3 });
  });

  it('keeps their order and, where it is free, their numbers', () => {
    insertTickets(setup.db, [makeTicket(9)]);
    pull([{ ...theirs(0), key: 'A-1' }, ...[2, 9, 10, 100].map((key) => theirs(key))]);
    expect(
      setup.db.prepare("SELECT id, external_id AS key FROM tickets WHERE source = 'Desk' ORDER BY id").all(),
    ).toEqual([
      { id: 2, key: '2' },
      { id: 10, key: '10' },
      { id: 100, key: '100' },
      { id: 101, key: 'A-1' },
      { id: 102, key: '9' },
    ]);
  });

  it('is text: half of a surrogate pair in it is no UTF-8, and is stored as U+FFFD', () => {
    pull([{ ...theirs(1, 1, { category: 'Half \ud83d', urgency: '\udc00' }), key: 'A\ud83d' }]);
    const kept = setup.db
      .prepare('SELECT hex(external_id) AS key, hex(category) AS category, extra FROM tickets')
      .all();
    const hex = (text: string) => Buffer.from(text).toString('hex').toUpperCase();
    expect(kept).toEqual([
      { key: hex('A\ufffd'), category: hex('Half \ufffd'), extra: '{"urgency":"\ufffd"}' },
    ]);
  });

  it('changes nothing when it was asked for where the mirror does not stand any more', () => {
    const at = getMirrorState(setup.db, setup.mirror);
    pull([theirs(1)]);
    const page = { records: [theirs(1, 2, { category: 'Old' })], cursor: 'x', isEnd: true };
    expect(applyPage(setup.db, { ...setup.mirror, at, page, nowMs })).toMatchObject({ changed: 0 });
    pullAnew(setup.db, setup.mirror);
    expect(applyPage(setup.db, { ...setup.mirror, at, page, nowMs })).toMatchObject({ changed: 0 });
    expect(here(1)).toMatchObject({ category: null });
  });

  it('says nothing new of a record that is at this version, or later', () => {
    pull([theirs(1, 5)]);
    // Also on a later one of several pages.
    pull([theirs(2)], false);
    expect(pull([theirs(1, 5, { category: 'Odd' }), theirs(1, 4, { category: 'Old' })])).toMatchObject({
      changed: 0,
    });
    expect(here(1)).toMatchObject({ category: null, version: 1 });
  });

  it('takes a live record of the same source and key for its own', () => {
    insertTickets(setup.db, [makeTicket(77, { external_id: '1', source: 'desk' })]);
    pull([theirs(1, 3, { category: 'Theirs' })]);
    expect(setup.db.prepare('SELECT id, category FROM tickets').all()).toEqual([
      { id: 77, category: 'Theirs' },
    ]);
  });

  it('takes no record for one whose key differs in capitals only', () => {
    pull([{ ...theirs(1, 1, { category: 'Large' }), key: 'A-1' }]);
    pull([{ ...theirs(1, 2, { category: 'Small' }), key: 'a-1' }]);
    expect(setup.db.prepare('SELECT external_id, category FROM tickets').raw().all()).toEqual([
      ['A-1', 'Large'],
      ['a-1', 'Small'],
    ]);
  });

  it('costs one record when the database refuses one', () => {
    expect(pull([theirs(1), theirs(2, 1, { status: 'odd' }), theirs(3)])).toMatchObject({
      changed: 2,
      refused: 1,
    });
    expect(countMirrored(setup.db, setup.mirror)).toBe(2);
    pullAnew(setup.db, setup.mirror);
    pull([theirs(1), theirs(2), theirs(3)]);
    expect(listRemotes(setup.db)[0]?.mirrors).toMatchObject([{ refused: 0 }]);
  });

  it('counts each record that the database refuses once, for as long as it is refused', () => {
    const refused = () => listRemotes(setup.db)[0]?.mirrors.map((mirror) => mirror.refused);
    pull([theirs(1), theirs(2, 1, { status: 'odd' }), theirs(3, 1, { status: 'odd' })]);
    pull([theirs(1, 2, { status: 'odd' }), theirs(2, 2, { status: 'odder' })]);
    expect(refused()).toEqual([3]);
    pull([theirs(1, 3, { category: 'Mended' }), gone(2, 3)]);
    expect([refused(), here(1)?.category]).toEqual([[1], 'Mended']);
    pullAnew(setup.db, setup.mirror);
    expect(refused()).toEqual([0]);
    pull([theirs(3, 1, { status: 'odd' })]);
    removeRemote(setup.db, { id: setup.mirror.remoteId, actor: 'mina', nowMs });
    while (!forgetRemoved(setup.db, { limit: 9 }));
    expect(setup.db.prepare('SELECT count(*) FROM refused_records').pluck().get()).toBe(0);
  });

  it('that begins anew finds out what is gone', () => {
    pull([theirs(1), theirs(2), theirs(3, 4), theirs(4)]);
    pull([gone(4, 2)]);
    pullAnew(setup.db, setup.mirror);
    expect(getMirrorState(setup.db, setup.mirror)).toMatchObject({ cursor: null, isWhole: false });
    // After a restore there a version may be a lower one.
    expect(pull([theirs(1), theirs(3, 2, { category: 'Restored' })])).toMatchObject({
      state: { isSweeping: true },
    });
    expect(sweepMirror(setup.db, { ...setup.mirror, limit: 10, after: '', nowMs })).toEqual({
      removed: 1,
      next: null,
    });
    expect([here(1), here(2), here(3)]).toMatchObject([
      { isDeleted: 0 },
      { isDeleted: 1 },
      { category: 'Restored' },
    ]);
    expect(getMirrorState(setup.db, setup.mirror).isSweeping).toBe(false);
  });

  it('that begins anew leaves what is gone to be taken away, slice by slice, whatever comes meanwhile', () => {
    pull([1, 2, 3, 4].map((key) => theirs(key)));
    pullAnew(setup.db, setup.mirror);
    pull([theirs(4)]);
    const sweep = (after: string) => sweepMirror(setup.db, { ...setup.mirror, limit: 2, after, nowMs });
    expect(sweep('')).toEqual({ removed: 2, next: '2' });
    expect(pull([theirs(4, 2)])).toMatchObject({ state: { isSweeping: true } });
    expect(sweep('2')).toEqual({ removed: 1, next: null });
    expect(pull([theirs(4, 3)])).toMatchObject({ state: { isSweeping: false } });
    expect(countMirrored(setup.db, setup.mirror)).toBe(1);
  });

  it('that begins anew takes other contents under a version that is known, as of a remote that was restored', () => {
    pull([theirs(1, 5, { category: 'Lost' }), theirs(2, 5)]);
    pullAnew(setup.db, setup.mirror);
    pull([theirs(1, 5, { category: 'Restored' }), theirs(2, 5)]);
    expect([here(1), here(2)]).toMatchObject([{ category: 'Restored', version: 2 }, { version: 1 }]);
  });

  it.each(['cancelled', 'unknown'])(
    'that begins anew leaves what the remote was not told, or may not have been: %s',
    (state) => {
      pull([theirs(1), theirs(2)]);
      const id = setup.change('Mine');
      setup.db.prepare(`UPDATE deliveries SET state = ?, settled_at = 1 WHERE seq = 1`).run(state);
      setup.tell(id, { state: 'refused' });
      pullAnew(setup.db, setup.mirror);
      pull([theirs(1), theirs(2)]);
      expect(sweepMirror(setup.db, { ...setup.mirror, limit: 10, after: '', nowMs }).removed).toBe(0);
      expect([here(1), here(2)]).toMatchObject([{ category: 'Mine' }, { category: null }]);
    },
  );

  it.each([
    ['the same version', 5],
    ['a lower version', 3],
  ])('that begins anew meets what waits for a remote that was restored: %s', (_what, version) => {
    pull([theirs(1, 5), theirs(2, 5), theirs(3, 5)]);
    const id = setup.change('Mine', [1, 2]);
    pullAnew(setup.db, setup.mirror);
    pull([theirs(1, version, { status: 'pending' }), theirs(2, version, { category: 'Restored' })]);
    expect(setup.states(id)).toEqual(['waiting', 'conflict']);
    expect(setup.tell(id, { version: version + 1 })).toEqual([version]);
    pull([theirs(1, version + 1, { category: 'Mine', status: 'pending' })]);
    expect(here(1)).toMatchObject({ category: 'Mine', status: 'pending' });
  });

  it.each([
    ['it was heard of', 'refused', true],
    ['it was heard of', 'confirmed', true],
    ['nothing was heard of it', 'confirmed', false],
  ] as const)(
    'that begins anew has a record read again whose change was on its way when the remote was restored: %s, %s',
    (_what, state, isHeardOf) => {
      pull([theirs(1)]);
      const id = setup.change('Mine');
      const [batch] = setup.exchange([id]).batches;
      if (isHeardOf) pull([theirs(1, 2, { category: 'Mine' })]);
      pullAnew(setup.db, setup.mirror);
      pull([theirs(1)]);
      setup.exchange([id], settle(batch, { state, version: state === 'confirmed' ? 2 : null }), 0);
      expect(listStale(setup.db, { ...setup.mirror, after: '', limit: 9 })).toEqual(['1']);
      applyReread(setup.db, { ...setup.mirror, keys: ['1'], records: [theirs(1)], nowMs });
      expect(here(1)).toMatchObject({ category: null });
      expect(pull([theirs(1, 2, { category: 'Theirs' })])).toMatchObject({ changed: 1 });
    },
  );

  it.each([5, 1])('brings back what was gone, at version %i', (version) => {
    pull([theirs(1), theirs(2, 5)]);
    pullAnew(setup.db, setup.mirror);
    pull([theirs(1)]);
    sweepMirror(setup.db, { ...setup.mirror, limit: 10, after: '', nowMs });
    expect(here(2)).toMatchObject({ isDeleted: 1 });
    pull([theirs(2, version)]);
    expect(here(2)).toMatchObject({ isDeleted: 0 });
  });
});

it('the pieces of a transcript follow what a remote says of it', () => {
  const remote = { name: 'Tubes', address: 'http://tubes', user: 'mina', role: 'agent' } as const;
  const remoteId = insertRemote(setup.db, {
    ...remote,
    workspace: null,
    collections: ['videos'],
    actor: 'mina',
    nowMs,
  });
  const videos: MirrorRef = { remoteId, name: 'Tubes', collection: 'videos' };
  const piecesAfter = (version: number, fields: RemoteRecord['fields']) => {
    const times = { createdAt: 10, updatedAt: 10 + version };
    const all = { title: 'A talk', status: 'ready', durationS: 1, sizeBytes: 1, ...times, ...fields };
    const page = { records: [{ key: '1', version, isDeleted: false, fields: all }], cursor: `v${version}` };
    applyPage(setup.db, {
      ...videos,
      at: getMirrorState(setup.db, videos),
      page: { ...page, isEnd: true },
      nowMs,
    });
    return setup.db.prepare('SELECT text FROM video_chunks ORDER BY seq').pluck().all();
  };
  expect(piecesAfter(1, { transcript: 'First words.', chunks: 1 })).toEqual(['First words.']);
  expect(piecesAfter(2, { transcript: 'Other words.', chunks: 1 })).toEqual(['Other words.']);
  expect(piecesAfter(3, { transcript: 'Other words.', chunks: 0 })).toEqual([]);
});

describe('a record that is deleted on both sides', () => {
  function versionAfter(again: RemoteRecord): number | undefined {
    pull([theirs(1)]);
    pull([gone(1, 2)]);
    setup.db.exec(`UPDATE tickets SET deleted_at = 5, subject = ''`);
    const before = here(1)?.version;
    pull([again]);
    return (here(1)?.version ?? 0) - (before ?? 0);
  }
  const deletedThere = (fields: RemoteRecord['fields']): RemoteRecord => ({
    ...theirs(1, 3, { deletedAt: 99, ...fields }),
    isDeleted: true,
  });

  it('is the same here: another time of deletion is no change, and what was erased stays so', () => {
    expect(versionAfter(deletedThere({}))).toBe(0);
    expect(setup.db.prepare('SELECT deleted_at, subject FROM tickets').raw().get()).toEqual([5, '']);
  });

  it('takes what was changed there', () => {
    expect(versionAfter(deletedThere({ category: 'Theirs' }))).toBe(1);
    expect(setup.db.prepare('SELECT category, subject FROM tickets').raw().get()).toEqual(['Theirs', '']);
  });
});

it('what no field holds follows what a remote says of it, though nothing else changes', () => {
  const extra = () => setup.db.prepare('SELECT extra FROM tickets').pluck().get();
  pull([theirs(1, 1, { zone: 'east' })]);
  expect(extra()).toBe('{"zone":"east"}');
  expect(pull([theirs(1, 2, { zone: 'west' })])).toMatchObject({ changed: 1 });
  expect(extra()).toBe('{"zone":"west"}');
});
