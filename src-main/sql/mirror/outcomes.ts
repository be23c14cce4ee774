import sql, { raw } from 'sql-template-tag';
import type { CollectionName } from '../../../src-shared/collections/index.ts';
import type { DeliveryState, RemoteRecord } from '../../../src-shared/domain/delivery.ts';
import type { Db } from '../open.ts';
import { tableOf } from '../records/table.ts';
import { all, run } from '../statement.ts';
import type { MirrorRef } from './incoming.ts';
import {
  addConflict,
  followTheirs,
  isOf,
  listUnsettled,
  lowerVersion,
  markStale,
  meetTheirs,
  theirsOf,
} from './meet.ts';
import { takeAsTheyStand } from './take.ts';

/** What became of a delivery that its mirror has to do with, beyond a new version. */
interface MetOutcome {
  readonly operationId: number;
  readonly seq: number;
  readonly state: DeliveryState;
  readonly theirs: string | null;
  readonly recordId: number;
  readonly remoteId: number;
  readonly name: string;
  readonly collection: CollectionName;
  readonly version: number;
  readonly beside: string | null;
}

/**
 * Takes the answers of a remote, listed in `settling`, into its mirrors; part of the transaction that settles the
 * deliveries. A confirmed change gives the record a new version; after a refused one the record is read again, because
 * the change is here but not there; a conflict is kept, with everything that waits for the same record. Then what was
 * kept aside meanwhile is looked at. Answers the collections whose records changed here.
 */
export function meetOutcomes(db: Db, nowMs: number): CollectionName[] {
  noteUnknown(db);
  run(
    db,
    sql`UPDATE mirror_records AS m SET version = max(m.version, coalesce(s.version, 0)), is_awaited = 1
      FROM settling s WHERE s.state = 'confirmed'
        AND m.collection = +s.collection AND m.record_id = +s.record_id AND m.remote_id = +s.remote_id`,
  );
  const met = all<MetOutcome>(
    db,
    sql`SELECT s.operation_id AS operationId, s.seq, s.state, s.theirs, s.record_id AS recordId, m.remote_id AS remoteId,
        r.name, m.collection, m.version, m.beside
      FROM settling s CROSS JOIN mirror_records m ON m.collection = s.collection AND m.record_id = s.record_id
          AND m.remote_id = s.remote_id
        CROSS JOIN remotes r ON r.id = m.remote_id
      WHERE s.state IN ('refused', 'conflict') OR m.beside IS NOT NULL`,
  );
  const changed = new Set<CollectionName>();
  const echoes = met.flatMap((outcome) => meetOutcome(db, outcome, changed, nowMs) ?? []);
  for (const [, these] of Map.groupBy(echoes, ({ mirror }) => `${mirror.remoteId} ${mirror.collection}`)) {
    const [first] = these;
    if (first)
      takeAsTheyStand(
        db,
        first.mirror,
        these.map(({ theirs }) => theirs),
        nowMs,
      );
  }
  return [...changed];
}

/** A remote's own word of a change of ours, which came before its answer. */
interface Echo {
  readonly mirror: MirrorRef;
  readonly theirs: RemoteRecord;
}

/** A record that an import brought may be none that the copy knows: from here on it is, in place of one that is deleted here. */
function noteUnknown(db: Db): void {
  const isUnknown = sql`s.state IN ('refused', 'conflict')
    AND EXISTS (SELECT 1 FROM mirrors WHERE remote_id = s.remote_id AND collection = s.collection)
    AND NOT EXISTS (SELECT 1 FROM mirror_records WHERE collection = s.collection AND record_id = s.record_id)`;
  const collections = all<{ name: string }>(
    db,
    sql`SELECT DISTINCT s.collection AS name FROM settling s WHERE ${isUnknown}`,
  );
  for (const { name } of collections)
    run(
      db,
      sql`INSERT INTO mirror_records (remote_id, collection, key, record_id, version, epoch)
        SELECT s.remote_id, s.collection, t.external_id, t.id, 0, 0 FROM settling s JOIN ${raw(tableOf(name).name)} t ON t.id = s.record_id
        WHERE s.collection = ${name} AND ${isUnknown}
        ON CONFLICT (remote_id, collection, key) DO UPDATE
          SET record_id = excluded.record_id, version = 0, is_stale = 0, is_awaited = 0, beside = NULL`,
    );
}

function meetOutcome(db: Db, outcome: MetOutcome, changed: Set<CollectionName>, nowMs: number): Echo | null {
  const { state, recordId, collection, version } = outcome;
  const beside = theirsOf(outcome.beside);
  const isNews = beside !== null && beside.version > version;
  if (beside && !isNews)
    run(db, sql`UPDATE mirror_records SET beside = NULL, is_stale = 0 WHERE ${isOf(outcome)}`);
  const theirs = theirsOf(outcome.theirs) ?? (isNews ? beside : null);
  if (state === 'conflict') {
    if (theirs) lowerVersion(db, outcome, theirs);
    addConflict(db, outcome, outcome, { recordId, theirs, nowMs });
    for (const waiting of listUnsettled(db, outcome))
      if (waiting.isInDoubt === 0) addConflict(db, outcome, waiting, { recordId, theirs, nowMs });
  }
  if (state === 'refused' || (state === 'conflict' && !theirs)) markStale(db, outcome);
  if (isNews) {
    const taken = meetTheirs(db, outcome, { recordId, theirs: beside, nowMs });
    if (taken.changed > 0) changed.add(collection);
  }
  const isEcho = state === 'confirmed' && beside?.version === version;
  if (isEcho) followTheirs(db, outcome, beside);
  return isEcho && listUnsettled(db, outcome).length === 0 ? { mirror: outcome, theirs: beside } : null;
}
