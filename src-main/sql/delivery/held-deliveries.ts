import sql, { raw } from 'sql-template-tag';
import { CollectionName } from '../../../src-shared/collections/index.ts';
import type { Delivery, RecordChange } from '../../../src-shared/domain/delivery.ts';
import { underWayStates } from '../../../src-shared/domain/operation.ts';
import { RunOptions } from '../../../src-shared/domain/run-options.ts';
import { Effect } from '../../actions/effect.ts';
import { numbersIn } from '../json-text.ts';
import { isTakenAsPulled } from '../mirror/meet.ts';
import type { Db } from '../open.ts';
import { changesOf } from '../operations/item-values.ts';
import { tableOf } from '../records/table.ts';
import { all, get, statesIn } from '../statement.ts';

/** A delivery in somebody's hands: being sent, or being asked about. */
export interface HeldDelivery extends Delivery {
  readonly operationId: number;
  readonly seq: number;
  readonly remote: string;
  readonly state: 'sending' | 'checking';
  /** Whose hands: an outcome with another fence is refused. */
  readonly fence: number;
  /** Times that it was sent, this one included, and how many of them ended with the console. */
  readonly attempts: number;
  readonly crashes: number;
  /** Times that the remote was asked what became of it, this one included. */
  readonly reads: number;
  readonly code: string | null;
  /** When it was sent last. */
  readonly sentAt: number;
  /** Since when it may have arrived though no answer came; null when it surely has not. */
  readonly doubtAt: number | null;
}

/** Held deliveries of one operation. */
export interface HeldBatch {
  readonly operationId: number;
  readonly actor: string;
  readonly collection: CollectionName;
  readonly options: RunOptions;
  readonly deliveries: readonly HeldDelivery[];
}

interface HeldRow extends Omit<HeldDelivery, 'change' | 'operationId' | 'isAsPulled'> {
  readonly isAsPulled: number;
  readonly before: string | null;
  readonly after: string | null;
}

/** The deliveries of an operation with these seqs, with what is to be told of them. */
export function getHeld(db: Db, operationId: number, seqs: readonly number[]): HeldBatch {
  const operation = get<{ actor: string; collection: string; effect: string; options: string }>(
    db,
    sql`SELECT actor, collection, effect, options FROM operations WHERE id = ${operationId}`,
  );
  if (!operation) throw new Error(`there is no operation ${operationId}`);
  const effect = Effect.parse(JSON.parse(operation.effect));
  const rows = all<HeldRow>(
    db,
    sql`SELECT d.seq, d.remote, d.state, d.fence, d.idempotency_key AS key, t.external_id AS recordKey, d.remote_version AS version,
        coalesce(m.version = d.remote_version AND ${isTakenAsPulled}, FALSE) AS isAsPulled, d.attempts,
        d.crashes, d.reads, d.code, coalesce(d.sent_at, 0) AS sentAt, d.doubt_at AS doubtAt, i.before, i.after
      FROM json_each(${JSON.stringify(seqs)}) s CROSS JOIN deliveries d ON d.operation_id = ${operationId} AND d.seq = s.value
        CROSS JOIN items i ON i.operation_id = d.operation_id AND i.seq = d.seq
        CROSS JOIN ${raw(tableOf(operation.collection).name)} t ON t.id = d.record_id
        LEFT JOIN mirror_records m ON m.collection = ${operation.collection} AND m.record_id = d.record_id`,
  );
  return {
    operationId,
    actor: operation.actor,
    collection: CollectionName.parse(operation.collection),
    options: RunOptions.parse(JSON.parse(operation.options)),
    deliveries: rows.map(({ before, after, isAsPulled, ...rest }) => ({
      ...rest,
      isAsPulled: isAsPulled === 1,
      operationId,
      change: changeOf(effect, before, after),
    })),
  };
}

/** What processes that have ended held, of operations that have not. */
export function listOrphans(db: Db): HeldBatch[] {
  const held = all<{ operationId: number; seqs: string }>(
    db,
    sql`SELECT o.id AS operationId, json_group_array(d.seq) AS seqs
      FROM operations o CROSS JOIN deliveries d INDEXED BY deliveries_open ON d.operation_id = o.id
      WHERE o.state IN ${statesIn(underWayStates)} AND d.settled_at IS NULL AND d.state IN ('sending', 'checking')
        AND d.fence IS NOT NULL
      GROUP BY o.id`,
  );
  return held.map(({ operationId, seqs }) => getHeld(db, operationId, numbersIn(seqs)));
}

function changeOf(effect: Effect, before: string | null, after: string | null): RecordChange {
  switch (effect.kind) {
    case 'fields':
      return { kind: 'fields', before: changesOf(before), after: changesOf(after) };
    case 'comment':
    case 'comment_visibility':
      return effect;
    default:
      throw new Error(`${effect.kind} is not told to a remote`);
  }
}
