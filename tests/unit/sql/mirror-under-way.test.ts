import { describe, expect, it } from 'vitest';
import { doubtDeliveries, giveUpDeliveries } from '../../../src-main/sql/delivery/deliveries.ts';
import { listConflicts } from '../../../src-main/sql/mirror/conflicts.ts';
import { applyReread, listStale, pullAnew, sweepMirror } from '../../../src-main/sql/mirror/pull.ts';
import { requestCancel } from '../../../src-main/sql/operations/operation-changes.ts';
import { tableOf } from '../../../src-main/sql/records/table.ts';
import { insertRecords, makeRecord } from '../../builders/records.ts';
import { applyChange, applyComment, nowMs, settle } from '../../builders/told-changes.ts';
import { all, theirs, useMirror } from './mirror-setup.ts';

const setup = useMirror();
const { pull, here, change, exchange, tell, states, decide } = setup;

function stale(): string[] {
  return listStale(setup.db, { ...setup.mirror, after: '', limit: 9 });
}

function sweep(): number {
  return sweepMirror(setup.db, { ...setup.mirror, limit: 9, after: '', nowMs }).removed;
}

/** Nobody knows what became of what is in flight, and nobody asks any more. */
function giveUp(id: number): void {
  requestCancel(setup.db, { id, nowMs });
  setup.db.prepare(`UPDATE deliveries SET state = 'checking', fence = NULL WHERE operation_id = ?`).run(id);
  giveUpDeliveries(setup.db, { operationId: id, remotes: ['Desk'], nowMs });
}

describe('a second change of a record', () => {
  it('stands here and is told on top of the first one, whose echo came before its answer', () => {
    pull([theirs(1)]);
    const [first, second] = [change('First'), change('Second')];
    tell(first, () => {
      pull([theirs(1, 2, { category: 'First' })]);
      return { version: 2 };
    });
    expect([states(first), states(second)]).toEqual([['confirmed'], ['waiting']]);
    expect(here(1)).toMatchObject({ category: 'Second' });
    expect(tell(second, { version: 3 })).toEqual([2]);
    expect(stale()).toEqual([]);
  });

  it('is told where a walk finds the record as it was before the first one', () => {
    pull([theirs(1)]);
    const ids = [change('First'), change('Second')];
    pullAnew(setup.db, setup.mirror);
    pull([theirs(1)]);
    expect(ids.map(states)).toEqual([['waiting'], ['waiting']]);
  });

  it('is done with the first one where the record stands there as it wants it', () => {
    pull([theirs(1)]);
    const ids = [change('First'), change('Second')];
    pull([theirs(1, 2, { category: 'Second' })]);
    expect(ids.map(states)).toEqual([['confirmed'], ['confirmed']]);
  });

  it('is no conflict with the first one while it may have arrived, as after a backup was restored', () => {
    pull([theirs(1)]);
    const [first, second] = [change('First'), change('Second')];
    doubtDeliveries(setup.db);
    tell(first, { state: 'conflict', theirs: theirs(1, 5, { category: 'Theirs' }) });
    expect([states(first), states(second)]).toEqual([['conflict'], ['checking']]);
  });
});

