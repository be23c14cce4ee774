import sql, { empty } from 'sql-template-tag';
import type { ActionStatistics } from '../../../src-shared/contract/history.ts';
import type { Db } from '../open.ts';
import { all } from '../statement.ts';

/**
 * Figures per action over operations that ended after `since` (epoch ms, null for all), of `actor` or, where that is left
 * out, of everybody; the most used action first.
 */
export function getStatistics(
  db: Db,
  { since, actor }: { since: number | null; actor?: string | undefined },
): ActionStatistics[] {
  const isRecent = since === null ? empty : sql`AND o.ended_at > ${since}`;
  const isTheirs = actor === undefined ? empty : sql`AND o.actor = ${actor}`;
  // What was to start later took no time until then. A percentile is the least duration that so many reach.
  const durations = all<Pick<ActionStatistics, 'action' | 'operations' | 'p50Ms' | 'p95Ms'>>(
    db,
    sql`SELECT action, count(*) AS operations, min(ms) FILTER (WHERE place >= 0.5 * amount) AS p50Ms,
        min(ms) FILTER (WHERE place >= 0.95 * amount) AS p95Ms
      FROM (
        SELECT action, ms, row_number() OVER (PARTITION BY action ORDER BY ms) AS place,
          count(*) OVER (PARTITION BY action) AS amount
        FROM (SELECT o.action, max(0, o.ended_at - max(o.started_at, coalesce(o.options ->> '$.startAt', 0))) AS ms
          FROM operations o WHERE o.ended_at IS NOT NULL ${isRecent} ${isTheirs})
      ) GROUP BY action ORDER BY operations DESC, action`,
  );
  const counts = all<{ action: string; state: 'done' | 'failed'; reason: string; count: number }>(
    db,
    sql`SELECT o.action, y.state, y.reason, sum(y.count) AS count
      FROM operations o JOIN tallies y ON y.operation_id = o.id
      WHERE o.ended_at IS NOT NULL AND y.state IN ('done', 'failed') AND y.count > 0 ${isRecent} ${isTheirs}
      GROUP BY o.action, y.state, y.reason ORDER BY count DESC, y.reason`,
  );
  return durations.map((row) => {
    const mine = counts.filter(({ action }) => action === row.action);
    const errors = mine
      .filter(({ state }) => state === 'failed')
      .map(({ reason, count }) => ({ reason, count }));
    const failed = errors.reduce((sum, { count }) => sum + count, 0);
    const done = mine.filter(({ state }) => state === 'done').reduce((sum, { count }) => sum + count, 0);
    const successRate = done + failed === 0 ? null : done / (done + failed);
    return { ...row, done, failed, successRate, errors };
  });
}
