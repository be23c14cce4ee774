import type { Operation } from '../../../src-shared/domain/operation.ts';
import type { IconName } from '../../components/icon.tsx';
import { undoneWords } from '../../format/tallies.ts';

export interface Mark {
  readonly text: string;
  /** For a line of the list. */
  readonly brief: string;
  readonly icon: IconName;
  /** The operation it speaks of. */
  readonly operationId: number;
}

/** How an operation belongs to others: "Undone by #7", "Partly undone by #7", "Undo of #3", "Retry of #3", "Retried by #7". */
export function marksOf(operation: Operation): Mark[] {
  const { undoOf, retryOf, undoneBy, retriedBy } = operation;
  const undone = undoneWords(operation) ?? 'Undone';
  const marks: Mark[] = [];
  if (undoOf !== null) marks.push(mark(`Undo of #${undoOf}`, 'undo', undoOf));
  if (retryOf !== null) marks.push(mark(`Retry of #${retryOf}`, 'retry', retryOf));
  if (undoneBy !== null) {
    const words = undone === 'Undone' ? 'Undone' : 'Partly undone';
    marks.push({ ...mark(`${words} by #${undoneBy}`, 'undo', undoneBy), brief: undone });
  }
  if (retriedBy !== null) marks.push(mark(`Retried by #${retriedBy}`, 'retry', retriedBy));
  return marks;
}

function mark(text: string, icon: IconName, operationId: number): Mark {
  return { text, brief: text, icon, operationId };
}

/** Operations with the latest news about each. */
export function withNews(
  operations: readonly Operation[],
  live: ReadonlyMap<number, { readonly operation: Operation }>,
): Operation[] {
  return operations.map((operation) => live.get(operation.id)?.operation ?? operation);
}
