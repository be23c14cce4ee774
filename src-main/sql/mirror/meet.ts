import sql, { type Sql } from 'sql-template-tag';
import { z } from 'zod';
import type { CollectionName } from '../../../src-shared/collections/index.ts';
import { FieldValue } from '../../../src-shared/domain/condition.ts';
import { type DeliveryState, type RemoteRecord, standsAs } from '../../../src-shared/domain/delivery.ts';
import type { Changes } from '../../../src-shared/domain/item.ts';
import type { Db } from '../open.ts';
import { changesOf } from '../operations/item-values.ts';
import { all, run } from '../statement.ts';
import type { MirrorRef } from './incoming.ts';
import { takeAsTheyStand } from './take.ts';

/** A record as a remote has it, as it is kept. */
const StoredTheirs = z.object({
  key: z.string(),
  version: z.int(),
  isDeleted: z.boolean(),
  fields: z.record(z.string(), FieldValue),
}) satisfies z.ZodType<RemoteRecord>;

/** A record of a remote, as it is stored. */
export function theirsOf(json: string | null): RemoteRecord | null {
  return json === null ? null : StoredTheirs.parse(JSON.parse(json));
}

/** Open deliveries of a record that must not be overwritten here: all but comments, which add to whatever is there. */
export function unsettledOf(collection: CollectionName, recordId: Sql): Sql {
  return sql`SELECT 1 FROM deliveries d JOIN operations o ON o.id = d.operation_id
    WHERE d.record_id = ${recordId} AND d.settled_at IS NULL AND o.collection = ${collection} AND ${overwrites}`;
}

/**
 * True for `m` if the latest that was pulled is its version: nothing is kept aside for it or in a conflict, it is not
 * to be read again, and the database did not refuse it.
 */
export const isTakenAsPulled = sql`(m.is_stale = 0 AND m.beside IS NULL
  AND NOT EXISTS (SELECT 1 FROM conflicts c
    WHERE c.collection = m.collection AND c.record_id = m.record_id AND c.theirs ->> '$.version' IS NOT m.version)
  AND NOT EXISTS (SELECT 1 FROM refused_records f
    WHERE f.remote_id = m.remote_id AND f.collection = m.collection AND f.key = m.key))`;

const overwrites = sql`o.effect ->> '$.kind' NOT IN ('comment', 'comment_visibility')`;

interface Unsettled {
  readonly operationId: number;
  readonly seq: number;
  readonly state: DeliveryState;
  /** True for what the remote may know already. */
  readonly isInDoubt: number;
  readonly before: string | null;
  readonly after: string | null;
}

/** A record of the workspace of which a copy is kept. */
interface CopiedRecord {
  readonly collection: CollectionName;
  readonly recordId: number;
}

/** Its row in a table that has such rows. */
export function isOf({ collection, recordId }: CopiedRecord): Sql {
  return sql`collection = ${collection} AND record_id = ${recordId}`;
}

interface Meeting {
  readonly recordId: number;
  readonly theirs: RemoteRecord;
  readonly nowMs: number;
}

/**
 * The remote's record is not at the version that changes of ours were made on. If one of them may have arrived, the new
 * version may be its work: what the remote says is kept aside, and the record is read again unless something else will
 * look at it. Otherwise, if the record has the values that all of them want, they are done; if not, each becomes a
 * conflict and is no longer sent. Without any the remote's record is taken, unless a conflict waits for the user: it is
 * then about these new values.
 */
export function meetTheirs(
  db: Db,
  mirror: MirrorRef,
  { recordId, theirs, nowMs }: Meeting,
): { changed: number; conflicts: number; settled: number } {
  const record = { collection: mirror.collection, recordId };
  const ours = listUnsettled(db, record);
  if (ours.some(({ isInDoubt }) => isInDoubt === 1)) {
    run(
      db,
      sql`UPDATE mirror_records SET beside = ${JSON.stringify(theirs)}, is_stale = 1
        WHERE ${isOf(record)} AND (beside IS NULL OR beside ->> '$.version' <= ${theirs.version})`,
    );
    return { changed: 0, conflicts: 0, settled: 0 };
  }
  lowerVersion(db, record, theirs);
  forgetBeside(db, record, theirs);
  const open = followTheirs(db, record, theirs);
  if (open === 0 && isAsWanted(theirs, ours)) {
    for (const delivery of ours) settleAs(db, delivery, 'confirmed', nowMs);
    const refused = takeAsTheyStand(db, mirror, [theirs], nowMs);
    return { changed: 1 - refused.length, conflicts: 0, settled: ours.length };
  }
  for (const delivery of ours) addConflict(db, mirror, delivery, { recordId, theirs, nowMs });
  return { changed: 0, conflicts: ours.length, settled: ours.length };
}

