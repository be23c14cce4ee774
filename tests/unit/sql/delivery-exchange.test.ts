import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  cancelDeliveries,
  countDeliveries,
  doubtDeliveries,
  settleUnknown,
} from '../../../src-main/sql/delivery/deliveries.ts';
import {
  type ClaimedBatch,
  type ExchangeAnswer,
  type ExchangeArgs,
  exchangeDeliveries,
  recoverDeliveries,
} from '../../../src-main/sql/delivery/delivery-exchange.ts';
import { listOrphans } from '../../../src-main/sql/delivery/held-deliveries.ts';
import type { Settlement } from '../../../src-main/sql/delivery/settling.ts';
import type { Db } from '../../../src-main/sql/open.ts';
import { applyChunk } from '../../../src-main/sql/operations/apply.ts';
import { appendJournal } from '../../../src-main/sql/operations/journal.ts';
import {
  insertDraft,
  moveOperation,
  requestCancel,
  sealDraft,
} from '../../../src-main/sql/operations/operation-changes.ts';
import { planChange } from '../../../src-main/sql/operations/plan.ts';
import { tableOf } from '../../../src-main/sql/records/table.ts';
import type { CollectionName } from '../../../src-shared/collections/index.ts';
import { type Fields, insertRecords, makeRecord } from '../../builders/records.ts';
import { changeDatabase, insertTickets, makeTickets } from '../../builders/tickets.ts';
import { makeFolder, removeFolder } from '../../builders/workspace.ts';

const count = 10;
const nowMs = 1_000_000;
const at = { nowMs, sureMs: nowMs };
let folder: string;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => removeFolder(folder));

/** Runs with an operation whose every ticket is the remote's, applied here and told to nobody yet. */
function withOperation(use: (db: Db, id: number) => void): void {
  changeDatabase(folder, (db) => {
    insertTickets(db, makeTickets(count));
    use(db, apply(db, { category: 'Mine' }));
  });
}

interface Applied {
  readonly collection?: CollectionName;
  readonly ids?: readonly number[];
  readonly limit?: number;
}

function apply(
  db: Db,
  values: Fields,
  {
    collection = 'tickets',
    ids: numbers = Array.from({ length: count }, (_, at) => at + 1),
    limit = count,
  }: Applied = {},
): number {
  const id = insertDraft(db, {
    action: 'update',
    collection,
    title: 'Set fields',
    details: [],
    selection: null,
    input: values,
    effect: { kind: 'fields', fields: Object.keys(values) },
    actor: 'tester',
    nowMs,
    undoOf: null,
    retryOf: null,
  });
  const change = { kind: 'set', values, rules: [] } as const;
  const ids = Float64Array.from(numbers);
  planChange(db, { operationId: id, ids, change, forDeleted: false, nowMs });
  sealDraft(db, { id, reversible: true, warnings: [] });
  moveOperation(db, { id, from: ['draft'], to: 'pending', nowMs, event: 'started' });
  moveOperation(db, { id, from: ['pending'], to: 'in_progress', nowMs, event: 'running' });
  applyChunk(db, { operationId: id, limit, nowMs, runMs: 0, remotes: ['test'] });
  return id;
}

function exchange(db: Db, ids: number[], more: Partial<ExchangeArgs> = {}): ExchangeAnswer {
  return exchangeDeliveries(db, {
    remote: 'test',
    fence: 1,
    at,
    settlements: [],
    cursors: [],
    held: null,
    operationIds: ids,
    lanes: 2,
    batchMax: 3,
    bulk: [],
    settleMs: 0,
    isIdle: false,
    tellOf: [],
    tellIfOpen: [],
    ...more,
  });
}

function settle(batch: ClaimedBatch | undefined, more: Partial<Settlement>): Settlement[] {
  return (batch?.deliveries ?? []).map((held) => ({
    operationId: held.operationId,
    seq: held.seq,
    fence: held.fence,
    attempts: held.attempts,
    crashes: held.crashes,
    reads: held.reads,
    code: held.code,
    doubtAt: held.doubtAt,
    version: null,
    theirs: null,
    state: 'confirmed',
    retryMs: null,
    ...more,
  }));
}

