import { describe, expect, it } from 'vitest';
import { giveUpDeliveries } from '../../../src-main/sql/delivery/deliveries.ts';
import { listConflicts, settleConflicts } from '../../../src-main/sql/mirror/conflicts.ts';
import { applyReread, listStale } from '../../../src-main/sql/mirror/pull.ts';
import { listRemotes } from '../../../src-main/sql/mirror/remotes.ts';
import { requestCancel } from '../../../src-main/sql/operations/operation-changes.ts';
import { nowMs } from '../../builders/told-changes.ts';
import { all, gone, theirs, useMirror } from './mirror-setup.ts';

const setup = useMirror();
const { pull, here, change, exchange, tell, states, decide } = setup;

describe('a record that moved on while a change of ours waits', () => {
  it('is a conflict that is not told, or confirmed where it stands as wanted', () => {
    pull([theirs(1), theirs(2), theirs(3)]);
    const id = change('Mine');
    expect(
      pull([theirs(1, 2, { category: 'Theirs' }), theirs(2, 2, { category: 'Mine', status: 'solved' })]),
    ).toMatchObject({ conflicts: 1, changed: 1 });
    expect(states(id)).toEqual(['conflict', 'confirmed', 'waiting']);
    expect([here(1), here(2)]).toMatchObject([{ category: 'Mine' }, { category: 'Mine', status: 'solved' }]);
    const fields = [{ field: 'category', from: null, now: 'Theirs', yours: 'Mine' }];
    expect(listConflicts(setup.db, { remoteId: setup.mirror.remoteId, ...all })).toMatchObject({
      total: 1,
      conflicts: [{ operationId: id, seq: 1, recordKey: '1', recordTitle: 'Ticket 1', fields }],
    });
    expect(tell(id, { version: 2 })).toEqual([1]);
  });

  it('is a conflict where it was deleted there and its field was to be emptied', () => {
    pull([theirs(1, 1, { category: 'Old' })]);
    const id = change(null);
    expect(pull([gone(1, 2)])).toMatchObject({ conflicts: 1 });
    expect(states(id)).toEqual(['conflict']);
  });

  it('is left as it is while the change may have arrived, and looked at when that is known', () => {
    pull([theirs(1), theirs(2)]);
    const id = change('Mine');
    expect(exchange([id]).batches).toHaveLength(1);
    // Its own word of our change came before its answer.
    const echo = theirs(1, 2, { category: 'Mine', assignee: 'auto' });
    const later = theirs(2, 3, { category: 'Mine', status: 'closed' });
    expect(pull([echo, later])).toMatchObject({ changed: 0, conflicts: 0 });
    expect(listStale(setup.db, { ...setup.mirror, after: '', limit: 9 })).toEqual([]);
    const base = {
      fence: 1,
      attempts: 1,
      crashes: 0,
      reads: 0,
      code: null,
      doubtAt: null,
      retryMs: null,
      theirs: null,
    };
    const confirmed = { ...base, operationId: id, state: 'confirmed', version: 2 } as const;
    exchange(
      [id],
      [
        { ...confirmed, seq: 1 },
        { ...confirmed, seq: 2 },
      ],
      0,
    );
    expect([here(1), here(2)]).toMatchObject([{ assignee: 'auto' }, { status: 'closed' }]);
    expect(listConflicts(setup.db, all).total).toBe(0);
    expect(listStale(setup.db, { ...setup.mirror, after: '', limit: 9 })).toEqual([]);
  });

  it('costs that record where the database refuses it when the change is answered', () => {
    pull([theirs(1), theirs(2)]);
    const id = change('Mine');
    tell(id, (key) => {
      if (key === '1') pull([theirs(1, 3, { status: 'odd' })]);
      return { version: 2 };
    });
    expect(states(id)).toEqual(['confirmed', 'confirmed']);
    expect(here(1)).toMatchObject({ category: 'Mine', status: 'open' });
    expect(listRemotes(setup.db)[0]?.mirrors).toMatchObject([{ refused: 1 }]);
    expect(listStale(setup.db, { ...setup.mirror, after: '', limit: 9 })).toEqual([]);
  });

  it('is read again where the change was given up', () => {
    pull([theirs(1)]);
    const id = change('Mine');
    expect(exchange([id]).batches).toHaveLength(1);
    pull([theirs(1, 2, { category: 'Theirs' })]);
    requestCancel(setup.db, { id, nowMs });
    setup.db.prepare(`UPDATE deliveries SET state = 'checking', fence = NULL`).run();
    giveUpDeliveries(setup.db, { operationId: id, remotes: ['Desk'], nowMs });
    expect(listStale(setup.db, { ...setup.mirror, after: '', limit: 9 })).toEqual(['1']);
    applyReread(setup.db, {
      ...setup.mirror,
      keys: ['1'],
      records: [theirs(1, 2, { category: 'Theirs' })],
      nowMs,
    });
    expect(here(1)).toMatchObject({ category: 'Theirs' });
  });
});

