import sql, { empty, join, raw, type Sql } from 'sql-template-tag';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import type { Change, Computation, Rule } from '../../actions/action.ts';
import { jsonText, listOf } from '../json-text.ts';
import type { Db } from '../open.ts';
import { isStaged, stagedValue } from '../records/staged.ts';
import { columnOf, type Table, tableOf } from '../records/table.ts';
import type { ExportCounts } from '../records/views.ts';
import { conditionSql } from '../records/where.ts';
import { all, run } from '../statement.ts';
import { isLeftover, type Slice, sliceOf } from './earlier-items.ts';
import { jsonOf } from './item-values.ts';
import { getOperation } from './operations.ts';
import { addTally, countItems } from './tallies.ts';

/** All tests hold; none is no hurdle. */
export function every(tests: readonly Sql[]): Sql {
  return tests.length === 0 ? sql`TRUE` : join([...tests], ' AND ', '(', ')');
}

/** Why nothing is done to record `t`: the reason of the first rule that fits it, or NULL. */
export function reasonOf(table: Table, rules: readonly Rule[], nowMs: number): Sql {
  if (rules.length === 0) return sql`NULL`;
  const fits = ({ when }: Rule) => every(when.map((condition) => conditionSql(table, condition, nowMs)));
  const branches = rules.map((rule) => sql`WHEN ${fits(rule)} THEN ${rule.reason}`);
  return sql`CASE ${join(branches, ' ')} END`;
}

export function currentValue(table: Table, field: string): Sql {
  return raw(`t.${columnOf(table, field)}`);
}

/** Runs an INSERT of items after the last seq, then counts what it added. */
export function addItems(db: Db, operationId: number, insert: (lastSeq: number) => Sql): number {
  return db
    .transaction(() => {
      const { lastSeq, operation } = getOperation(db, { id: operationId });
      if (operation.state !== 'draft')
        throw new BulkheadError('wrong_state', 'The plan has been started already.');
      const added = run(db, insert(lastSeq));
      run(db, sql`UPDATE operations SET last_seq = ${lastSeq + added} WHERE id = ${operationId}`);
      for (const tally of countItems(db, operationId, lastSeq + 1, lastSeq + added))
        addTally(db, operationId, tally);
      return added;
    })
    .immediate();
}

type SetChange = Extract<Change, { kind: 'set' }>;

/** How each value is computed over alias `t`. */
const computations: Readonly<Record<Computation, Sql>> = {
  transcript_pieces: raw('piece_count(t.transcript)'),
};

/** What a record is given, by field: the same for all, and what is computed from it. */
function valuesOf({ values, computed = {} }: SetChange): (readonly [field: string, value: Sql])[] {
  return [
    ...Object.entries(values).map(([field, value]) => [field, sql`${value}`] as const),
    ...Object.entries(computed).map(([field, how]) => [field, computations[how]] as const),
  ];
}

/** The same as JSON: a text made once, unless something is computed. */
function afterOf(change: SetChange): Sql {
  return change.computed ? jsonOf(valuesOf(change)) : sql`${jsonText(change.values)}`;
}

/**
 * Freezes what a change would do to the records with these ids, in their order: the set-based form of `planRecord`
 * in `src-main/actions/plan-record.ts`.
 */
export function planChange(
  db: Db,
  args: {
    operationId: number;
    ids: Float64Array;
    change: Exclude<Change, { kind: 'export' }>;
    forDeleted: boolean;
    nowMs: number;
  },
): number {
  const { change } = args;
  const { operation } = getOperation(db, { id: args.operationId });
  const table = tableOf(operation.collection);
  const values = change.kind === 'set' ? valuesOf(change) : [];
  const isSo = every(
    values.map(([field, value]) => sql`${currentValue(table, field)} IS ${value} COLLATE BINARY`),
  );
  const reason = sql`CASE
    WHEN t.id IS NULL THEN 'not_found'
    WHEN ${args.forDeleted ? sql`t.deleted_at IS NULL` : sql`t.deleted_at IS NOT NULL`} THEN ${args.forDeleted ? 'not_deleted' : 'deleted'}
    ${values.length > 0 ? sql`WHEN ${isSo} THEN ${change.kind === 'set' ? (change.sameReason ?? 'already_so') : 'already_so'}` : empty}
    ${change.kind === 'comment' && operation.retryOf !== null ? sql`WHEN ${hasCommentOfTry(db, operation.retryOf)} THEN 'already_so'` : empty}
    ELSE ${reasonOf(table, change.rules, args.nowMs)}
  END`;
  const before = jsonOf(values.map(([field]) => [field, currentValue(table, field)]));
  const after = change.kind === 'set' ? afterOf(change) : sql`NULL`;
  const isComputed = change.kind === 'set' && change.computed !== undefined;

  return addItems(
    db,
    args.operationId,
    (
      lastSeq,
    ) => sql`INSERT INTO items (operation_id, seq, record_id, state, reason, base_version, before, after)
      SELECT ${args.operationId}, ${lastSeq} + 1 + p.position, p.id, iif(p.reason IS NULL, 'planned', 'skipped'), p.reason,
        p.version, iif(p.reason IS NULL, p.before, NULL), iif(p.reason IS NULL, ${isComputed ? raw('p.after') : after}, NULL)
      FROM (
        SELECT j.key AS position, j.value AS id, t.version AS version, ${before} AS before, ${reason} AS reason${isComputed ? sql`, ${after} AS after` : empty}
        FROM json_each(${JSON.stringify(Array.from(args.ids))}) j LEFT JOIN ${raw(table.name)} t ON t.id = j.value
      ) p`,
  );
}

