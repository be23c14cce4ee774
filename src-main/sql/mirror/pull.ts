import sql, { raw } from 'sql-template-tag';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import type { RemoteRecord } from '../../../src-shared/domain/delivery.ts';
import { listOf } from '../json-text.ts';
import type { Db } from '../open.ts';
import { all, get, run } from '../statement.ts';
import { isTaken, layOut, type MirrorRef, writeIncoming } from './incoming.ts';
import { meetTheirs, meetWalked, unsettledOf } from './meet.ts';
import { noteRefused, sparingBad } from './take.ts';

/** How far a mirror has come. */
export interface MirrorState {
  /** Where the next page begins; null from the beginning. */
  readonly cursor: string | null;
  readonly epoch: number;
  readonly isWhole: boolean;
  readonly isSweeping: boolean;
  readonly pulledAt: number | null;
}

export interface PulledPage {
  readonly records: readonly RemoteRecord[];
  readonly cursor: string;
  readonly isEnd: boolean;
}

export interface ApplyPageArgs extends MirrorRef {
  /** Where the mirror stood when the page was asked for. */
  readonly at: Pick<MirrorState, 'cursor' | 'epoch'>;
  readonly page: PulledPage;
  readonly nowMs: number;
}

export interface PageOutcome {
  readonly state: MirrorState;
  /** Records of the workspace that changed. */
  readonly changed: number;
  /** Records that the database refused: they are not here. */
  readonly refused: number;
  /** New conflicts. */
  readonly conflicts: number;
  /** Deliveries that were settled without being sent: those, and what stands there as it was wanted. */
  readonly settled: number;
}

/** Throws `not_found` where the mirror is not there any more. */
export function getMirrorState(db: Db, { remoteId, collection }: MirrorRef): MirrorState {
  const row = get<{
    cursor: string | null;
    epoch: number;
    whole: number;
    sweeping: number;
    at: number | null;
  }>(
    db,
    sql`SELECT cursor, epoch, is_whole AS whole, is_sweeping AS sweeping, pulled_at AS at FROM mirrors
      WHERE remote_id = ${remoteId} AND collection = ${collection}`,
  );
  if (!row)
    throw new BulkheadError('not_found', `Remote ${remoteId}, or its copy of ${collection}, was removed.`);
  const { cursor, epoch, whole, sweeping, at } = row;
  return { cursor, epoch, isWhole: whole === 1, isSweeping: sweeping === 1, pulledAt: at };
}

/**
 * Takes a page of changes at a remote, together with the next cursor, in one transaction. Does nothing if the mirror's
 * cursor is no longer the one that the page was asked for with. A record with changes of ours in progress is not
 * overwritten.
 */
export function applyPage(db: Db, args: ApplyPageArgs): PageOutcome {
  return db
    .transaction(() => {
      const state = getMirrorState(db, args);
      if (state.cursor !== args.at.cursor || state.epoch !== args.at.epoch) return { ...nothing, state };
      const taken = takeRecords(db, args, state, args.page.records, args.nowMs);
      const isOver = args.page.isEnd && !state.isWhole;
      const left = isOver && state.pulledAt === null ? adoptLeft(db, args) : 0;
      const isSweeping = isOver && (state.epoch > 1 || left > 0) ? 1 : Number(state.isSweeping);
      run(
        db,
        sql`UPDATE mirrors SET cursor = ${args.page.cursor},
            is_whole = max(is_whole, ${Number(args.page.isEnd)}), is_sweeping = ${isSweeping},
            pulled_at = iif(${Number(args.page.isEnd)}, ${args.nowMs}, pulled_at)
          WHERE remote_id = ${args.remoteId} AND collection = ${args.collection}`,
      );
      return { ...taken, state: getMirrorState(db, args) };
    })
    .immediate();
}

/**
 * Takes for records of the mirror what an earlier copy of the same remote left here and its first walk did not meet: it is
 * gone there. What an import brought is no copy. Answers how many records that are.
 */
function adoptLeft(db: Db, { remoteId, name, collection }: MirrorRef): number {
  return run(
    db,
    sql`INSERT OR IGNORE INTO mirror_records (remote_id, collection, key, record_id, version, epoch)
      SELECT ${remoteId}, ${collection}, t.external_id, t.id, 0, 0 FROM ${raw(collection)} t
      WHERE t.source = ${name} AND t.deleted_at IS NULL AND t.import_operation_id IS NULL`,
  );
}