describe('while a change of a record may have arrived', () => {
  it('what stands there is no conflict, also where it waits to be sent again', () => {
    pull([theirs(1)]);
    const id = change('Mine');
    tell(id, { state: 'waiting', doubtAt: nowMs });
    expect(pull([theirs(1, 2, { category: 'Mine', status: 'solved' })])).toMatchObject({ conflicts: 0 });
    expect([states(id), stale()]).toEqual([['waiting'], []]);
    tell(id, { version: 2 });
    expect(here(1)).toMatchObject({ category: 'Mine', status: 'solved' });
  });

  it('the newest of what stands there is met, whatever the order in which it came', () => {
    pull([theirs(1)]);
    tell(change('Mine'), () => {
      pull([theirs(1, 4, { category: 'Mine', status: 'closed' })]);
      pull([theirs(1, 3, { category: 'Mine', status: 'solved' })]);
      return { version: 2 };
    });
    expect(here(1)).toMatchObject({ status: 'closed' });
  });

  it('a record that is read again stays to be read where nobody comes back to the change', () => {
    pull([theirs(1)]);
    tell(change('Refused'), { state: 'refused' });
    const id = change('Mine');
    expect(exchange([id]).batches).toHaveLength(1);
    const records = [theirs(1, 2, { category: 'Theirs' })];
    applyReread(setup.db, { ...setup.mirror, keys: ['1'], records, nowMs });
    giveUp(id);
    expect(stale()).toEqual(['1']);
  });

  it('a record that is read again says nothing new where a change was made meanwhile, and stays to be read', () => {
    pull([theirs(1)]);
    tell(change('Refused'), { state: 'refused' });
    const id = change('Mine');
    applyReread(setup.db, { ...setup.mirror, keys: ['1'], records: [theirs(1)], nowMs });
    expect(states(id)).toEqual(['waiting']);
    tell(id, { version: 2 });
    expect(stale()).toEqual(['1']);
  });

  it('a conflict of its record is not decided', () => {
    pull([theirs(1)]);
    const id = change('Mine');
    pull([theirs(1, 2, { category: 'Theirs' })]);
    const later = change('Again');
    const [batch] = exchange([later]).batches;
    const decided = () => decide('theirs', { operationId: id }).settled;
    expect([decided(), here(1)?.category]).toEqual([0, 'Again']);
    exchange([later], settle(batch, { version: 3 }), 0);
    expect([decided(), states(later)]).toEqual([1, ['confirmed']]);
  });

  it('a walk over a remote that was restored knows from which version it counts on', () => {
    pull([theirs(1, 5)]);
    const id = change('Mine');
    const [batch] = exchange([id]).batches;
    pullAnew(setup.db, setup.mirror);
    pull([theirs(1, 2)]);
    exchange([id], settle(batch, { version: 3 }), 0);
    pull([theirs(1, 4, { category: 'Mine', status: 'solved' })]);
    expect(here(1)).toMatchObject({ status: 'solved' });
  });
});

describe('a record that a walk does not meet', () => {
  it('stays, and is told of at its version, while a change of it waits', () => {
    pull([theirs(1), theirs(2, 5)]);
    const id = change('Mine', [2]);
    pullAnew(setup.db, setup.mirror);
    pull([theirs(1)]);
    expect([sweep(), here(2)?.isDeleted]).toEqual([0, 0]);
    expect(tell(id, { version: 6 })).toEqual([5]);
  });
});

it('a comment that is answered late takes back nothing of what is known', () => {
  pull([theirs(1)]);
  const comment = applyComment(setup.db, { ids: [1], limit: 1, remotes: [] });
  tell(comment, () => {
    expect(pull([theirs(1, 3, { status: 'solved' })])).toMatchObject({ changed: 1 });
    return { version: 2 };
  });
  expect(listConflicts(setup.db, all).total).toBe(0);
  expect(tell(change('Mine'), { version: 4 })).toEqual([3]);
});

it('what a record of another collection with the same number was not told holds no walk back', () => {
  pull([theirs(1)]);
  insertRecords(setup.db, tableOf('orders'), [makeRecord(tableOf('orders'), 1, { version: 0 })]);
  const order = { collection: 'orders', ids: [1], values: { status: 'PROCESSING' }, limit: 1 } as const;
  const id = applyChange(setup.db, { ...order, remotes: ['test'] });
  expect(states(id)).toEqual(['waiting']);
  setup.db.exec(`UPDATE deliveries SET state = 'cancelled', settled_at = 1`);
  pullAnew(setup.db, setup.mirror);
  pull([theirs(1, 1, { category: 'Restored' })]);
  expect(here(1)).toMatchObject({ category: 'Restored' });
});
