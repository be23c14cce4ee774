import sql, { empty, raw, type Sql } from 'sql-template-tag';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import type { Rule } from '../../actions/action.ts';
import type { Effect } from '../../actions/effect.ts';
import { listOf } from '../json-text.ts';
import type { Db } from '../open.ts';
import { isStaged, stagedValue } from '../records/staged.ts';
import { type Table, tableOf } from '../records/table.ts';
import { type Slice, sliceOf } from './earlier-items.ts';
import { heldValue, type ItemChanges, jsonHeld, whereHeld } from './item-values.ts';
import { getOperation } from './operations.ts';
import { addItems, currentValue, every, reasonOf } from './plan.ts';
import { fieldUndoneBy, undoFamily, undoneBy } from './undo-chain.ts';

/**
 * Freezes the opposite of up to `limit` done items of an earlier operation, after its item `afterSeq`: of all of them
 * or of those in `seqs`, in the fields that the draft's effect names. A record that already is as it was before is
 * skipped as `already_so`. One that has neither those values nor the ones that the operation wrote was changed since
 * and is left alone; its item has the present values and those that would be restored. The same applies to a record
 * that was undone already, if only in one of these fields, and has the operation's values again: somebody else wrote
 * them. A record that `rules` leave alone is skipped for their reason. Answers the last seq looked at, or null at the
 * end. Throws `invalid_request` if `seqs` names an item that is not done.
 */
export function planUndo(
  db: Db,
  args: Slice & {
    operationId: number;
    seqs: readonly number[] | null;
    rules: readonly Rule[];
    nowMs: number;
  },
): number | null {
  const { source, isInSlice, next } = sliceOf(db, args);
  const draft = getOperation(db, { id: args.operationId });
  const table = tableOf(source.operation.collection);
  const isSeq = args.seqs ? sql`AND s.seq IN ${listOf(args.seqs)}` : empty;
  const fields = draft.effect.kind === 'fields' ? draft.effect.fields : [];
  const { before, after, isSo, isChanged } = inverse(table, source.effect, args.of, fields, args.nowMs);
  // What an import brought is compared as a whole, and whatever is deleted may be brought back.
  const isHeld =
    source.effect.kind === 'create'
      ? sql`NULL`
      : sql`iif(t.deleted_at IS NULL, ${reasonOf(table, args.rules, args.nowMs)}, NULL)`;

  const planned = addItems(
    db,
    args.operationId,
    (
      lastSeq,
    ) => sql`INSERT INTO items (operation_id, seq, record_id, state, reason, base_version, before, after)
      ${undoFamily(sql`${args.of}`)}
      SELECT ${args.operationId}, ${lastSeq} + p.position, p.id, iif(p.reason IS NULL, 'planned', 'skipped'), p.reason,
        p.version, iif(coalesce(p.reason, 'changed_since') = 'changed_since', p.before, NULL),
        iif(coalesce(p.reason, 'changed_since') = 'changed_since', p.after, NULL)
      FROM (
        SELECT row_number() OVER (ORDER BY s.seq) AS position, s.record_id AS id, t.version AS version,
          ${before} AS before, ${after} AS after,
          CASE WHEN t.id IS NULL THEN 'not_found' ${sparesDeleted(source.effect) ? sql`WHEN t.deleted_at IS NOT NULL THEN 'deleted'` : empty}
            WHEN ${isSo} THEN 'already_so' WHEN ${isChanged} THEN 'changed_since'
            ELSE ${isHeld} END AS reason
        FROM items s LEFT JOIN ${raw(table.name)} t ON t.id = s.record_id
        WHERE ${isInSlice} AND s.state = 'done' ${isSeq}
      ) p`,
  );
  const isDue = (seq: number) => seq > args.afterSeq && (next === null || seq <= next);
  if (args.seqs && planned < new Set(args.seqs.filter(isDue)).size) {
    throw new BulkheadError(
      'invalid_request',
      `"${source.operation.title}" did not change all of the records that were chosen. Nothing was planned.`,
    );
  }
  return next;
}

