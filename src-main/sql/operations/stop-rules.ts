import sql from 'sql-template-tag';
import { countsOf, type Operation } from '../../../src-shared/domain/operation.ts';
import { brokenRule, canaryDone, triedOf } from '../../../src-shared/domain/stop-rule.ts';
import type { Db } from '../open.ts';
import { all, get } from '../statement.ts';
import type { Chunk } from './effects.ts';
import { moveOperation } from './operation-changes.ts';
import { getOperation, type StoredOperation } from './operations.ts';

/** Rolls a chunk back in which an item before the last one broke a rule. */
export class RuleBroken extends Error {
  readonly seq: number;

  constructor(seq: number) {
    super(`a rule was broken at item ${seq}`);
    this.seq = seq;
  }
}

/** Throws `RuleBroken` when a chunk that was just applied went past the item that broke a rule. `before` is the operation before it. */
export function assertWithinRules(db: Db, before: Operation, chunk: Chunk): void {
  const { options } = before;
  if (options.canary === null && options.maxErrors === null && options.maxErrorShare === null) return;
  let { tried, failed } = triedOf(countsOf(before.tallies));
  const items = all<{ seq: number; isFailed: number }>(
    db,
    sql`SELECT seq, state = 'failed' AS isFailed FROM items
      WHERE operation_id = ${chunk.operationId} AND seq BETWEEN ${chunk.fromSeq} AND ${chunk.toSeq}
        AND state IN ('done', 'failed') ORDER BY seq`,
  );
  for (const { seq, isFailed } of items) {
    tried += 1;
    failed += isFailed;
    if (!brokenRule(options, { tried, failed })) continue;
    if (seq < chunk.toSeq) throw new RuleBroken(seq);
    return;
  }
}

/** The item with which the canary is through, or null: there is none, it is through, or all items belong to it. */
export function lastOfCanary(db: Db, { operation, nextSeq }: StoredOperation): number | null {
  const { canary } = operation.options;
  const left = (canary?.count ?? 0) - triedOf(countsOf(operation.tallies)).tried;
  if (left <= 0) return null;
  const last = get<{ seq: number }>(
    db,
    sql`SELECT seq FROM items WHERE operation_id = ${operation.id} AND seq >= ${nextSeq} AND state = 'planned'
      ORDER BY seq LIMIT 1 OFFSET ${left - 1}`,
  );
  return last?.seq ?? null;
}

/** Pauses an operation whose canary has just come through and is to be looked at; part of the chunk's transaction. */
export function pauseAfterCanary(db: Db, before: Operation, nowMs: number): void {
  const { canary } = before.options;
  if (!canary?.isPausing || triedOf(countsOf(before.tallies)).tried >= canary.count) return;
  const { operation } = getOperation(db, before);
  const counts = countsOf(operation.tallies);
  const { tried, failed } = triedOf(counts);
  if (tried < canary.count || failed > 0 || counts.planned === 0) return;
  moveOperation(db, {
    id: before.id,
    from: ['in_progress'],
    to: 'paused',
    nowMs,
    event: 'paused',
    stoppedBy: canaryDone(canary.count),
  });
}
