import { describe, expect, it } from 'vitest';
import type { ClaimedBatch } from '../../../src-main/sql/delivery/claim.ts';
import { nowMs, settle } from '../../builders/told-changes.ts';
import { exchange, seqsOf, useExchanges } from './exchange-setup.ts';

const setup = useExchanges();
const { withOperation } = setup;

describe('a batch', () => {
  const keyOf = (batch: ClaimedBatch | undefined) => batch?.batch?.key;

  it('that got no answer is sent again as it was, under the same key, with those that did not', () => {
    withOperation((db, id) => {
      const [first] = exchange(db, [id], { lanes: 1 }).batches;
      const [answered, ...rest] = settle(first, {});
      const silent = rest.map((one) => ({ ...one, state: 'waiting' as const, doubtAt: nowMs }));
      const [again] = exchange(db, [id], {
        settlements: answered ? [answered, ...silent] : [],
        lanes: 1,
      }).batches;
      expect(again?.deliveries.map(({ seq }) => seq)).toEqual([2, 3]);
      expect(again?.batch?.members.map(({ seq }) => seq)).toEqual([1, 2, 3]);
      expect(keyOf(again)).toBe(keyOf(first));
    });
  });

  it('waits for the last of its deliveries, and others go first', () => {
    withOperation((db, id) => {
      const [first] = exchange(db, [id], { lanes: 1 }).batches;
      const settlements = settle(first, { state: 'waiting', doubtAt: nowMs }).map((one, at) => ({
        ...one,
        retryMs: at === 2 ? 5_000 : null,
      }));
      expect(seqsOf(exchange(db, [id], { settlements, lanes: 1 }))).toEqual([[4, 5, 6]]);
      const at = { nowMs, sureMs: nowMs + 5_000 };
      expect(seqsOf(exchange(db, [id], { at, lanes: 1 }))).toEqual([[1, 2, 3]]);
    });
  });

  it('is left by what surely did not happen: that goes in another one, under another key', () => {
    withOperation((db, id) => {
      const [first] = exchange(db, [id], { lanes: 1 }).batches;
      const settlements = settle(first, { state: 'waiting' });
      const [again] = exchange(db, [id], { settlements, lanes: 1, batchMax: 2 }).batches;
      expect(again?.batch?.members.map(({ seq }) => seq)).toEqual([1, 2]);
      expect(keyOf(again)).not.toBe(keyOf(first));
    });
  });

  it('brings along how far the remote had come, which is written down with the outcomes before it', () => {
    withOperation((db, id) => {
      const [first] = exchange(db, [id], { lanes: 1 }).batches;
      const batchId = first?.batch?.batchId ?? 0;
      exchange(db, [], { cursors: [{ batchId, cursor: 'after 1' }] });
      const settlements = settle(first, { state: 'waiting', doubtAt: nowMs });
      expect(exchange(db, [id], { settlements, lanes: 1 }).batches[0]?.batch?.cursor).toBe('after 1');
    });
  });

  it('is known when what was sent in it is asked about, and what was sent in others is asked about apart', () => {
    withOperation((db, id) => {
      const [first, second] = exchange(db, [id], { lanes: 2 }).batches;
      const batchId = first?.batch?.batchId ?? 0;
      const asked = [first, second].flatMap((batch) => settle(batch, { state: 'checking', doubtAt: nowMs }));
      const cursors = [{ batchId, cursor: 'begun as 7' }];
      const { batches } = exchange(db, [id], { settlements: asked, cursors, lanes: 2, batchMax: 2 });
      const told = batches.map(({ purpose, batch, deliveries }) => [
        purpose,
        batch?.cursor,
        deliveries.length,
      ]);
      expect(told).toEqual([
        ['check', 'begun as 7', 3],
        ['check', null, 3],
      ]);
    });
  });

  it('is large where many records can be told of at once, and then all of them become the same', () => {
    withOperation((db, id) => {
      db.exec(`UPDATE items SET after = '{"category":"Yours"}' WHERE seq IN (2, 5)`);
      const bulk = [{ collection: 'tickets', change: 'category', max: 6 } as const];
      expect(seqsOf(exchange(db, [id], { lanes: 5, bulk }))).toEqual([
        [1, 3, 4, 6, 7, 8],
        [2, 5],
        [9, 10],
      ]);
    });
  });
});