/** True for a record on which the comment stands already that is tried again: by operation `id`, or by another try of the same. */
function hasCommentOfTry(db: Db, id: number): Sql {
  const tries = all<{ id: number }>(
    db,
    sql`WITH RECURSIVE earlier (id, retry_of) AS (
        SELECT id, retry_of FROM operations WHERE id = ${id}
        UNION ALL SELECT o.id, o.retry_of FROM earlier e JOIN operations o ON o.id = e.retry_of
      ), tries (id) AS (
        SELECT id FROM earlier WHERE retry_of IS NULL
        UNION ALL SELECT o.id FROM tries JOIN operations o ON o.retry_of = tries.id
      ) SELECT id FROM tries`,
  );
  return sql`EXISTS (SELECT 1 FROM comments c WHERE c.ticket_id = t.id AND c.hidden_at IS NULL
    AND c.operation_id IN ${listOf(tries.map((one) => one.id))})`;
}

/**
 * Freezes again, as they were planned, the items of an earlier operation that did not get done. What moved on since is
 * skipped, and so is a new record that has come into the workspace. Answers the last seq looked at, or null at the end.
 */
export function planAgain(db: Db, args: Slice & { operationId: number }): number | null {
  const { source, isInSlice, next } = sliceOf(db, args);
  const table = tableOf(source.operation.collection);
  const isNew = source.effect.kind === 'create';
  const hasStaged = isNew && isStaged(table);
  const which = sql`${isInSlice} AND ${isLeftover}`;
  const items = sql`items s ${hasStaged ? sql`JOIN new_records n ON n.operation_id = s.operation_id AND n.seq = s.seq` : empty}`;
  const { isRecord, reason } = isNew ? newAgain(table) : knownAgain;
  db.transaction(() => {
    const { lastSeq } = getOperation(db, { id: args.operationId });
    const seq = sql`${lastSeq} + row_number() OVER (ORDER BY s.seq)`;
    addItems(
      db,
      args.operationId,
      () => sql`INSERT INTO items (operation_id, seq, record_id, state, reason, base_version, before, after)
        SELECT ${args.operationId}, p.seq, p.record_id, iif(p.reason IS NULL, 'planned', 'skipped'), p.reason,
          p.version, p.before, p.after
        FROM (
          SELECT ${seq} AS seq, coalesce(s.record_id, t.id) AS record_id, t.version, s.before, s.after, ${reason} AS reason
          FROM ${items} LEFT JOIN ${raw(table.name)} t ON ${isRecord} WHERE ${which}
        ) p`,
    );
    if (!hasStaged) return;
    const columns = raw([...Object.values(table.created), 'extra', 'events'].join(', '));
    run(
      db,
      sql`INSERT INTO new_records (operation_id, seq, ${columns})
        SELECT ${args.operationId}, ${seq}, ${columns} FROM ${items} WHERE ${which}`,
    );
  }).immediate();
  return next;
}

/** Over items `s` that are planned again: which record `t` they are about, and why they are skipped. */
interface Again {
  readonly isRecord: Sql;
  readonly reason: Sql;
}

const knownAgain: Again = {
  isRecord: raw('t.id = s.record_id'),
  reason: raw("iif(t.version IS NOT s.base_version, 'changed_since', NULL)"),
};

/** Of new records, with what an import read as `n`. */
function newAgain(table: Table): Again {
  const [source, key] = ['source', 'key'].map((field) => stagedValue(table, field, 's').sql);
  return {
    isRecord: raw(`t.source = ${source} AND t.external_id = ${key} COLLATE BINARY AND t.deleted_at IS NULL`),
    reason: raw("iif(t.id IS NULL, NULL, 'duplicate')"),
  };
}

/** Notes how many records an export will write and leave out; it has no items. */
export function planExport(db: Db, args: { operationId: number; counts: ExportCounts }): void {
  const { operationId, counts } = args;
  db.transaction(() => {
    addTally(db, operationId, { state: 'planned', reason: null, count: counts.planned });
    addTally(db, operationId, { state: 'skipped', reason: 'deleted', count: counts.deleted });
    addTally(db, operationId, { state: 'skipped', reason: 'not_found', count: counts.notFound });
  }).immediate();
}
