import sql, { join, raw, type Sql } from 'sql-template-tag';
import { CollectionName } from '../../../src-shared/collections/index.ts';
import type { ConflictChoice } from '../../../src-shared/contract/remotes.ts';
import type { FieldValue } from '../../../src-shared/domain/condition.ts';
import type { Decision, RemoteRecord } from '../../../src-shared/domain/delivery.ts';
import type { Conflict } from '../../../src-shared/domain/remote.ts';
import { listOf } from '../json-text.ts';
import type { Db } from '../open.ts';
import { changesOf } from '../operations/item-values.ts';
import { appendJournal } from '../operations/journal.ts';
import { selectList } from '../records/select-list.ts';
import { tableOf } from '../records/table.ts';
import { all, get, run } from '../statement.ts';
import type { MirrorRef } from './incoming.ts';
import { addConflict, listUnsettled, markStale, theirsOf } from './meet.ts';
import { takeAsTheyStand } from './take.ts';

interface ConflictRow {
  readonly id: number;
  readonly remoteId: number;
  readonly operationId: number;
  readonly seq: number;
  readonly collection: string;
  readonly recordId: number;
  readonly theirs: string | null;
  readonly foundAt: number;
  readonly before: string | null;
  readonly after: string | null;
}

export interface ConflictFilter {
  readonly remoteId?: number | undefined;
  readonly operationId?: number | undefined;
}

function matching({ remoteId, operationId }: ConflictFilter): Sql {
  const tests = [sql`TRUE`];
  if (remoteId !== undefined) tests.push(sql`c.remote_id = ${remoteId}`);
  if (operationId !== undefined) tests.push(sql`c.operation_id = ${operationId}`);
  return join(tests, ' AND ');
}

/** Conflicts after the one with the id `after`, oldest first, and how many there are of this kind. */
export function listConflicts(
  db: Db,
  args: ConflictFilter & { after: number; limit: number },
): { conflicts: Conflict[]; total: number } {
  const rows = all<ConflictRow>(
    db,
    sql`SELECT c.id, c.remote_id AS remoteId, c.operation_id AS operationId, c.seq, c.collection,
        c.record_id AS recordId, c.theirs, c.found_at AS foundAt, i.before, i.after
      FROM conflicts c JOIN items i ON i.operation_id = c.operation_id AND i.seq = c.seq
      WHERE ${matching(args)} AND c.id > ${args.after} ORDER BY c.id LIMIT ${args.limit}`,
  );
  const counted = get<{ total: number }>(
    db,
    sql`SELECT count(*) AS total FROM conflicts c WHERE ${matching(args)}`,
  );
  return { conflicts: rows.map((row) => toConflict(db, row)), total: counted?.total ?? 0 };
}

function toConflict(db: Db, { before, after, theirs, ...row }: ConflictRow): Conflict {
  const collection = CollectionName.parse(row.collection);
  const here = recordOf(db, collection, row.recordId);
  const there = theirsOf(theirs);
  const from = changesOf(before);
  const yours = changesOf(after);
  // What the remote does not tell, as of a deleted record, is not known to have changed.
  const isTold = (field: string): boolean =>
    field === 'deletedAt' || there?.isDeleted !== true || Object.hasOwn(there.fields, field);
  const nowOf = (field: string): FieldValue =>
    there && isTold(field) ? valueThere(there, field) : (from[field] ?? null);
  const changed = Object.keys(yours).map((field) => ({
    field,
    from: from[field] ?? null,
    now: nowOf(field),
    yours: yours[field] ?? null,
  }));
  const others = Object.keys(here)
    .filter((field) => !Object.hasOwn(yours, field) && !notContent.includes(field))
    .map((field) => ({ field, from: here[field] ?? null, now: nowOf(field), yours: here[field] ?? null }))
    .filter(({ field, from: stood, now }) => there && Object.hasOwn(there.fields, field) && stood !== now);
  const deleted = Object.hasOwn(yours, 'deletedAt') || !there?.isDeleted ? [] : [deletionOf(there)];
  const title = here[tableOf(collection).collection.titleField];
  return {
    ...row,
    collection,
    recordKey: String(here['key'] ?? ''),
    recordTitle: String(title ?? ''),
    fields: [...changed, ...deleted, ...others],
  };
}

/** Fields that differ without anybody having changed them. */
const notContent: readonly string[] = [
  'id',
  'key',
  'source',
  'version',
  'createdAt',
  'updatedAt',
  'deletedAt',
];

function deletionOf(there: RemoteRecord): Conflict['fields'][number] {
  return { field: 'deletedAt', from: null, now: valueThere(there, 'deletedAt'), yours: null };
}

/** A deleted record may not tell since when it is. */
function valueThere({ fields, isDeleted }: RemoteRecord, field: string): FieldValue {
  if (field !== 'deletedAt') return fields[field] ?? null;
  return isDeleted ? (fields['deletedAt'] ?? 0) : null;
}

function recordOf(db: Db, collection: CollectionName, id: number): Record<string, FieldValue> {
  const table = tableOf(collection);
  const record = sql`SELECT ${selectList(table)} FROM ${raw(table.name)} t WHERE t.id = ${id}`;
  return get<Record<string, FieldValue>>(db, record) ?? {};
}

