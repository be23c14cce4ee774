import sql from 'sql-template-tag';
import type { CollectionName } from '../../../src-shared/collections/index.ts';
import {
  type DeliveryState,
  openDeliveryStates,
  type RemoteRecord,
} from '../../../src-shared/domain/delivery.ts';
import { meetOutcomes } from '../mirror/outcomes.ts';
import type { Db } from '../open.ts';
import { prepared, run, statesIn } from '../statement.ts';
import type { HeldDelivery } from './held-deliveries.ts';

/** What becomes of a delivery that was held. */
export interface Settlement
  extends Pick<
    HeldDelivery,
    'operationId' | 'seq' | 'fence' | 'attempts' | 'crashes' | 'reads' | 'code' | 'doubtAt'
  > {
  readonly state: Exclude<DeliveryState, 'sending' | 'cancelled'>;
  /** The remote's version of the record that a confirmed change made; null where it did not say. */
  readonly version: number | null;
  /** The record as a conflict found it there. */
  readonly theirs: RemoteRecord | null;
  /** How long it is left alone before it is sent, or asked about, again. */
  readonly retryMs: number | null;
}

/** The time by the clock (epoch ms), and how far it has surely come by a count that nobody can put forward. */
export interface Moments {
  readonly nowMs: number;
  readonly sureMs: number;
}

/** Creates where outcomes wait to be written down, thousands by one statement; it lives in memory, with the connection. */
const createSettling = `CREATE TEMP TABLE IF NOT EXISTS settling (
  operation_id INTEGER NOT NULL, seq INTEGER NOT NULL, record_id INTEGER NOT NULL, remote_id INTEGER, collection TEXT NOT NULL,
  state TEXT NOT NULL, attempts INTEGER NOT NULL, crashes INTEGER NOT NULL, reads INTEGER NOT NULL, code TEXT, doubt_at INTEGER,
  retry_ms INTEGER, version INTEGER, theirs TEXT, PRIMARY KEY (operation_id, seq)
) STRICT, WITHOUT ROWID`;

/** What came of recording outcomes. */
export interface Settled {
  /** Outcomes that came too late: somebody else holds the delivery now, or it is settled. */
  readonly stale: number;
  /** Of which collections records were changed here, by what stands there. */
  readonly changed: readonly CollectionName[];
}

/**
 * Records what became of held deliveries. What surely did not happen leaves its batch; what may have stays, to be sent
 * again in the same request.
 */
export function settleDeliveries(
  db: Db,
  { settlements, at }: { readonly settlements: readonly Settlement[]; readonly at: Moments },
): Settled {
  if (settlements.length === 0) return { stale: 0, changed: [] };
  prepared(db, createSettling).run();
  run(db, sql`DELETE FROM settling`);
  const held = run(
    db,
    sql`INSERT OR IGNORE INTO settling
      SELECT d.operation_id, d.seq, d.record_id, (SELECT r.id FROM remotes r WHERE r.name = d.remote), o.collection,
        s.value ->> '$.state', s.value ->> '$.attempts', s.value ->> '$.crashes', s.value ->> '$.reads', s.value ->> '$.code',
        s.value ->> '$.doubtAt', s.value ->> '$.retryMs', s.value ->> '$.version', s.value ->> '$.theirs'
      FROM jsonb_each(${JSON.stringify(settlements)}) s
        CROSS JOIN deliveries d ON d.operation_id = s.value ->> '$.operationId' AND d.seq = s.value ->> '$.seq'
          AND d.fence = s.value ->> '$.fence' AND d.settled_at IS NULL
        CROSS JOIN operations o ON o.id = d.operation_id`,
  );
  // The plus signs keep SQLite from walking through all deliveries there are.
  run(
    db,
    sql`UPDATE deliveries AS d SET state = s.state, fence = NULL, attempts = s.attempts, crashes = s.crashes, reads = s.reads,
        code = s.code, batch_id = iif(s.state = 'waiting' AND s.doubt_at IS NULL, NULL, d.batch_id), doubt_at = s.doubt_at,
        retry_at = ${at.sureMs} + s.retry_ms, retry_ms = s.retry_ms,
        settled_at = iif(s.state IN ${statesIn(openDeliveryStates)}, NULL, max(${at.nowMs}, coalesce(d.sent_at, 0)))
      FROM settling s WHERE d.operation_id = +s.operation_id AND d.seq = +s.seq`,
  );
  takeBackComments(db, at.nowMs);
  const changed = meetOutcomes(db, at.nowMs);
  return { stale: settlements.length - held, changed };
}

/**
 * What was refused does not stand here either: a comment that was not taken there is hidden, one that was not hidden there is
 * shown again, unless it never came there, and the other way round.
 */
function takeBackComments(db: Db, nowMs: number): void {
  const isThere = sql`EXISTS (SELECT 1 FROM deliveries d
    WHERE +d.operation_id = c.operation_id AND d.record_id = c.ticket_id AND d.state NOT IN ('refused', 'cancelled'))`;
  run(
    db,
    sql`UPDATE comments AS c SET hidden_at = iif(o.effect ->> '$.isVisible' = 0 AND ${isThere}, NULL, ${nowMs})
      FROM settling s CROSS JOIN operations o ON o.id = +s.operation_id
      WHERE s.state = 'refused' AND c.operation_id = coalesce(o.effect ->> '$.of', o.id) AND c.ticket_id = +s.record_id`,
  );
}
