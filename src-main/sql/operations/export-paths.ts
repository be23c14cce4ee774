import sql, { join } from 'sql-template-tag';
import { collectionNames } from '../../../src-shared/collections/index.ts';
import type { Db } from '../open.ts';
import { all } from '../statement.ts';

/** Where exports wrote their files, or are still to write them. The collections are named for the index that has the actions of each. */
export function listExportPaths(db: Db): string[] {
  const rows = all<{ path: string }>(
    db,
    sql`SELECT DISTINCT effect ->> '$.path' AS path FROM operations
      WHERE collection IN (${join(collectionNames)}) AND action = 'export'`,
  );
  return rows.map(({ path }) => path);
}