type Taken = Omit<PageOutcome, 'state'>;

const nothing: Taken = { changed: 0, refused: 0, conflicts: 0, settled: 0 };

/** Takes records; one that the database refuses costs that record. */
function takeRecords(
  db: Db,
  mirror: MirrorRef,
  state: Pick<MirrorState, 'epoch' | 'isWhole'>,
  records: readonly RemoteRecord[],
  nowMs: number,
): Taken {
  const { taken, refused } = sparingBad(db, records, (these) => takeAtOnce(db, mirror, state, these, nowMs));
  if (refused.length > 0) noteRefused(db, mirror, refused);
  const sum = { ...nothing, refused: refused.length };
  for (const { changed, conflicts, settled } of taken) {
    sum.changed += changed;
    sum.conflicts += conflicts;
    sum.settled += settled;
  }
  return sum;
}

function takeAtOnce(
  db: Db,
  mirror: MirrorRef,
  { epoch, isWhole }: Pick<MirrorState, 'epoch' | 'isWhole'>,
  records: readonly RemoteRecord[],
  nowMs: number,
): Taken {
  layOut(db, mirror, records);
  // An old page may come after the answer to a change of ours. In a walk from the beginning all that is said counts: a
  // remote that was restored gives the versions out once more, to other contents. What it was not told stands on.
  const isUntold = sql`EXISTS (SELECT 1 FROM deliveries d JOIN operations o ON o.id = d.operation_id
    WHERE d.record_id = n.record_id AND d.state IN ('cancelled', 'unknown') AND o.collection = ${mirror.collection})`;
  const isKnown = isWhole
    ? sql`(n.known = n.version AND NOT n.is_awaited OR n.known > n.version)`
    : sql`(n.known = n.version AND NOT n.is_awaited AND ${isUntold})`;
  run(
    db,
    sql`UPDATE incoming AS n SET how = CASE
        WHEN n.record_id IS NULL THEN iif(n.is_deleted, 'never_here', 'new')
        WHEN n.known IS NOT NULL AND NOT n.is_stale AND ${isKnown} THEN 'known'
        WHEN EXISTS (${unsettledOf(mirror.collection, sql`n.record_id`)})
          THEN iif(coalesce(n.known, 0) < n.version OR ${Number(!isWhole)}, 'busy', 'known')
        WHEN EXISTS (SELECT 1 FROM conflicts c WHERE c.collection = ${mirror.collection} AND c.record_id = n.record_id) THEN 'busy'
        ELSE 'changed' END`,
  );
  // Of each that is met there is a note: what an import brought may have none.
  run(
    db,
    sql`INSERT INTO mirror_records (remote_id, collection, key, record_id, version, epoch)
      SELECT ${mirror.remoteId}, ${mirror.collection}, key, record_id, version, ${epoch} FROM incoming
      WHERE how = 'busy' AND known IS NULL`,
  );
  writeIncoming(db, mirror, nowMs);
  run(
    db,
    sql`UPDATE mirror_records SET epoch = ${epoch} WHERE remote_id = ${mirror.remoteId} AND collection = ${mirror.collection}
      AND key IN (SELECT key FROM incoming) AND epoch <> ${epoch}`,
  );
  const counts = get<{ changed: number }>(db, sql`SELECT count(*) AS changed FROM incoming WHERE ${isTaken}`);
  const busy = all<{ key: string; recordId: number; isNewer: number }>(
    db,
    sql`SELECT key, record_id AS recordId, version > known AS isNewer FROM incoming WHERE how = 'busy'`,
  );
  const byKey = new Map(busy.length === 0 ? [] : records.map((record) => [record.key, record]));
  let changed = counts?.changed ?? 0;
  let conflicts = 0;
  let settled = 0;
  for (const { key, recordId, isNewer } of busy) {
    const theirs = byKey.get(key);
    if (!theirs) continue;
    const meet = isNewer === 1 || isWhole ? meetTheirs : meetWalked;
    const met = meet(db, mirror, { recordId, theirs, nowMs });
    changed += met.changed;
    conflicts += met.conflicts;
    settled += met.settled;
  }
  return { changed, refused: 0, conflicts, settled };
}

/**
 * Begins again from the beginning: what that does not meet is gone there, and what was kept beside is of a time before.
 * Part of no page.
 */
