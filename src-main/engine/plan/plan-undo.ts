import { fieldLabel } from '../../../src-shared/collections/field.ts';
import { collectionOf } from '../../../src-shared/collections/index.ts';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import { formatNumber } from '../../../src-shared/domain/number-words.ts';
import { countsOf, type Operation, type OperationDetail } from '../../../src-shared/domain/operation.ts';
import { undoTitle } from '../../../src-shared/domain/undo-title.ts';
import { type Effect, invertEffect } from '../../actions/effect.ts';
import { undoWarnings } from '../../actions/warnings.ts';
import type { NewOperation, StoredOperation } from '../../store/store.ts';

/** What of an operation is to be taken back: all of it, or some of its items, or some of the fields that it set. */
export interface UndoRequest {
  readonly id: number;
  readonly seqs?: readonly number[] | undefined;
  readonly fields?: readonly string[] | undefined;
}

type UndoDraft = Pick<
  NewOperation,
  'action' | 'collection' | 'title' | 'details' | 'input' | 'effect' | 'undoOf'
>;

/**
 * The draft that takes an operation back, still without items, and its warnings. Its input names the fields only where
 * they are not all that the operation set: such an undo takes no record back as a whole. Throws `wrong_state` for what
 * has not ended or has no opposite, `invalid_request` for a field that the operation did not set.
 */
export function undoDraftOf(
  { operation, effect }: StoredOperation,
  { seqs, fields }: UndoRequest,
): { draft: UndoDraft; warnings: string[] } {
  const { id, title, collection, undoOf } = operation;
  const inverse = invertEffect(effect, id);
  if (!inverse || operation.endedAt === null) {
    throw new BulkheadError(
      'wrong_state',
      `"${title}" cannot be undone${inverse ? ' while it is under way' : ''}.`,
    );
  }
  const some = fields ? someFieldsOf(operation, effect, fields) : null;
  const parts: OperationDetail[] = [];
  if (seqs) {
    const done = countsOf(operation.tallies).done;
    const value = `${formatNumber(new Set(seqs).size)} of ${formatNumber(done)}`;
    parts.push({ label: 'Records', value });
  }
  if (some)
    parts.push({
      label: 'Fields',
      value: some.map((field) => fieldLabel(collectionOf(collection), field)).join(', '),
    });
  // What takes a part back or puts it back is about that part, though it does so with all of it.
  const inherited = undoOf === null ? [] : operation.details;
  const isSaid = ({ label }: OperationDetail) => parts.some((part) => part.label === label);
  const draft = {
    action: 'undo',
    collection,
    title: undoTitle(operation),
    details: [...inherited.filter((detail) => !isSaid(detail)), ...parts],
    input: some ? { fields: some } : {},
    effect: some && inverse.kind === 'fields' ? { ...inverse, fields: some } : inverse,
    undoOf: id,
  };
  return { draft, warnings: undoWarnings(effect, inverse, collectionOf(collection)) };
}

/** The fields asked for in the order in which they were set, or null when they are all of them. */
function someFieldsOf(
  { title, collection }: Operation,
  effect: Effect,
  fields: readonly string[],
): string[] | null {
  const set = effect.kind === 'fields' ? effect.fields : [];
  const unknown = fields.filter((field) => !set.includes(field));
  if (unknown.length > 0) {
    throw new BulkheadError(
      'invalid_request',
      `"${title}" did not set ${unknown.map((field) => fieldLabel(collectionOf(collection), field)).join(', ')}. Nothing was planned.`,
    );
  }
  const some = set.filter((field) => fields.includes(field));
  return some.length === set.length ? null : some;
}
