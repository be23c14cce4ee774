import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { giveUpDeliveries } from '../../../src-main/sql/delivery/deliveries.ts';
import { exchangeDeliveries } from '../../../src-main/sql/delivery/delivery-exchange.ts';
import type { Settlement } from '../../../src-main/sql/delivery/settling.ts';
import { listConflicts, settleConflicts } from '../../../src-main/sql/mirror/conflicts.ts';
import type { MirrorRef } from '../../../src-main/sql/mirror/incoming.ts';
import { listKept } from '../../../src-main/sql/mirror/kept-changes.ts';
import {
  applyPage,
  applyReread,
  getMirrorState,
  listStale,
  type PageOutcome,
  pullAnew,
  sweepMirror,
} from '../../../src-main/sql/mirror/pull.ts';
import { insertRemote, listRemotes, removeRemote } from '../../../src-main/sql/mirror/remotes.ts';
import { type Db, openWriter } from '../../../src-main/sql/open.ts';
import { applyChunk } from '../../../src-main/sql/operations/apply.ts';
import {
  insertDraft,
  moveOperation,
  requestCancel,
  sealDraft,
} from '../../../src-main/sql/operations/operation-changes.ts';
import { planChange } from '../../../src-main/sql/operations/plan.ts';
import type { RemoteRecord } from '../../../src-shared/domain/delivery.ts';
import { insertTickets, makeTicket } from '../../builders/tickets.ts';
import { makeFolder, removeFolder } from '../../builders/workspace.ts';

const nowMs = 1_000_000;
let folder: string;
let db: Db;
let mirror: MirrorRef;

beforeEach(() => {
  folder = makeFolder();
  db = openWriter(`${folder}/bulkhead.db`);
  const collections = ['tickets'] as const;
  const remote = { name: 'Desk', address: 'http://desk', user: 'mina', role: 'agent', collections, nowMs };
  mirror = { remoteId: insertRemote(db, remote), name: 'Desk', collection: 'tickets' };
});
afterEach(() => {
  db.close();
  removeFolder(folder);
});

function theirs(key: number, version = 1, fields: RemoteRecord['fields'] = {}): RemoteRecord {
  const times = { createdAt: 10, updatedAt: 10 + version };
  const all = {
    subject: `Ticket ${key}`,
    description: '',
    status: 'open',
    priority: 'low',
    category: null,
    ...times,
    ...fields,
  };
  return { key: String(key), version, isDeleted: false, fields: all };
}

function gone(key: number, version: number): RemoteRecord {
  return { key: String(key), version, isDeleted: true, fields: {} };
}

let cursors = 0;
function pull(records: readonly RemoteRecord[], isEnd = true): PageOutcome {
  const at = getMirrorState(db, mirror);
  cursors += 1;
  return applyPage(db, { ...mirror, at, page: { records, cursor: `c${cursors}`, isEnd }, nowMs });
}

interface Here {
  readonly key: string;
  readonly category: string | null;
  readonly status: string;
  readonly assignee: string | null;
  readonly isDeleted: number;
  readonly version: number;
}

function here(key: number): Here | undefined {
  return db
    .prepare(
      `SELECT external_id AS key, category, status, assignee, deleted_at IS NOT NULL AS isDeleted, version FROM tickets
        WHERE source = 'Desk' AND external_id = ?`,
    )
    .get(String(key)) as Here | undefined;
}

/** Sets a category here, of all records or of these keys, and has it to be told. */
function change(category: string | null, keys?: readonly number[]): number {
  const ids = db.prepare('SELECT id, external_id AS key FROM tickets ORDER BY id').all() as {
    id: number;
    key: string;
  }[];
  const chosen = ids.filter(({ key }) => !keys || keys.includes(Number(key))).map(({ id }) => id);
  const effect = { kind: 'fields' as const, fields: ['category'] };
  const about = {
    action: 'update_category',
    collection: 'tickets' as const,
    title: 'Set category',
    actor: 'tester',
  };
  const nothing = { details: [], selection: null, undoOf: null, retryOf: null };
  const id = insertDraft(db, { ...about, ...nothing, input: { category }, effect, nowMs });
  const set = { kind: 'set', values: { category }, rules: [] } as const;
  planChange(db, { operationId: id, ids: Float64Array.from(chosen), change: set, forDeleted: false, nowMs });
  sealDraft(db, { id, reversible: true, warnings: [] });
  moveOperation(db, { id, from: ['draft'], to: 'pending', nowMs, event: 'started' });
  moveOperation(db, { id, from: ['pending'], to: 'in_progress', nowMs, event: 'running' });
  applyChunk(db, { operationId: id, limit: 100, nowMs, runMs: 0, remotes: [] });
  return id;
}

