import { type FieldValue, matches } from '../../src-shared/domain/condition.ts';
import type { Changes, Reason } from '../../src-shared/domain/item.ts';
import { pieceCount } from '../../src-shared/domain/text-pieces.ts';
import type { Action, Change } from './action.ts';

export type RecordPlan =
  | { readonly state: 'planned'; readonly before: Changes | null; readonly after: Changes | null }
  | { readonly state: 'skipped'; readonly reason: Reason };

/** What a change would do to one record: the per-record form of `src-main/sql/operations/plan.ts`, which means the same. */
export function planRecord(
  action: Pick<Action, 'forDeleted'>,
  change: Exclude<Change, { kind: 'export' }>,
  record: Readonly<Record<string, FieldValue>>,
  nowMs: number,
): RecordPlan {
  const isDeleted = (record['deletedAt'] ?? null) !== null;
  if (isDeleted !== action.forDeleted)
    return { state: 'skipped', reason: isDeleted ? 'deleted' : 'not_deleted' };
  const isSet = change.kind === 'set';
  const after = isSet ? valuesFor(change, record) : {};
  const names = Object.keys(after);
  const before = Object.fromEntries(names.map((name) => [name, record[name] ?? null]));
  if (isSet && names.every((name) => before[name] === after[name])) {
    return { state: 'skipped', reason: change.sameReason ?? 'already_so' };
  }
  for (const rule of change.rules) {
    if (rule.when.every((condition) => matches(record, condition, nowMs))) {
      return { state: 'skipped', reason: rule.reason };
    }
  }
  return { state: 'planned', before: isSet ? before : null, after: isSet ? after : null };
}

/** What a record is given: the same for all, and what is computed from it. */
function valuesFor(
  { values, computed = {} }: Extract<Change, { kind: 'set' }>,
  record: Readonly<Record<string, FieldValue>>,
): Changes {
  const pieces = (name: string): [string, FieldValue] => [name, pieceCount(record['transcript'])];
  const own = Object.keys(computed).map(pieces);
  return { ...values, ...Object.fromEntries(own) };
}