const seqsOf = ({ batches }: ExchangeAnswer) =>
  batches.map(({ deliveries }) => deliveries.map(({ seq }) => seq));

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

  it('lets what waits wait, and says for how long; a new process lets it wait anew', () => {
    withOperation((db, id) => {
      const [batch] = exchange(db, [id], { lanes: 1, batchMax: count }).batches;
      const later = settle(batch, { state: 'waiting', retryMs: 5_000 });
      expect(exchange(db, [id], { settlements: later }).nextInMs).toBe(5_000);
      const at = (ms: number) => ({ nowMs: nowMs - 99_999, sureMs: nowMs + ms });
      expect(exchange(db, [id], { at: at(4_999) })).toMatchObject({ batches: [], nextInMs: 1 });
      recoverDeliveries(db, { at: { nowMs, sureMs: nowMs + 90_000 }, settlements: [] });
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
      const alone = exchange(db, [id], { settlements: rest, lanes: 2, isIdle: true });
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
      recoverDeliveries(db, { settlements: [], ...later(nowMs + 499) });
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

  it('is large where many records can be told of at once, and then all of them become the same', () => {
    withOperation((db, id) => {
      db.exec(`UPDATE items SET after = '{"category":"Yours"}' WHERE seq IN (2, 5)`);
      const bulk = [{ collection: 'tickets', change: 'category', max: 6 }];
      expect(seqsOf(exchange(db, [id], { lanes: 5, bulk }))).toEqual([
        [1, 3, 4, 6, 7, 8],
        [2, 5],
        [9, 10],
      ]);
    });
  });
});

describe('what the last process left', () => {
  it('is all that was in flight, with what it takes to judge it', () => {
    withOperation((db, id) => {
      exchange(db, [id], { lanes: 1, fence: 77 });
      const [left] = listOrphans(db);
      expect(left?.deliveries.map(({ seq, fence, remote }) => [seq, fence, remote])).toEqual([
        [1, 77, 'test'],
        [2, 77, 'test'],
        [3, 77, 'test'],
      ]);
      expect(left?.options.retry.attempts).toBeGreaterThan(0);
    });
  });
});

describe('a backup that was restored', () => {
  it('puts in doubt what its operations tell: they may have told it before', () => {
    changeDatabase(folder, (db) => {
      insertTickets(db, makeTickets(count));
      const id = apply(db, { category: 'Mine' }, { limit: count / 2 });
      const [sent] = exchange(db, [id], { lanes: 1 }).batches;
      exchange(db, [], { settlements: settle(sent, { state: 'waiting', doubtAt: nowMs }) });
      doubtDeliveries(db);
      // What was in a batch is sent again as it was; the rest may have been told in any.
      expect(countDeliveries(db, { operationId: id })).toMatchObject({ waiting: 3, checking: 2 });
      appendJournal(db, { operationId: null, at: nowMs, event: 'restored' });
      const doubts = db.prepare('SELECT doubt_at FROM deliveries WHERE operation_id = ?').pluck();
      expect(doubts.all(id)).toEqual(Array.from({ length: count / 2 }, () => nowMs));
      applyChunk(db, { operationId: id, limit: count, nowMs, runMs: 0, remotes: ['test'] });
      expect(doubts.all(id)).toEqual(Array.from({ length: count }, () => nowMs));
      expect(new Set(doubts.all(apply(db, { category: 'Later' })))).toEqual(new Set([null]));
    });
  });
});

describe('what the user decides about the unknown', () => {
  it('is refused while the operation is under way', () => {
    withOperation((db, id) => {
      expect(() => settleUnknown(db, { id, seqs: [1], how: 'confirmed', nowMs })).toThrow(
        'nothing that could be decided',
      );
    });
  });

  it('does not send again what was changed again since', () => {
    withOperation((db, id) => {
      const [batch] = exchange(db, [id], { lanes: 1, batchMax: count }).batches;
      exchange(db, [id], { settlements: settle(batch, { state: 'unknown' }) });
      moveOperation(db, { id, from: ['in_progress'], to: 'partial', nowMs, event: 'partial' });
      const later = apply(db, { category: 'Yours' });
      cancelDeliveries(db, { operationId: later, limit: 4, at, settleMs: 0 });
      const again = { id, seqs: [1, 2, 3, 4, 5], how: 'send_again', nowMs } as const;
      expect(settleUnknown(db, again)).toBe(4);
      expect(countDeliveries(db, { operationId: id })).toMatchObject({ waiting: 4, unknown: 6 });
    });
  });
});