function exchange(ids: readonly number[], settlements: readonly Settlement[] = [], lanes = 8) {
  const nothing = {
    cursors: [],
    held: null,
    bulk: [],
    settleMs: 0,
    isIdle: true,
    tellOf: [],
    tellIfOpen: [],
  };
  const at = { nowMs, sureMs: nowMs };
  return exchangeDeliveries(db, {
    ...nothing,
    at,
    remote: 'Desk',
    fence: 1,
    settlements,
    operationIds: ids,
    lanes,
    batchMax: 100,
  });
}

type Outcome = Partial<Pick<Settlement, 'state' | 'version' | 'theirs'>>;

/** Sends what an operation has to tell and settles all of it alike. */
function tell(id: number, outcome: Outcome | ((key: string) => Outcome)): (number | null)[] {
  const [batch] = exchange([id]).batches;
  const deliveries = batch?.deliveries ?? [];
  exchange(
    [id],
    deliveries.map(({ operationId, seq, fence, attempts, crashes, reads, code, doubtAt, recordKey }) => ({
      operationId,
      seq,
      fence,
      attempts,
      crashes,
      reads,
      code,
      doubtAt,
      version: null,
      theirs: null,
      retryMs: null,
      state: 'confirmed' as const,
      ...(typeof outcome === 'function' ? outcome(recordKey) : outcome),
    })),
    0,
  );
  return deliveries.map(({ version }) => version);
}

function states(id: number): string[] {
  return db
    .prepare('SELECT state FROM deliveries WHERE operation_id = ? ORDER BY seq')
    .pluck()
    .all(id) as string[];
}

const all = { after: 0, limit: 100 };

