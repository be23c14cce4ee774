import { unlinkSync } from 'node:fs';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import sql from 'sql-template-tag';
import type { Effect } from '../../actions/effect.ts';
import { errorCode } from '../../platform/error-code.ts';
import { listOf } from '../json-text.ts';
import type { Db } from '../open.ts';
import { all, run } from '../statement.ts';
import { type Chunk, failItems, plannedIn } from './effects.ts';

/** True where the files of a record go with it. Such items are applied one by one: a file that is gone stays gone. */
export function erasesFiles(effect: Effect): boolean {
  return effect.kind === 'fields' && effect.erase?.includes('file') === true;
}

/**
 * Removes the files of a chunk's planned records from the workspace's `files` folder. The list is stored first, so that
 * after a kill the rest can still be removed. A missing file is not a failure. Answers the items that have a file which
 * could not be removed.
 */
export function removeFiles(db: Db, chunk: Chunk): number[] {
  const range = sql`operation_id = ${chunk.operationId} AND seq BETWEEN ${chunk.fromSeq} AND ${chunk.toSeq}`;
  db.transaction(() =>
    run(
      db,
      sql`INSERT OR IGNORE INTO file_removals (operation_id, seq, path)
        SELECT i.operation_id, i.seq, f.value FROM items i JOIN videos t ON t.id = i.record_id AND t.version = i.base_version
          JOIN json_each(json_array(t.file, t.thumbnail)) f ON f.value <> ''
        WHERE ${plannedIn(chunk)}`,
    ),
  ).immediate();
  const folder = join(dirname(db.name), 'files');
  const noted = all<{ seq: number; path: string }>(
    db,
    sql`SELECT seq, path FROM file_removals WHERE ${range}`,
  );
  return noted.filter(({ path }) => !isRemoved(folder, path)).map(({ seq }) => seq);
}

/** True when the file is gone now. A name that leads out of the folder is nobody's file. */
function isRemoved(folder: string, name: string): boolean {
  const path = normalize(name);
  if (isAbsolute(path) || path.split(/[/\\]/).includes('..')) return false;
  try {
    unlinkSync(join(folder, path));
    return true;
  } catch (error) {
    return errorCode(error) === 'ENOENT';
  }
}

/** Fails the items whose files are still there, and forgets what was written down; part of the chunk's transaction. */
export function settleRemovals(db: Db, chunk: Chunk, stuck: readonly number[]): void {
  failItems(db, chunk, 'file_not_removed', sql`i.seq IN ${listOf(stuck)}`);
  run(
    db,
    sql`DELETE FROM file_removals WHERE operation_id = ${chunk.operationId}
      AND seq BETWEEN ${chunk.fromSeq} AND ${chunk.toSeq}`,
  );
}