/**
 * The same during a walk, for a version that is known or lower, which a restored remote may have given to other
 * contents. If the record there is as our changes expect it, they are sent on condition of that version; if one of them
 * may have arrived, before or after the restore, the record is read again when its answer is known.
 */
export function meetWalked(
  db: Db,
  mirror: MirrorRef,
  meeting: Meeting,
): { changed: number; conflicts: number; settled: number } {
  const { recordId, theirs } = meeting;
  const record = { collection: mirror.collection, recordId };
  const ours = listUnsettled(db, record);
  const isInDoubt = ours.some((one) => one.isInDoubt === 1);
  const stood = ours.reduceRight<Changes>((sum, { before }) => ({ ...sum, ...changesOf(before) }), {});
  if (ours.length === 0 || !(isInDoubt || standsAs(theirs, stood))) return meetTheirs(db, mirror, meeting);
  lowerVersion(db, record, theirs);
  if (isInDoubt) markStale(db, record);
  return { changed: 0, conflicts: 0, settled: 0 };
}

/**
 * Updates conflicts that wait for the user to the remote's present record, whoever changed it. Answers how many the
 * record has.
 */
export function followTheirs(db: Db, record: CopiedRecord, theirs: RemoteRecord): number {
  return run(db, sql`UPDATE conflicts SET theirs = ${JSON.stringify(theirs)} WHERE ${isOf(record)}`);
}

/** Drops what was kept aside of a record when something newer came: later it would be taken for the present state. */
function forgetBeside(db: Db, record: CopiedRecord, { version }: RemoteRecord): void {
  run(
    db,
    sql`UPDATE mirror_records SET beside = NULL
      WHERE ${isOf(record)} AND beside ->> '$.version' <= ${version}`,
  );
}

/** A remote that was restored counts on from a lower version: what comes after that is news. */
export function lowerVersion(db: Db, record: CopiedRecord, { version }: RemoteRecord): void {
  run(
    db,
    sql`UPDATE mirror_records SET version = ${version}
      WHERE ${isOf(record)} AND version > ${version}`,
  );
}

/** It is read again as soon as nothing of ours is under way for it. */
export function markStale(db: Db, record: CopiedRecord): void {
  run(db, sql`UPDATE mirror_records SET is_stale = 1 WHERE ${isOf(record)}`);
}

/** What is to be told of a record, in order. */
export function listUnsettled(db: Db, { collection, recordId }: CopiedRecord): Unsettled[] {
  return all<Unsettled>(
    db,
    sql`SELECT d.operation_id AS operationId, d.seq, d.state, i.before, i.after,
        NOT (d.state = 'waiting' AND d.doubt_at IS NULL) AS isInDoubt
      FROM deliveries d JOIN operations o ON o.id = d.operation_id
        JOIN items i ON i.operation_id = d.operation_id AND i.seq = d.seq
      WHERE d.record_id = ${recordId} AND d.settled_at IS NULL AND o.collection = ${collection} AND ${overwrites}
      ORDER BY d.version`,
  );
}

/** True where a record stands there as the last of our changes wants it; true without any. */
function isAsWanted(theirs: RemoteRecord, ours: readonly Unsettled[]): boolean {
  return standsAs(
    theirs,
    ours.reduce<Changes>((sum, { after }) => ({ ...sum, ...changesOf(after) }), {}),
  );
}

function settleAs(
  db: Db,
  { operationId, seq }: Pick<Unsettled, 'operationId' | 'seq'>,
  state: 'confirmed' | 'conflict',
  nowMs: number,
): void {
  run(
    db,
    sql`UPDATE deliveries SET state = ${state}, settled_at = max(${nowMs}, coalesce(sent_at, 0)), code = NULL
      WHERE operation_id = ${operationId} AND seq = ${seq}`,
  );
}

/** Notes that a change of ours met another one there. `theirs` is null where the remote did not say what stands there. */
export function addConflict(
  db: Db,
  { remoteId, collection }: MirrorRef,
  delivery: Pick<Unsettled, 'operationId' | 'seq'>,
  { recordId, theirs, nowMs }: { recordId: number; theirs: RemoteRecord | null; nowMs: number },
): void {
  settleAs(db, delivery, 'conflict', nowMs);
  run(
    db,
    sql`INSERT INTO conflicts (remote_id, operation_id, seq, collection, record_id, theirs, found_at)
      VALUES (${remoteId}, ${delivery.operationId}, ${delivery.seq}, ${collection}, ${recordId},
        ${theirs && JSON.stringify(theirs)}, ${nowMs})`,
  );
}