describe('a page', () => {
  it('brings records, what changed of them, and what is gone, together with where the next one begins', () => {
    expect(pull([theirs(1), theirs(2), theirs(3)], false)).toMatchObject({
      changed: 3,
      state: { isWhole: false },
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
    expect(db.prepare(`SELECT extra FROM tickets WHERE external_id = '2'`).pluck().get()).toBe(
      '{"urgency":"high"}',
    );
    expect(listRemotes(db)[0]?.mirrors).toMatchObject([{ collection: 'tickets', records: 2, refused: 0 }]);
    expect(pull([theirs(3, 3)])).toMatchObject({ changed: 1 });
    expect(here(3)).toMatchObject({ isDeleted: 0, version: 3 });
  });

  it('keeps their order and, where it is free, their numbers', () => {
    insertTickets(db, [makeTicket(9)]);
    pull([{ ...theirs(0), key: 'A-1' }, ...[2, 9, 10, 100].map((key) => theirs(key))]);
    expect(
      db.prepare("SELECT id, external_id AS key FROM tickets WHERE source = 'Desk' ORDER BY id").all(),
    ).toEqual([
      { id: 2, key: '2' },
      { id: 10, key: '10' },
      { id: 100, key: '100' },
      { id: 101, key: 'A-1' },
      { id: 102, key: '9' },
    ]);
  });

  it('changes nothing when it was asked for where the mirror does not stand any more', () => {
    const at = getMirrorState(db, mirror);
    pull([theirs(1)]);
    const page = { records: [theirs(1, 2, { category: 'Old' })], cursor: 'x', isEnd: true };
    expect(applyPage(db, { ...mirror, at, page, nowMs })).toMatchObject({ changed: 0 });
    expect(here(1)).toMatchObject({ category: null });
  });

  it('says nothing new of a record that is at this version, or later', () => {
    pull([theirs(1, 5)]);
    expect(pull([theirs(1, 5, { category: 'Odd' }), theirs(1, 4, { category: 'Old' })])).toMatchObject({
      changed: 0,
    });
    expect(here(1)).toMatchObject({ category: null, version: 1 });
  });

  it('takes a live record of the same source and key for its own', () => {
    insertTickets(db, [makeTicket(77, { external_id: '1', source: 'desk' })]);
    pull([theirs(1, 3, { category: 'Theirs' })]);
    expect(db.prepare('SELECT id, category FROM tickets').all()).toEqual([{ id: 77, category: 'Theirs' }]);
  });

  it('costs one record when the database refuses one', () => {
    expect(pull([theirs(1), theirs(2, 1, { status: 'odd' }), theirs(3)])).toMatchObject({
      changed: 2,
      refused: 1,
    });
    expect(listRemotes(db)[0]?.mirrors).toMatchObject([{ records: 2, refused: 1 }]);
  });

  it('that begins anew finds out what is gone', () => {
    pull([theirs(1), theirs(2), theirs(3, 4)]);
    pullAnew(db, mirror);
    expect(getMirrorState(db, mirror)).toMatchObject({ cursor: null, isWhole: false });
    // After a restore there a version may be a lower one.
    expect(pull([theirs(1), theirs(3, 2, { category: 'Restored' })])).toMatchObject({
      state: { isSweeping: true },
    });
    expect(sweepMirror(db, { ...mirror, limit: 10, after: '', nowMs })).toEqual({ removed: 1, next: null });
    expect([here(1), here(2), here(3)]).toMatchObject([
      { isDeleted: 0 },
      { isDeleted: 1 },
      { category: 'Restored' },
    ]);
    expect(getMirrorState(db, mirror).isSweeping).toBe(false);
  });
});

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
    expect(listConflicts(db, { remoteId: mirror.remoteId, ...all })).toMatchObject({
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
    expect(listConflicts(db, all).total).toBe(0);
    expect(listStale(db, { ...mirror, limit: 9 })).toEqual([]);
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
    expect(listRemotes(db)[0]?.mirrors).toMatchObject([{ refused: 1 }]);
    expect(listStale(db, { ...mirror, limit: 9 })).toEqual([]);
  });

  it('is read again where the change was given up', () => {
    pull([theirs(1)]);
    const id = change('Mine');
    expect(exchange([id]).batches).toHaveLength(1);
    pull([theirs(1, 2, { category: 'Theirs' })]);
    requestCancel(db, { id, nowMs });
    db.prepare(`UPDATE deliveries SET state = 'checking', fence = NULL`).run();
    giveUpDeliveries(db, { operationId: id, remotes: ['Desk'], nowMs });
    expect(listStale(db, { ...mirror, limit: 9 })).toEqual(['1']);
    applyReread(db, { ...mirror, keys: ['1'], records: [theirs(1, 2, { category: 'Theirs' })], nowMs });
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
  });

  it('is read again where it refused, and then stands here as there', () => {
    pull([theirs(1), theirs(2)]);
    const id = change('Mine');
    tell(id, (key) => (key === '1' ? { state: 'refused' } : { version: 2 }));
    expect(listStale(db, { ...mirror, limit: 10 })).toEqual(['1']);
    applyReread(db, { ...mirror, keys: ['1'], records: [theirs(1)], nowMs });
    expect([here(1), here(2)]).toMatchObject([{ category: null }, { category: 'Mine' }]);
    expect(listStale(db, { ...mirror, limit: 10 })).toEqual([]);
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
    expect(listConflicts(db, { operationId: second, ...all }).conflicts[0]?.fields).toEqual([
      { field: 'category', from: 'First', now: null, yours: 'Second' },
      { field: 'status', from: 'open', now: 'solved', yours: 'open' },
    ]);
  });

  it('in conflict without a word of what stands there, is asked for it', () => {
    pull([theirs(1)]);
    const id = change('Mine');
    tell(id, { state: 'conflict' });
    expect(settleConflicts(db, { which: { operationId: id }, keep: 'theirs', ...all, nowMs }).settled).toBe(
      0,
    );
    applyReread(db, {
      ...mirror,
      keys: listStale(db, { ...mirror, limit: 9 }),
      records: [theirs(1, 2)],
      nowMs,
    });
    expect(settleConflicts(db, { which: { operationId: id }, keep: 'theirs', ...all, nowMs }).settled).toBe(
      1,
    );
  });
});