export function pullAnew(db: Db, { remoteId, collection }: MirrorRef): void {
  run(db, sql`DELETE FROM refused_records WHERE remote_id = ${remoteId} AND collection = ${collection}`);
  run(
    db,
    sql`UPDATE mirror_records INDEXED BY mirror_records_stale SET beside = NULL
      WHERE remote_id = ${remoteId} AND collection = ${collection} AND is_stale = 1`,
  );
  run(
    db,
    sql`UPDATE mirrors SET cursor = NULL, epoch = epoch + 1, is_whole = 0, is_sweeping = 0
      WHERE remote_id = ${remoteId} AND collection = ${collection}`,
  );
}

/**
 * Deletes up to `limit` records here that a walk from the beginning did not meet; one with changes of ours under way
 * stays until the remote has answered them, and a conflict is about its deletion from now on. Answers how many, and whether more may be left.
 */
export function sweepMirror(
  db: Db,
  args: MirrorRef & { limit: number; after: string; nowMs: number },
): { removed: number; next: string | null } {
  const { remoteId, collection, limit, nowMs } = args;
  return db
    .transaction(() => {
      const gone = all<{ key: string; recordId: number }>(
        db,
        sql`SELECT m.key, m.record_id AS recordId FROM mirror_records m
          WHERE m.remote_id = ${remoteId} AND m.collection = ${collection} AND m.key > ${args.after}
            AND m.epoch < (SELECT epoch FROM mirrors WHERE remote_id = m.remote_id AND collection = m.collection)
          ORDER BY m.key LIMIT ${limit}`,
      );
      const ids = listOf(gone.map(({ recordId }) => recordId));
      const removed = run(
        db,
        sql`UPDATE ${raw(collection)} AS t SET deleted_at = ${nowMs}, updated_at = ${nowMs}, version = version + 1
          WHERE id IN ${ids} AND deleted_at IS NULL
            AND NOT EXISTS (${unsettledOf(collection, sql`t.id`)})`,
      );
      // What comes back may begin to count its versions anew.
      run(
        db,
        sql`UPDATE mirror_records AS m SET version = 0
          WHERE m.remote_id = ${remoteId} AND m.collection = ${collection}
            AND m.key IN ${listOf(gone.map(({ key }) => key))}
            AND NOT EXISTS (${unsettledOf(collection, sql`m.record_id`)})`,
      );
      run(
        db,
        sql`UPDATE conflicts SET theirs = json_set(theirs, '$.isDeleted', json('true'))
          WHERE collection = ${collection} AND record_id IN ${ids}`,
      );
      const next = gone.length < limit ? null : (gone.at(-1)?.key ?? null);
      if (next === null)
        run(
          db,
          sql`UPDATE mirrors SET is_sweeping = 0 WHERE remote_id = ${remoteId} AND collection = ${collection}`,
        );
      return { removed, next };
    })
    .immediate();
}

/** Records after the key `after` that are to be read again because a change of theirs was refused, and have nothing of ours under way. */
export function listStale(
  db: Db,
  { remoteId, collection, after, limit }: MirrorRef & { after: string; limit: number },
): string[] {
  return all<{ key: string }>(
    db,
    sql`SELECT m.key FROM mirror_records m INDEXED BY mirror_records_stale
      WHERE m.remote_id = ${remoteId} AND m.collection = ${collection} AND m.is_stale = 1 AND m.key > ${after}
        AND NOT EXISTS (${unsettledOf(collection, sql`m.record_id`)}) ORDER BY m.key LIMIT ${limit}`,
  ).map(({ key }) => key);
}

/** Takes records that were read again as they are, whatever their version; one that was not found is gone there, as in a walk. */
export function applyReread(
  db: Db,
  args: MirrorRef & { keys: readonly string[]; records: readonly RemoteRecord[]; nowMs: number },
): Taken {
  return db
    .transaction(() => {
      const state = getMirrorState(db, args);
      const found = new Map(args.records.map((record) => [record.key, record]));
      const records = args.keys.map(
        (key) => found.get(key) ?? { key, version: 0, isDeleted: true, fields: {} },
      );
      const taken = takeRecords(db, args, state, records, args.nowMs);
      run(
        db,
        sql`UPDATE mirror_records SET is_stale = 0 WHERE remote_id = ${args.remoteId} AND collection = ${args.collection}
          AND key IN ${listOf(args.keys)}
          AND NOT EXISTS (${unsettledOf(args.collection, sql`mirror_records.record_id`)})`,
      );
      return taken;
    })
    .immediate();
}
