import sql from 'sql-template-tag';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import { countOf } from '../../../src-shared/domain/number-words.ts';
import { durationWords } from '../../platform/duration-words.ts';
import { listOf } from '../json-text.ts';
import type { Db } from '../open.ts';
import { all } from '../statement.ts';

/** Which operations of one person count against a rate, and how many there may be within `perMs`. */
export interface Rate {
  readonly actor: string;
  readonly collection: string;
  /** Null for every action but those in `except`, which have limits of their own. */
  readonly action: string | null;
  readonly except: readonly string[];
  readonly count: number;
  readonly perMs: number;
}

/**
 * How many operations but this one that count against a rate were started, and how long until it may be; 0 for now. What was
 * started while the clock was ahead does not count: nobody waits for years.
 */
export function readRate(
  db: Db,
  args: { rate: Rate; operationId: number; nowMs: number },
): { used: number; waitMs: number } {
  const { rate, nowMs } = args;
  const action =
    rate.action === null ? sql`AND action NOT IN ${listOf(rate.except)}` : sql`AND action = ${rate.action}`;
  const starts = all<{ at: number }>(
    db,
    sql`SELECT started_at AS at FROM operations
      WHERE actor = ${rate.actor} AND collection = ${rate.collection} AND started_at > ${nowMs - rate.perMs}
        AND started_at <= ${nowMs} AND id <> ${args.operationId} ${action} ORDER BY started_at DESC`,
  );
  // Room is made when the oldest of the latest `count` is out of the time that counts.
  const blocking = starts[rate.count - 1];
  return { used: starts.length, waitMs: blocking ? blocking.at + rate.perMs - nowMs : 0 };
}

/** Part of the transaction that starts an operation. Throws `rate_limited` with `details.retryAfterMs`. */
export function assertRate(
  db: Db,
  args: { rate: Rate; operationId: number; title: string; nowMs: number },
): void {
  const { title, rate } = args;
  const { used, waitMs } = readRate(db, args);
  if (used < rate.count) return;
  throw new BulkheadError(
    'rate_limited',
    `"${title}" was not started: ${rate.actor} has started ${countOf(used, 'operation', 'operations')} like it within ${durationWords(rate.perMs)}, and no more are allowed. It can be started in ${durationWords(waitMs)}.`,
    { details: { retryAfterMs: waitMs } },
  );
}