/** Deleted records are left alone by everything but what deletes and restores, by its undo as well. */
function sparesDeleted(effect: Effect): boolean {
  return effect.kind === 'fields' ? !effect.fields.includes('deletedAt') : effect.kind !== 'create';
}

/** Over source items `s` and their records `t`. */
interface Inverse {
  readonly before: Sql;
  readonly after: Sql;
  /** The record stands as it did before. */
  readonly isSo: Sql;
  /** Someone else changed what is to be taken back, or made again what was taken back already. */
  readonly isChanged: Sql;
}

/** How the items of an effect are turned round; `fields` are those that are to be taken back of the fields that it set. */
function inverse(
  table: Table,
  effect: Effect,
  id: number,
  fields: readonly string[],
  nowMs: number,
): Inverse {
  switch (effect.kind) {
    case 'fields': {
      const held = (valueOf: (field: string) => Sql): Sql =>
        jsonHeld(
          's.before',
          effect.isSparse === true,
          fields.map((field) => [field, valueOf(field)]),
        );
      const stand = (test: (field: string) => Sql): Sql =>
        every(fields.map((field) => whereHeld('s.before', field, effect.isSparse === true, test(field))));
      const isAsBefore = (field: string) => standsAs(table, field, 's.before');
      const isAsWritten = (field: string) =>
        sql`(${standsAs(table, field, 's.after')} AND ${fieldUndoneBy(raw('s'), field)} IS NULL)`;
      return {
        before: held((field) => currentValue(table, field)),
        after: held((field) => heldValue('s.before', field)),
        isSo: stand(isAsBefore),
        isChanged: sql`NOT ${stand((field) => sql`(${isAsBefore(field)} OR ${isAsWritten(field)})`)}`,
      };
    }
    case 'create':
      return {
        before: sql`json_object('deletedAt', t.deleted_at)`,
        after: sql`json_object('deletedAt', ${nowMs})`,
        isSo: sql`t.deleted_at IS NOT NULL`,
        isChanged: sql`(${isEdited(table)} OR ${isUndone})`,
      };
    case 'comment':
      return visibility(id, false);
    case 'comment_visibility':
      return visibility(effect.of, !effect.isVisible);
    case 'export':
      throw new Error('an export has no items');
  }
}

const isUndone = sql`${undoneBy(raw('s'))} IS NOT NULL`;

function standsAs(table: Table, field: string, changes: ItemChanges): Sql {
  return sql`${currentValue(table, field)} IS ${heldValue(changes, field)} COLLATE BINARY`;
}

/** True once somebody edited what an import wrote, or commented on it. */
function isEdited(table: Table): Sql {
  if (!isStaged(table)) return sql`NOT ${isAsCreated(table)}`;
  return sql`(NOT EXISTS (SELECT 1 FROM new_records n
    WHERE n.operation_id = s.operation_id AND n.seq = s.seq AND ${isAsCreated(table)}) OR ${isCommentedOn})`;
}

/** Over what an import wrote; `updatedAt` is the console's own. */
function isAsCreated(table: Table): Sql {
  return every(
    Object.keys(table.created)
      .filter((field) => field !== 'updatedAt')
      .map((field) => sql`${currentValue(table, field)} IS ${stagedValue(table, field, 's')} COLLATE BINARY`),
  );
}

/** A new ticket comes without comments: one that is there now was written since. */
const isCommentedOn = raw(
  'EXISTS (SELECT 1 FROM comments c WHERE c.ticket_id = t.id AND c.hidden_at IS NULL)',
);

/** The comments that operation `id` added, hidden now or not, are to be the other way round. */
function visibility(id: number, isHidden: boolean): Inverse {
  return {
    before: sql`NULL`,
    after: sql`NULL`,
    isSo: hasComment(id, !isHidden),
    isChanged: sql`(NOT ${hasComment(id, isHidden)} OR ${isUndone})`,
  };
}

function hasComment(operationId: number, isHidden: boolean): Sql {
  return sql`EXISTS (SELECT 1 FROM comments c WHERE c.operation_id = ${operationId} AND c.ticket_id = s.record_id
    AND ${isHidden ? sql`c.hidden_at IS NOT NULL` : sql`c.hidden_at IS NULL`})`;
}
