import sql from 'sql-template-tag';
import type { Db } from '../open.ts';
import { erasesFiles } from '../operations/file-removals.ts';
import type { StoredOperation } from '../operations/operations.ts';
import { get } from '../statement.ts';
import { tableOf } from './table.ts';

/** Records beside each other share pages. So many pages of them, with theirs in the indexes, make up to 30 MB of log. */
const mostPages = 1_250;

/**
 * The last item, from `fromSeq` to `toSeq`, that a chunk may reach. How large chunks are follows from how long the last
 * one took; but where records beside each other are followed by some far apart, each costs many times as much at once.
 */
export function lastInReach(
  db: Db,
  { operation, effect }: StoredOperation,
  fromSeq: number,
  toSeq: number,
): number {
  // New records come beside each other.
  if (effect.kind === 'create') return toSeq;
  if (erasesFiles(effect)) return fromSeq;
  const { perPage } = tableOf(operation.collection);
  const recordOf = (seq: number): number => {
    const item = sql`SELECT record_id AS id FROM items WHERE operation_id = ${operation.id} AND seq = ${seq}`;
    return get<{ id: number }>(db, item)?.id ?? 0;
  };
  const first = recordOf(fromSeq);
  for (let last = toSeq; ; last = fromSeq + Math.floor((last - fromSeq) / 2)) {
    const count = last - fromSeq + 1;
    const distance = Math.abs(recordOf(last) - first) + 1;
    if (Math.min(count, distance / perPage) <= mostPages) return last;
  }
}
