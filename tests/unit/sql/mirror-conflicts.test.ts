import { describe, expect, it } from 'vitest';
import { listConflicts } from '../../../src-main/sql/mirror/conflicts.ts';
import { listKept } from '../../../src-main/sql/mirror/kept-changes.ts';
import { listStale, pullAnew, sweepMirror } from '../../../src-main/sql/mirror/pull.ts';
import { listRemotes } from '../../../src-main/sql/mirror/remotes.ts';
import { listItems } from '../../../src-main/sql/operations/items.ts';
import { nowMs } from '../../builders/told-changes.ts';
import { all, gone, theirs, useMirror } from './mirror-setup.ts';

const setup = useMirror();
const { pull, here, change, tell, states, decide } = setup;

describe('a conflict', () => {
  it('that was decided by an earlier version, which did not note how, is told as decided', () => {
    pull([theirs(1)]);
    const id = change('Mine', [1]);
    // Why it was not taken before says nothing of a decision.
    tell(id, { state: 'waiting', code: 'not_sent' });
    pull([theirs(1, 2, { category: 'Theirs' })]);
    const code = () => {
      const page = { states: [], reasons: [], deliveries: ['conflict' as const], after: 0, limit: 9 };
      return listItems(setup.db, { operationId: id, ...page }).items[0]?.delivery?.code;
    };
    expect(code()).toBeNull();
    decide('theirs', { operationId: id });
    expect(code()).toBe('kept_theirs');
    setup.db.exec('UPDATE deliveries SET code = NULL');
    expect(code()).toBe('decided');
    setup.db.exec(`UPDATE deliveries SET code = 'version_conflict'`);
    expect(code()).toBe('decided');
  });

  it('follows what changes there, and is settled by taking that, whatever is kept', () => {
    pull([theirs(1), theirs(2)]);
    const id = change('Mine', [1]);
    pull([theirs(1, 2, { category: 'Theirs' })]);
    pull([theirs(1, 3, { category: 'Later', status: 'solved' })]);
    const later = change('Again', [1]);
    const { settled, next } = decide('mine');
    expect([settled, next]).toEqual([1, null]);
    expect(listKept(setup.db)).toEqual([
      { operationId: id, actor: 'mina', seqs: [1], recordIds: [1], heldUpBy: null },
    ]);
    expect(here(1)).toMatchObject({ category: 'Later', status: 'solved' });
    // What was changed on top of it in the meantime stood on what is gone.
    expect([states(later), listConflicts(setup.db, all).total]).toEqual([['conflict'], 1]);
    const told = setup.db
      .prepare('SELECT event, detail FROM journal WHERE operation_id = ? ORDER BY seq DESC LIMIT 1')
      .get(id);
    expect(told).toEqual({ event: 'conflicts_settled', detail: '{"keep":"mine","count":1,"actor":"mina"}' });
    decide('theirs', { operationId: later });
    expect(tell(change('Once more', [1]), { version: 4 })).toEqual([3]);
  });

  it('follows another change of ours, whose echo came before its answer', () => {
    pull([theirs(1)]);
    change('Mine', [1]);
    pull([theirs(1, 2, { category: 'Theirs' })]);
    tell(change('Told', [1]), () => {
      pull([theirs(1, 3, { category: 'Told' })]);
      return { version: 3 };
    });
    decide('theirs');
    expect(here(1)).toMatchObject({ category: 'Told' });
  });

  it('stays about what stands there now when a later change of ours meets it, too', () => {
    pull([theirs(1)]);
    const first = change('First', [1]);
    change('Second', [1]);
    tell(first, () => {
      pull([theirs(1, 2, { category: 'Theirs' })]);
      return { version: null };
    });
    const now = theirs(1, 3, { category: 'Now' });
    pull([now]);
    tell(change('Third', [1]), { state: 'conflict', theirs: now });
    decide('theirs');
    expect(here(1)).toMatchObject({ category: 'Now' });
  });

  it('that is decided before its record was read again leaves that to be done', () => {
    pull([theirs(1)]);
    change('Mine', [1]);
    pull([theirs(1, 2, { category: 'Theirs' })]);
    tell(change('Told', [1]), () => {
      pullAnew(setup.db, setup.mirror);
      pull([theirs(1)]);
      return { version: null };
    });
    decide('theirs');
    expect(listStale(setup.db, { ...setup.mirror, after: '', limit: 9 })).toEqual(['1']);
  });

  it('is decided and told of without a walk through what remotes were told', () => {
    pull([theirs(1)]);
    change('Mine');
    pull([theirs(1, 2, { category: 'Theirs' })]);
    const texts = new Set<string>();
    const { db } = setup;
    const prepare = db.prepare.bind(db);
    db.prepare = ((text: string) => {
      texts.add(text);
      return prepare(text);
    }) as typeof db.prepare;
    decide('mine');
    expect(listKept(db)).toHaveLength(1);
    expect(listRemotes(db)).toMatchObject([{ kept: 1 }]);
    const details = [...texts].flatMap((text) => {
      if (text.startsWith('CREATE')) return [];
      const values = [...text.matchAll(/\?/g)].map(() => null);
      const ways = prepare(`EXPLAIN QUERY PLAN ${text}`).all(...values) as { detail: string }[];
      return ways.map(({ detail }) => detail);
    });
    expect(
      details.filter((detail) => /^SCAN (deliveries|d|items|i)\b(?!.* deliveries_open)/.test(detail)),
    ).toEqual([]);
  });

  it('stays where the database refuses what stands there, and holds up no other', () => {
    pull([theirs(1), theirs(2)]);
    const id = change('Mine');
    pull([theirs(1, 2, { status: 'odd' }), theirs(2, 2, { category: 'Theirs' })]);
    const later = change('Later', [1]);
    const which = { operationId: id };
    expect(decide('theirs', which)).toMatchObject({
      settled: 1,
    });
    expect(listConflicts(setup.db, all).conflicts.map(({ recordKey }) => recordKey)).toEqual(['1']);
    expect([here(1)?.category, here(2)?.category]).toEqual(['Later', 'Theirs']);
    // What it was made on still stands.
    expect(states(later)).toEqual(['waiting']);
  });

  it('is about a deletion there where a walk from the beginning does not meet its record any more', () => {
    pull([theirs(1), theirs(2)]);
    change('Mine', [1]);
    pull([theirs(1, 2, { category: 'Theirs' })]);
    pullAnew(setup.db, setup.mirror);
    pull([theirs(2)]);
    sweepMirror(setup.db, { ...setup.mirror, limit: 9, after: '', nowMs });
    decide('theirs');
    expect(here(1)).toMatchObject({ category: 'Theirs', isDeleted: 1 });
  });

  it('that is decided in the midst of such a walk does not count as met by it', () => {
    pull([theirs(1), theirs(2)]);
    change('Mine', [1]);
    pull([theirs(1, 2, { category: 'Theirs' })]);
    pullAnew(setup.db, setup.mirror);
    decide('theirs');
    pull([theirs(2)]);
    sweepMirror(setup.db, { ...setup.mirror, limit: 9, after: '', nowMs });
    expect([here(1), here(2)]).toMatchObject([{ isDeleted: 1 }, { isDeleted: 0 }]);
  });

  it.each(['a walk', 'an answer'])('follows a remote that was restored, as %s found it', (found) => {
    pull([theirs(1, 5)]);
    const id = change('Mine');
    const restored = theirs(1, 3, { category: 'Restored' });
    if (found === 'a walk') {
      pullAnew(setup.db, setup.mirror);
      pull([restored]);
    } else setup.tell(id, { state: 'conflict', theirs: restored });
    pull([theirs(1, 4, { category: 'Later' })]);
    expect(listConflicts(setup.db, all).conflicts[0]?.fields).toMatchObject([{ now: 'Later' }]);
    decide('theirs', { operationId: id });
    expect(here(1)).toMatchObject({ category: 'Later' });
  });

  it('tells of a deletion there', () => {
    pull([theirs(1)]);
    change('Mine');
    pull([gone(1, 2)]);
    // What it does not tell of a deleted record is no difference.
    expect(listConflicts(setup.db, all).conflicts[0]?.fields).toEqual([
      { field: 'category', from: null, now: null, yours: 'Mine' },
      { field: 'deletedAt', from: null, now: 0, yours: null },
    ]);
    decide('theirs');
    expect(here(1)).toMatchObject({ isDeleted: 1 });
  });
});

it('of a deleted record that tells nothing but that, nothing else shows as changed there', () => {
  pull([theirs(1, 1, { category: 'Old' })]);
  tell(change('Mine'), { state: 'conflict', theirs: gone(1, 2) });
  const { conflicts } = listConflicts(setup.db, all);
  expect(conflicts.map(({ fields }) => fields)).toEqual([
    [
      { field: 'category', from: 'Old', now: 'Old', yours: 'Mine' },
      { field: 'deletedAt', from: null, now: 0, yours: null },
    ],
  ]);
});
