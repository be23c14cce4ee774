import sql from 'sql-template-tag';
import type { RemoteRecord } from '../../../src-shared/domain/delivery.ts';
import { errorCode } from '../../platform/error-code.ts';
import { jsonText, listOf } from '../json-text.ts';
import type { Db } from '../open.ts';
import { run } from '../statement.ts';
import { layOut, type MirrorRef, writeIncoming } from './incoming.ts';

/**
 * Does something with records, and where the database refuses one of them with each alone, so that a bad record costs one
 * record; part of a transaction. Answers what came of it, and which were refused.
 */
export function sparingBad<T>(
  db: Db,
  records: readonly RemoteRecord[],
  take: (these: readonly RemoteRecord[]) => T,
): { taken: T[]; refused: RemoteRecord[] } {
  try {
    return { taken: [db.transaction(() => take(records))()], refused: [] };
  } catch (error) {
    if (!errorCode(error).startsWith('SQLITE_CONSTRAINT')) throw error;
    if (records.length <= 1) return { taken: [], refused: [...records] };
    const each = records.map((record) => sparingBad(db, [record], take));
    return { taken: each.flatMap(({ taken }) => taken), refused: each.flatMap(({ refused }) => refused) };
  }
}

/**
 * Takes records of the mirror as they are at the remote, whatever they are here; part of a transaction. Answers those
 * that the database refused: nothing is kept aside for them any more, so that they are not tried again in vain.
 */
export function takeAsTheyStand(
  db: Db,
  mirror: MirrorRef,
  records: readonly RemoteRecord[],
  nowMs: number,
): RemoteRecord[] {
  const { refused } = sparingBad(db, records, (these) => {
    layOut(db, mirror, these);
    run(db, sql`UPDATE incoming SET how = 'changed'`);
    writeIncoming(db, mirror, nowMs);
  });
  if (refused.length === 0) return refused;
  run(
    db,
    sql`UPDATE mirror_records SET beside = NULL, is_stale = 0
      WHERE remote_id = ${mirror.remoteId} AND collection = ${mirror.collection}
        AND key IN ${listOf(refused.map(({ key }) => key))}`,
  );
  noteRefused(db, mirror, refused);
  return refused;
}

/** These are not here as they stand there, until one is taken. */
export function noteRefused(
  db: Db,
  { remoteId, collection }: MirrorRef,
  refused: readonly RemoteRecord[],
): void {
  const keys = jsonText(refused.map(({ key }) => key));
  run(
    db,
    sql`INSERT OR IGNORE INTO refused_records SELECT ${remoteId}, ${collection}, value FROM json_each(${keys})`,
  );
}
