import { fieldOf } from '../../../src-shared/collections/field.ts';
import { tickets } from '../../../src-shared/collections/tickets.ts';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import { countsOf, type OperationDetail } from '../../../src-shared/domain/operation.ts';
import { type Effect, invertEffect } from '../../actions/effect.ts';
import { deletionWarning, warningsOf } from '../../actions/warnings.ts';
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
  const { id, title, collection } = operation;
  const inverse = invertEffect(effect, id);
  if (!inverse || operation.endedAt === null) {
    throw new BulkheadError(
      'wrong_state',
      `"${title}" cannot be undone${inverse ? ' while it is under way' : ''}.`,
    );
  }
  const some = fields ? someFieldsOf(title, effect, fields) : null;
  const details: OperationDetail[] = [];
  if (seqs) {
    const done = countsOf(operation.tallies).done;
    const value = `${new Set(seqs).size.toLocaleString('en')} of ${done.toLocaleString('en')}`;
    details.push({ label: 'Records', value });
  }
  if (some) details.push({ label: 'Fields', value: some.map(labelOfField).join(', ') });
  const warnings = effect.kind === 'create' ? [deletionWarning] : warningsOf(inverse);
  const draft = {
    action: 'undo',
    collection,
    title: `Undo: ${title}`,
    details,
    input: some ? { fields: some } : {},
    effect: some ? { kind: 'fields' as const, fields: some } : inverse,
    undoOf: id,
  };
  return { draft, warnings };
}

/** The fields asked for in the order in which they were set, or null when they are all of them. */
function someFieldsOf(title: string, effect: Effect, fields: readonly string[]): string[] | null {
  const set = effect.kind === 'fields' ? effect.fields : [];
  const unknown = fields.filter((field) => !set.includes(field));
  if (unknown.length > 0) {
    throw new BulkheadError(
      'invalid_request',
      `"${title}" did not set ${unknown.map(labelOfField).join(', ')}. Nothing was planned.`,
    );
  }
  const some = set.filter((field) => fields.includes(field));
  return some.length === set.length ? null : some;
}

function labelOfField(name: string): string {
  return fieldOf(tickets, name)?.label ?? name;
}