describe('what a remote answers', () => {
  it('is the version that the next change is made on, and its own word of the change is taken once', () => {
    pull([theirs(1)]);
    expect(tell(change('Z'), { version: 6 })).toEqual([1]);
    expect(tell(change('A'), { version: 7 })).toEqual([6]);
    const before = here(1)?.version;
    expect(pull([theirs(1, 7, { category: 'A', status: 'pending' })])).toMatchObject({ changed: 1 });
    expect(here(1)).toMatchObject({ status: 'pending', version: (before ?? 0) + 1 });
    expect(tell(change('B'), { version: 8 })).toEqual([7]);
    pull([theirs(1, 8, { category: 'B', status: 'pending' })]);
    // Only the times differ: what was planned on this record still holds.
    expect(here(1)?.version).toBe((before ?? 0) + 2);
    expect(pull([theirs(1, 8, { category: 'Odd' })])).toMatchObject({ changed: 0 });
  });

  it('without its version is met before anything else is told', () => {
    pull([theirs(1)]);
    tell(change('Z'), { version: null });
    const next = change('A');
    const both = theirs(1, 3, { category: 'Z', priority: 'high' });
    expect(pull([both])).toMatchObject({ conflicts: 1 });
    expect([states(next), here(1)]).toMatchObject([['conflict'], { category: 'A' }]);
  });

  it('is read again where it refused, and then stands here as there', () => {
    pull([theirs(1), theirs(2)]);
    const id = change('Mine');
    tell(id, (key) => (key === '1' ? { state: 'refused' } : { version: 2 }));
    expect(listStale(setup.db, { ...setup.mirror, after: '', limit: 10 })).toEqual(['1']);
    applyReread(setup.db, { ...setup.mirror, keys: ['1'], records: [theirs(1)], nowMs });
    expect([here(1), here(2)]).toMatchObject([{ category: null }, { category: 'Mine' }]);
    expect(listStale(setup.db, { ...setup.mirror, after: '', limit: 10 })).toEqual([]);
  });

  it('is read again where it refused, and is told with the remote where the database refuses what stands there', () => {
    pull([theirs(1), theirs(2)]);
    tell(change('Mine'), { state: 'refused' });
    const records = [theirs(1, 1, { status: 'odd' }), theirs(2)];
    expect(applyReread(setup.db, { ...setup.mirror, keys: ['1', '2'], records, nowMs }).changed).toBe(1);
    expect(listRemotes(setup.db)[0]?.mirrors).toMatchObject([{ refused: 1 }]);
    expect(listStale(setup.db, { ...setup.mirror, after: '', limit: 9 })).toEqual([]);
  });

  it('is read again where it refused, and is deleted here where nothing is found there', () => {
    pull([theirs(1), theirs(2)]);
    const id = change('Mine');
    tell(id, (key) => ({ state: key === '1' ? 'refused' : 'conflict' }));
    const rereading = { ...setup.mirror, keys: ['1', '2'], records: [], nowMs };
    expect(listStale(setup.db, { ...setup.mirror, after: '', limit: 9 })).toEqual(rereading.keys);
    expect(applyReread(setup.db, rereading)).toMatchObject({ changed: 1 });
    expect([here(1), here(2)]).toMatchObject([{ isDeleted: 1 }, { isDeleted: 0, category: 'Mine' }]);
    expect(listStale(setup.db, { ...setup.mirror, after: '', limit: 9 })).toEqual([]);
    // Its conflict is about the deletion, and can be decided.
    const decided = { which: { operationId: id }, keep: 'theirs', actor: 'mina', ...all, nowMs } as const;
    expect(settleConflicts(setup.db, decided).settled).toBe(1);
    expect(here(2)).toMatchObject({ isDeleted: 1 });
    // Made again there under the same key, it counts its versions anew.
    expect(pull([theirs(1)])).toMatchObject({ changed: 1 });
    expect(here(1)).toMatchObject({ isDeleted: 0, category: null });
  });

  it('in conflict, takes along what waits for the same record', () => {
    pull([theirs(1), theirs(2)]);
    const first = change('First');
    const second = change('Second');
    tell(first, (key) =>
      key === '1' ? { state: 'conflict', theirs: theirs(1, 5, { status: 'solved' }) } : { version: 2 },
    );
    expect([states(first), states(second)]).toEqual([
      ['conflict', 'confirmed'],
      ['conflict', 'waiting'],
    ]);
    expect(listConflicts(setup.db, { operationId: second, ...all }).conflicts[0]?.fields).toEqual([
      { field: 'category', from: 'First', now: null, yours: 'Second' },
      { field: 'status', from: 'open', now: 'solved', yours: 'open' },
    ]);
  });

  it('in conflict without a word of what stands there, is asked for it', () => {
    pull([theirs(1)]);
    const id = change('Mine');
    tell(id, { state: 'conflict' });
    expect(decide('theirs', { operationId: id }).settled).toBe(0);
    applyReread(setup.db, {
      ...setup.mirror,
      keys: listStale(setup.db, { ...setup.mirror, after: '', limit: 9 }),
      records: [theirs(1, 2)],
      nowMs,
    });
    expect(decide('theirs', { operationId: id }).settled).toBe(1);
  });
});
