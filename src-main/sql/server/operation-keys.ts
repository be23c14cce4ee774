import sql from 'sql-template-tag';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import type { Db } from '../open.ts';
import { get, run } from '../statement.ts';

/** Under which name somebody asked for an operation, and the digest of what they asked for. */
export interface OperationKey {
  readonly actor: string;
  readonly key: string;
  readonly digest: string;
}

/** Part of the transaction that starts the operation. Throws `wrong_state` where the key was used already. */
export function insertOperationKey(db: Db, args: OperationKey & { operationId: number }): void {
  const { actor, key, digest, operationId } = args;
  if (findOperationKey(db, args))
    throw new BulkheadError('wrong_state', 'The key was used for another operation. Nothing was started.');
  run(
    db,
    sql`INSERT INTO operation_keys (actor, key, digest, operation_id) VALUES (${actor}, ${key}, ${digest}, ${operationId})`,
  );
}

export function findOperationKey(
  db: Db,
  args: { actor: string; key: string },
): { operationId: number; digest: string } | null {
  return (
    get<{ operationId: number; digest: string }>(
      db,
      sql`SELECT operation_id AS operationId, digest FROM operation_keys WHERE actor = ${args.actor} AND key = ${args.key}`,
    ) ?? null
  );
}
