import sql, { raw } from 'sql-template-tag';
import type { Changes } from '../../../src-shared/domain/item.ts';
import { jsonText } from '../json-text.ts';
import type { Db } from '../open.ts';
import { isStaged } from '../records/staged.ts';
import { tableOf } from '../records/table.ts';
import { getOperation } from './operations.ts';
import { addItems } from './plan.ts';

/**
 * Adds records to be created, by their fields, to a draft; those that the workspace has already are skipped as
 * duplicates. Not for tickets, which come with foreign columns and events: `planCreate` adds those.
 */
export function planNew(db: Db, args: { operationId: number; records: readonly Changes[] }): void {
  const { operationId, records } = args;
  const table = tableOf(getOperation(db, { id: operationId }).operation.collection);
  if (isStaged(table)) throw new Error(`new ${table.name} are staged`);
  addItems(
    db,
    operationId,
    (lastSeq) => sql`INSERT INTO items (operation_id, seq, record_id, state, reason, base_version, after)
      SELECT ${operationId}, ${lastSeq} + 1 + j.key, t.id, iif(t.id IS NULL, 'planned', 'skipped'),
        iif(t.id IS NULL, NULL, 'duplicate'), 0, j.value
      FROM json_each(${jsonText(records)}) j LEFT JOIN ${raw(table.name)} t ON t.source = j.value ->> '$.source'
        AND t.external_id = (j.value ->> '$.key') COLLATE BINARY AND t.deleted_at IS NULL`,
  );
}