describe('a conflict', () => {
  it('follows what changes there, and is settled by taking that, whatever is kept', () => {
    pull([theirs(1), theirs(2)]);
    const id = change('Mine', [1]);
    pull([theirs(1, 2, { category: 'Theirs' })]);
    pull([theirs(1, 3, { category: 'Later', status: 'solved' })]);
    const later = change('Again', [1]);
    const { settled, next } = settleConflicts(db, {
      which: { remoteId: mirror.remoteId },
      keep: 'mine',
      ...all,
      nowMs,
    });
    expect([settled, next]).toEqual([1, null]);
    expect(listKept(db)).toEqual([{ operationId: id, seqs: [1], recordIds: [1] }]);
    expect(here(1)).toMatchObject({ category: 'Later', status: 'solved' });
    // What was changed on top of it in the meantime stood on what is gone.
    expect([states(later), listConflicts(db, all).total]).toEqual([['conflict'], 1]);
    const told = db
      .prepare('SELECT event, detail FROM journal WHERE operation_id = ? ORDER BY seq DESC LIMIT 1')
      .get(id);
    expect(told).toEqual({ event: 'conflicts_settled', detail: '{"keep":"mine","count":1}' });
    settleConflicts(db, { which: { operationId: later }, keep: 'theirs', ...all, nowMs });
    expect(tell(change('Once more', [1]), { version: 4 })).toEqual([3]);
  });

  it('stays where the database refuses what stands there, and holds up no other', () => {
    pull([theirs(1), theirs(2)]);
    const id = change('Mine');
    pull([theirs(1, 2, { status: 'odd' }), theirs(2, 2, { category: 'Theirs' })]);
    const which = { operationId: id };
    expect(settleConflicts(db, { which, keep: 'theirs', ...all, nowMs })).toMatchObject({ settled: 1 });
    expect(listConflicts(db, all).conflicts.map(({ recordKey }) => recordKey)).toEqual(['1']);
    expect([here(1)?.category, here(2)?.category]).toEqual(['Mine', 'Theirs']);
  });

  it('is about a deletion there where a walk from the beginning does not meet its record any more', () => {
    pull([theirs(1), theirs(2)]);
    change('Mine', [1]);
    pull([theirs(1, 2, { category: 'Theirs' })]);
    pullAnew(db, mirror);
    pull([theirs(2)]);
    sweepMirror(db, { ...mirror, limit: 9, after: '', nowMs });
    settleConflicts(db, { which: { remoteId: mirror.remoteId }, keep: 'theirs', ...all, nowMs });
    expect(here(1)).toMatchObject({ category: 'Theirs', isDeleted: 1 });
  });

  it('tells of a deletion there', () => {
    pull([theirs(1)]);
    change('Mine');
    pull([gone(1, 2)]);
    expect(listConflicts(db, all).conflicts[0]?.fields).toContainEqual({
      field: 'deletedAt',
      from: null,
      now: 0,
      yours: null,
    });
    settleConflicts(db, { which: { remoteId: mirror.remoteId }, keep: 'theirs', ...all, nowMs });
    expect(here(1)).toMatchObject({ isDeleted: 1 });
  });
});

it('the pieces of a transcript follow what a remote says of it', () => {
  const remote = { name: 'Tubes', address: 'http://tubes', user: 'mina', role: 'agent' } as const;
  const remoteId = insertRemote(db, { ...remote, collections: ['videos'], nowMs });
  const videos: MirrorRef = { remoteId, name: 'Tubes', collection: 'videos' };
  const piecesAfter = (version: number, fields: RemoteRecord['fields']) => {
    const times = { createdAt: 10, updatedAt: 10 + version };
    const all = { title: 'A talk', status: 'ready', durationS: 1, sizeBytes: 1, ...times, ...fields };
    const page = { records: [{ key: '1', version, isDeleted: false, fields: all }], cursor: `v${version}` };
    applyPage(db, { ...videos, at: getMirrorState(db, videos), page: { ...page, isEnd: true }, nowMs });
    return db.prepare('SELECT text FROM video_chunks ORDER BY seq').pluck().all();
  };
  expect(piecesAfter(1, { transcript: 'First words.', chunks: 1 })).toEqual(['First words.']);
  expect(piecesAfter(2, { transcript: 'Other words.', chunks: 1 })).toEqual(['Other words.']);
  expect(piecesAfter(3, { transcript: 'Other words.', chunks: 0 })).toEqual([]);
});

describe('a record that is deleted on both sides', () => {
  function versionAfter(again: RemoteRecord): number | undefined {
    pull([theirs(1)]);
    pull([gone(1, 2)]);
    db.exec(`UPDATE tickets SET deleted_at = 5, subject = ''`);
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
    expect(db.prepare('SELECT deleted_at, subject FROM tickets').raw().get()).toEqual([5, '']);
  });

  it('takes what was changed there', () => {
    expect(versionAfter(deletedThere({ category: 'Theirs' }))).toBe(1);
    expect(db.prepare('SELECT category, subject FROM tickets').raw().get()).toEqual(['Theirs', '']);
  });
});

it('a remote that is being removed is told of what changes until it is gone', () => {
  pull([theirs(1), theirs(2), theirs(3)]);
  const forget = (limit: number) => removeRemote(db, { id: mirror.remoteId, limit, nowMs });
  expect([forget(0), forget(1)]).toEqual([false, false]);
  const id = change('Mine', [1]);
  expect(() => forget(1)).toThrow('still to be told');
  tell(id, {});
  expect(forget(100)).toBe(true);
  expect(exchange([change('Later', [2])])).toMatchObject({ batches: [] });
});

it('a remote is not forgotten while something waits; its records stay', () => {
  pull([theirs(1), theirs(2)]);
  const id = change('Mine', [1]);
  expect(() => removeRemote(db, { id: mirror.remoteId, limit: 1, nowMs })).toThrow('still to be told');
  tell(id, { version: 2 });
  const rounds = [1, 2, 3].map(() => removeRemote(db, { id: mirror.remoteId, limit: 1, nowMs }));
  expect(rounds).toEqual([false, false, true]);
  expect([here(1)?.category, listRemotes(db)]).toEqual(['Mine', []]);
});
