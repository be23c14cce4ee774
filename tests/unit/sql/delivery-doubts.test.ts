import { describe, expect, it } from 'vitest';
import {
  cancelDeliveries,
  countDeliveries,
  doubtDeliveries,
  settleUnknown,
} from '../../../src-main/sql/delivery/deliveries.ts';
import { recoverDeliveries } from '../../../src-main/sql/delivery/delivery-exchange.ts';
import { listOrphans } from '../../../src-main/sql/delivery/held-deliveries.ts';
import { applyChunk, finishOperation } from '../../../src-main/sql/operations/apply.ts';
import { appendJournal } from '../../../src-main/sql/operations/journal.ts';
import {
  dismissOperation,
  moveOperation,
  requestCancel,
} from '../../../src-main/sql/operations/operation-changes.ts';
import { getOperation } from '../../../src-main/sql/operations/operations.ts';
import { changeDatabase, insertTickets, makeTickets } from '../../builders/tickets.ts';
import { nowMs, settle } from '../../builders/told-changes.ts';
import { apply, count, exchange, useExchanges } from './exchange-setup.ts';

const setup = useExchanges();
const { withOperation } = setup;
const at = { nowMs, sureMs: nowMs };

describe('what the last process left', () => {
  it.each(['in_progress', 'paused'] as const)(
    'is all that was in flight of what is %s, with what it takes to judge it',
    (state) => {
      withOperation((db, id) => {
        exchange(db, [id], { lanes: 1, fence: 77 });
        moveOperation(db, { id, from: ['in_progress'], to: state, nowMs, event: state });
        const [left] = listOrphans(db);
        expect(left?.deliveries.map(({ seq, fence, remote }) => [seq, fence, remote])).toEqual([
          [1, 77, 'test'],
          [2, 77, 'test'],
          [3, 77, 'test'],
        ]);
        expect(left?.options.retry.attempts).toBeGreaterThan(0);
      });
    },
  );
});

describe('a backup that was restored', () => {
  it('puts in doubt what its operations tell: they may have told it before', () => {
    changeDatabase(setup.folder, (db) => {
      insertTickets(db, makeTickets(count));
      const id = apply(db, { category: 'Mine' }, { limit: count / 2 });
      const [sent] = exchange(db, [id], { lanes: 1 }).batches;
      exchange(db, [], { settlements: settle(sent, { state: 'waiting', doubtAt: nowMs }) });
      doubtDeliveries(db);
      // Also what was in a batch: it may have left that since, and been told in another.
      expect(countDeliveries(db, { operationId: id })).toMatchObject({ waiting: 0, checking: 5 });
      const checks = (sureMs: number) =>
        exchange(db, [id], { at: { nowMs, sureMs } }).batches.map(({ purpose }) => purpose);
      recoverDeliveries(db, { settlements: [], at, settleMs: 10 });
      expect(checks(nowMs + 9)).toEqual([]);
      expect(new Set(checks(nowMs + 10))).toEqual(new Set(['check']));
      appendJournal(db, { operationId: null, at: nowMs, event: 'restored' });
      const doubts = db.prepare('SELECT doubt_at FROM deliveries WHERE operation_id = ?').pluck();
      expect(doubts.all(id)).toEqual(Array.from({ length: count / 2 }, () => nowMs));
      applyChunk(db, { operationId: id, limit: count, nowMs, runMs: 0, remotes: ['test'] });
      expect(doubts.all(id)).toEqual(Array.from({ length: count }, () => nowMs));
      expect(new Set(doubts.all(apply(db, { category: 'Later' })))).toEqual(new Set([null]));
    });
  });
});

it('a key is that of its operation, and of none that had the same number before a backup was restored', () => {
  changeDatabase(setup.folder, (db) => {
    insertTickets(db, makeTickets(3));
    const id = apply(db, { category: 'Mine' }, { ids: [1, 2, 3], limit: 1 });
    db.prepare('UPDATE operations SET created_at = created_at + 1 WHERE id = ?').run(id);
    applyChunk(db, { operationId: id, limit: 2, nowMs, runMs: 0, remotes: ['test'] });
    const keys = db.prepare('SELECT idempotency_key FROM deliveries ORDER BY seq').pluck().all() as string[];
    const [before, ...after] = keys.map((key) => key.split(':').at(-1));
    expect(new Set(after).size).toBe(1);
    expect(after).not.toContain(before);
  });
});

describe('what the user decides about the unknown', () => {
  it('is refused while the operation is under way', () => {
    withOperation((db, id) => {
      expect(() => settleUnknown(db, { id, seqs: [1], how: 'confirmed', actor: 'mina', nowMs })).toThrow(
        'nothing that could be decided',
      );
    });
  });

  it('is to be sent again as for the first time, by an operation that is under way again', () => {
    withOperation((db, id) => {
      const [batch] = exchange(db, [id], { lanes: 1, batchMax: count }).batches;
      requestCancel(db, { id, nowMs });
      const unknown = { state: 'unknown', attempts: 4, crashes: 1, reads: 3 } as const;
      exchange(db, [id], { lanes: 0, settlements: settle(batch, unknown) });
      finishOperation(db, { operationId: id, nowMs });
      dismissOperation(db, { id, actor: 'mina', nowMs });
      expect(settleUnknown(db, { id, how: 'send_again', actor: 'mina', nowMs })).toBe(count);
      const underWay = { state: 'in_progress', endedAt: null, isDismissed: false, isCancelling: false };
      expect(getOperation(db, { id }).operation).toMatchObject(underWay);
      const [again] = exchange(db, [id], { lanes: 1, batchMax: count }).batches;
      expect(again?.deliveries[0]).toMatchObject({ attempts: 1, crashes: 0, reads: 0 });
      expect(again?.batch?.key).not.toBe(batch?.batch?.key);
    });
  });

  it('does not send again what was changed again since', () => {
    withOperation((db, id) => {
      const [batch] = exchange(db, [id], { lanes: 1, batchMax: count }).batches;
      exchange(db, [id], { settlements: settle(batch, { state: 'unknown' }) });
      moveOperation(db, { id, from: ['in_progress'], to: 'partial', nowMs, event: 'partial' });
      const later = apply(db, { category: 'Yours' });
      cancelDeliveries(db, { operationId: later, limit: 4, at, settleMs: 0 });
      const again = { id, seqs: [1, 2, 3, 4, 5], how: 'send_again', actor: 'mina', nowMs } as const;
      expect(settleUnknown(db, again)).toBe(4);
      expect(countDeliveries(db, { operationId: id })).toMatchObject({ waiting: 4, unknown: 6 });
    });
  });
});