interface ChosenConflict extends MirrorRef {
  readonly id: number;
  readonly operationId: number;
  readonly seq: number;
  readonly recordId: number;
  readonly theirs: string | null;
}

export interface SettledSlice {
  readonly settled: number;
  readonly operationIds: readonly number[];
  /** Those of the records that were taken as they stand there. */
  readonly collections: readonly CollectionName[];
  readonly next: number | null;
}

/**
 * Settles up to `limit` conflicts after the one with the id `after`: the mirror takes the remote's record, and the
 * journal and each delivery say so. Changes of ours that are kept are noted, to be made again. A conflict stays while
 * the remote has not said what its record is now, while another change of the record may be on its way, or if this
 * database refuses the remote's record. Answers how many were settled, of which operations, and where to continue; null
 * at the end.
 */
export function settleConflicts(
  db: Db,
  args: {
    which: ConflictChoice;
    keep: 'mine' | 'theirs';
    actor: string;
    after: number;
    limit: number;
    nowMs: number;
  },
): SettledSlice {
  const { keep, actor, nowMs } = args;
  return db
    .transaction(() => {
      const chosen = listChosen(db, args);
      const decidable = chosen.filter(({ theirs, collection, recordId }) => {
        const ours = theirs === null ? [] : listUnsettled(db, { collection, recordId });
        return theirs !== null && ours.every(({ isInDoubt }) => isInDoubt === 0);
      });
      const ready = mirrorsOf(decidable).flatMap((mirror) => {
        const these = decidable.filter((one) => isIn(mirror, one));
        const refused = takeTheirs(db, mirror, these, nowMs);
        return these.filter(({ recordId }) => !refused.has(recordId));
      });
      const ids = listOf(ready.map(({ id }) => id));
      if (keep === 'mine') {
        run(
          db,
          sql`INSERT INTO kept_changes (operation_id, seq, record_id, actor)
            SELECT operation_id, seq, record_id, ${actor} FROM conflicts WHERE id IN ${ids}`,
        );
      }
      const decision: Decision = `kept_${keep}`;
      run(
        db,
        sql`UPDATE deliveries SET code = ${decision} WHERE (operation_id, seq) IN
          (SELECT operation_id, seq FROM conflicts WHERE id IN ${ids})`,
      );
      run(db, sql`DELETE FROM conflicts WHERE id IN ${ids}`);
      const operationIds = [...new Set(ready.map((one) => one.operationId))];
      for (const operationId of operationIds) {
        const count = ready.filter((one) => one.operationId === operationId).length;
        appendJournal(db, {
          operationId,
          at: nowMs,
          event: 'conflicts_settled',
          actor,
          detail: { keep, count },
        });
      }
      const next = chosen.length < args.limit ? null : (chosen.at(-1)?.id ?? null);
      const collections = [...new Set(ready.map(({ collection }) => collection))];
      return { settled: ready.length, operationIds, collections, next };
    })
    .immediate();
}

function listChosen(
  db: Db,
  { which, after, limit }: { which: ConflictChoice; after: number; limit: number },
): ChosenConflict[] {
  const choice = 'ids' in which ? sql`c.id IN ${listOf(which.ids)}` : matching(which);
  return all<ChosenConflict>(
    db,
    sql`SELECT c.id, c.operation_id AS operationId, c.seq, c.record_id AS recordId, c.theirs,
        c.remote_id AS remoteId, r.name, c.collection
      FROM conflicts c JOIN remotes r ON r.id = c.remote_id
      WHERE ${choice} AND c.id > ${after} ORDER BY c.id LIMIT ${limit}`,
  );
}

function mirrorsOf(chosen: readonly ChosenConflict[]): ChosenConflict[] {
  return chosen.filter((one, at) => chosen.findIndex((other) => isIn(one, other)) === at);
}

function isIn(mirror: MirrorRef, { remoteId, collection }: MirrorRef): boolean {
  return remoteId === mirror.remoteId && collection === mirror.collection;
}

/**
 * Takes records as they are at the remote, and answers those that the database refused. Deliveries that still wait for
 * such a record were made on what is overwritten now: they are in conflict, too.
 */
function takeTheirs(
  db: Db,
  mirror: ChosenConflict,
  chosen: readonly ChosenConflict[],
  nowMs: number,
): Set<number> {
  const records = new Map<number, RemoteRecord>();
  for (const { recordId, theirs } of chosen) {
    const there = theirsOf(theirs);
    if (there) records.set(recordId, there);
  }
  const { collection } = mirror;
  const stale = all<{ recordId: number }>(
    db,
    sql`SELECT record_id AS recordId FROM mirror_records WHERE collection = ${collection} AND is_stale = 1
      AND record_id IN ${listOf([...records.keys()])}`,
  );
  const refused = new Set(takeAsTheyStand(db, mirror, [...records.values()], nowMs));
  // What was to be read again is so still: what the conflict knows may be of before.
  for (const { recordId } of stale) markStale(db, { collection, recordId });
  for (const [recordId, theirs] of records)
    for (const waiting of refused.has(theirs) ? [] : listUnsettled(db, { collection, recordId }))
      addConflict(db, mirror, waiting, { recordId, theirs, nowMs });
  return new Set([...records].filter(([, theirs]) => refused.has(theirs)).map(([recordId]) => recordId));
}
