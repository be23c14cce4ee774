import { describe, expect, it } from 'vitest';
import {
  cancelDeliveries,
  countDeliveries,
  giveUpDeliveries,
} from '../../../src-main/sql/delivery/deliveries.ts';
import { recoverDeliveries } from '../../../src-main/sql/delivery/delivery-exchange.ts';
import { moveOperation, requestCancel } from '../../../src-main/sql/operations/operation-changes.ts';
import { tableOf } from '../../../src-main/sql/records/table.ts';
import { insertRecords, makeRecord } from '../../builders/records.ts';
import { nowMs, settle } from '../../builders/told-changes.ts';
import { apply, count, exchange, seqsOf, useExchanges } from './exchange-setup.ts';

const setup = useExchanges();
const { withOperation } = setup;
const at = { nowMs, sureMs: nowMs };

describe('an exchange', () => {
  it('hands out as many batches as there are lanes, on record as being sent, and each delivery once', () => {
    withOperation((db, id) => {
      const first = exchange(db, [id]);
      expect(seqsOf(first)).toEqual([
        [1, 2, 3],
        [4, 5, 6],
      ]);
      expect(first.batches[0]?.deliveries[0]).toMatchObject({
        state: 'sending',
        attempts: 1,
        sentAt: nowMs,
        recordKey: '1',
        change: { kind: 'fields', before: { category: null }, after: { category: 'Mine' } },
      });
      expect(countDeliveries(db, { operationId: id })).toMatchObject({ sending: 6, waiting: 4 });
      expect(seqsOf(exchange(db, [id]))).toEqual([[7, 8, 9], [10]]);
      expect(seqsOf(exchange(db, [id]))).toEqual([]);
    });
  });

  it('refuses every outcome of a process that does not hold the delivery any more', () => {
    withOperation((db, id) => {
      const before = exchange(db, [id]).batches[0];
      recoverDeliveries(db, {
        at: { nowMs, sureMs: nowMs },
        settlements: settle(before, { state: 'waiting', crashes: 1 }),
        settleMs: 0,
      });
      expect(exchange(db, [], { settlements: settle(before, {}) }).stale).toBe(3);
      const after = exchange(db, [id], { fence: 2, lanes: 10 });
      expect(after.batches.flatMap(({ deliveries }) => deliveries).map(({ seq }) => seq)).toContain(1);
      expect(exchange(db, [], { settlements: settle(before, {}) }).stale).toBe(3);
      expect(countDeliveries(db, { operationId: id }).confirmed).toBe(0);
      const kept = after.batches.find(({ deliveries }) => deliveries.some(({ seq }) => seq === 1));
      expect(exchange(db, [], { settlements: settle(kept, {}) }).stale).toBe(0);
      expect(exchange(db, [], { settlements: settle(kept, { state: 'refused' }) }).stale).toBe(3);
    });
  });

  it('whose answer was lost is taken back by the next one, but for what is really in hand', () => {
    withOperation((db, id) => {
      const kept = exchange(db, [id], { lanes: 1 }).batches[0];
      exchange(db, [id], { lanes: 2 });
      const held = (kept?.deliveries ?? []).map(({ operationId, seq }) => ({ operationId, seq }));
      const again = exchange(db, [id], { lanes: 10, held });
      expect(seqsOf(again)).toEqual([[4, 5, 6], [7, 8, 9], [10]]);
      expect(
        again.batches.flatMap(({ deliveries }) => deliveries).every(({ attempts }) => attempts === 1),
      ).toBe(true);
    });
  });

  it('refuses an answer about what was given up meanwhile', () => {
    withOperation((db, id) => {
      const [sent] = exchange(db, [id], { lanes: 1, batchMax: count }).batches;
      exchange(db, [id], { lanes: 0, settlements: settle(sent, { state: 'checking' }) });
      const [asked] = exchange(db, [id], { lanes: 1, batchMax: count }).batches;
      giveUpDeliveries(db, { operationId: id, remotes: ['test'], nowMs });
      expect(exchange(db, [id], { settlements: settle(asked, {}) })).toMatchObject({ stale: count });
      expect(countDeliveries(db, { operationId: id })).toMatchObject({ unknown: count });
    });
  });

  it('whose answer was lost costs nothing that was asked, and takes back nothing of another process', () => {
    withOperation((db, id) => {
      const sent = exchange(db, [id], { lanes: 9 }).batches;
      const asked = sent.flatMap((batch) => settle(batch, { state: 'checking' }));
      exchange(db, [id], { lanes: 0, settlements: asked });
      exchange(db, [id], { lanes: 1 });
      expect(exchange(db, [id], { lanes: 0, held: [], fence: 2 }).batches).toEqual([]);
      expect(seqsOf(exchange(db, [id], { fence: 2 }))).toEqual([
        [4, 5, 6],
        [7, 8, 9],
      ]);
      const [again] = exchange(db, [id], { lanes: 1, held: [] }).batches;
      expect(again?.deliveries.map(({ seq, reads }) => [seq, reads])).toEqual([
        [1, 1],
        [2, 1],
        [3, 1],
      ]);
    });
  });

  it('lets what waits wait, and says for how long; a new process lets it wait anew', () => {
    withOperation((db, id) => {
      const [batch] = exchange(db, [id], { lanes: 1, batchMax: count }).batches;
      const later = settle(batch, { state: 'waiting', retryMs: 5_000 });
      expect(exchange(db, [id], { settlements: later }).nextInMs).toBe(5_000);
      const at = (ms: number) => ({ nowMs: nowMs - 99_999, sureMs: nowMs + ms });
      expect(exchange(db, [id], { at: at(4_999) })).toMatchObject({ batches: [], nextInMs: 1 });
      recoverDeliveries(db, { at: { nowMs, sureMs: nowMs + 90_000 }, settlements: [], settleMs: 0 });
      expect(exchange(db, [id], { at: at(94_999) }).batches).toEqual([]);
      expect(seqsOf(exchange(db, [id], { at: at(95_000), lanes: 1 }))).toEqual([[1, 2, 3]]);
    });
  });

  it('never lets a change of a record pass an earlier one', () => {
    withOperation((db, id) => {
      const later = apply(db, { category: 'Yours' });
      const [batch] = exchange(db, [id], { lanes: 1 }).batches;
      expect(seqsOf(exchange(db, [later], { lanes: 9 }))).toEqual([]);
      expect(seqsOf(exchange(db, [later], { lanes: 9, settlements: settle(batch, {}) }))).toEqual([
        [1, 2, 3],
      ]);
    });
  });

  it('lets a change pass one of a record of another collection that has the same number', () => {
    withOperation((db, id) => {
      insertRecords(db, tableOf('orders'), [makeRecord(tableOf('orders'), 1, { version: 0 })]);
      const order = apply(db, { status: 'PROCESSING' }, { collection: 'orders', ids: [1] });
      expect(seqsOf(exchange(db, [id], { lanes: 1 }))).toEqual([[1, 2, 3]]);
      expect(seqsOf(exchange(db, [order]))).toEqual([[1]]);
    });
  });

  it('asks what became of a change before it sends another', () => {
    withOperation((db, id) => {
      const [sent] = exchange(db, [id], { lanes: 1 }).batches;
      const settlements = settle(sent, { state: 'checking' });
      const { batches } = exchange(db, [id], { settlements, lanes: 1 });
      expect(batches.map(({ purpose }) => purpose)).toEqual(['check']);
    });
  });

  it('sends what was in flight in a crash after all that was not', () => {
    withOperation((db, id) => {
      const [batch] = exchange(db, [id], { lanes: 1 }).batches;
      const settlements = settle(batch, { state: 'waiting', crashes: 1, doubtAt: nowMs });
      expect(seqsOf(exchange(db, [id], { settlements, lanes: 9 }))).toEqual([
        [4, 5, 6],
        [7, 8, 9],
        [10],
        [1, 2, 3],
      ]);
    });
  });

  it('sends what was in flight in two crashes last and alone', () => {
    withOperation((db, id) => {
      const [batch] = exchange(db, [id], { lanes: 1, batchMax: 2 }).batches;
      const settlements = settle(batch, { state: 'waiting', crashes: 2, doubtAt: null });
      const first = exchange(db, [id], { settlements, lanes: 2, isIdle: true });
      expect(seqsOf(first)).toEqual([
        [3, 4, 5],
        [6, 7, 8],
      ]);
      const second = exchange(db, [id], { settlements: settle(first.batches[0], {}), lanes: 2 });
      expect(seqsOf(second)).toEqual([[9, 10]]);
      const rest = [...settle(first.batches[1], {}), ...settle(second.batches[0], {})];
      expect(seqsOf(exchange(db, [id], { settlements: rest }))).toEqual([]);
      const alone = exchange(db, [id], { isIdle: true });
      expect(seqsOf(alone)).toEqual([[1]]);
      expect(alone.batches[0]?.isAlone).toBe(true);
    });
  });

  it('hands nothing out of a paused operation, and says so', () => {
    withOperation((db, id) => {
      const [batch] = exchange(db, [id], { lanes: 1 }).batches;
      moveOperation(db, { id, from: ['in_progress'], to: 'paused', nowMs, event: 'paused' });
      const answer = exchange(db, [id], { settlements: settle(batch, {}), tellOf: [id] });
      expect(answer).toMatchObject({ batches: [], inactive: [id], stale: 0 });
      expect(answer.told[0]?.undelivered).toBe(7);
      expect(exchange(db, [id], { tellIfOpen: [id] }).told).toHaveLength(1);
      expect(exchange(db, [id], { remote: 'other', tellIfOpen: [id] }).told).toEqual([]);
    });
  });

  it('of a cancelled operation cancels what comes back unsent, and asks about what may have arrived', () => {
    withOperation((db, id) => {
      const [one, two] = exchange(db, [id]).batches;
      requestCancel(db, { id, nowMs });
      cancelDeliveries(db, { operationId: id, limit: 100, at, settleMs: 0 });
      const settlements = [
        ...settle(one, { state: 'waiting' }),
        ...settle(two, { state: 'waiting', doubtAt: nowMs, retryMs: 60_000 }),
      ];
      const answer = exchange(db, [id], { settlements });
      expect(answer.batches.map(({ purpose }) => purpose)).toEqual(['check']);
      expect(seqsOf(answer)).toEqual([[4, 5, 6]]);
      expect(countDeliveries(db, { operationId: id })).toMatchObject({ cancelled: 7, checking: 3 });
      const last = exchange(db, [id], { settlements: settle(answer.batches[0], {}) });
      expect(last.settled).toEqual([id]);
    });
  });

  it('of a cancelled operation asks about what may have arrived when it can have no effect any more', () => {
    withOperation((db, id) => {
      const [one, two] = exchange(db, [id]).batches;
      const inDoubt = { state: 'waiting', doubtAt: nowMs, retryMs: 60_000 } as const;
      exchange(db, [id], { settlements: settle(one, inDoubt), lanes: 0 });
      requestCancel(db, { id, nowMs });
      cancelDeliveries(db, { operationId: id, limit: 100, at, settleMs: 500 });
      const returned = exchange(db, [id], { settlements: settle(two, inDoubt), settleMs: 500 });
      expect(returned).toMatchObject({ batches: [], nextInMs: 500 });
      expect(countDeliveries(db, { operationId: id })).toMatchObject({ cancelled: 4, checking: 6 });
      const later = (sureMs: number) => ({ at: { nowMs, sureMs } });
      expect(seqsOf(exchange(db, [id], later(nowMs + 499)))).toEqual([]);
      // A console that is opened in between waits anew.
      recoverDeliveries(db, { settlements: [], settleMs: 0, ...later(nowMs + 499) });
      expect(seqsOf(exchange(db, [id], later(nowMs + 998)))).toEqual([]);
      expect(seqsOf(exchange(db, [id], later(nowMs + 999)))).toEqual([
        [1, 2, 3],
        [4, 5, 6],
      ]);
    });
  });

  it('settles nothing before it was sent, even when the clock was set back', () => {
    withOperation((db, id) => {
      const [batch] = exchange(db, [id], { lanes: 1 }).batches;
      exchange(db, [id], { settlements: settle(batch, {}), at: { nowMs: nowMs - 3_600_000, sureMs: nowMs } });
      const wrong = db.prepare('SELECT count(*) FROM deliveries WHERE settled_at < sent_at').pluck().get();
      expect(wrong).toBe(0);
    });
  });
});
