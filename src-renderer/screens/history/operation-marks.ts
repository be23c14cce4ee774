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

/** How an operation belongs to others: "Undo of #3", "Retry of #3", and what came of it later. */
export function marksOf(operation: Operation): Mark[] {
  const { undoOf, retryOf } = operation;
  const marks: Mark[] = [];
  if (undoOf !== null) marks.push(mark(`Undo of #${undoOf}`, 'undo', undoOf));
  if (retryOf !== null) marks.push(mark(`Retry of #${retryOf}`, 'retry', retryOf));
  return [...marks, ...laterMarksOf(operation)];
}

/** Which later operations took it back or tried it again: "Undone by #7", "Partly undone by #7", "Retried by #7". */
export function laterMarksOf(operation: Operation): Mark[] {
  const { undoneBy, retriedBy } = operation;
  const marks: Mark[] = [];
  if (undoneBy !== null) marks.push(undoMark(undoneBy, undoneWords(operation)));
  if (retriedBy !== null) marks.push(mark(`Retried by #${retriedBy}`, 'retry', retriedBy));
  return marks;
}

/** Not every undo leaves records undone: it may be of some fields, have failed, or have been undone itself. */
function undoMark(undoneBy: number, undone: string | null): Mark {
  if (undone === null) return mark(`Followed by undo #${undoneBy}`, 'undo', undoneBy);
  const words = undone === 'Undone' ? 'Undone' : 'Partly undone';
  return { ...mark(`${words} by #${undoneBy}`, 'undo', undoneBy), brief: undone };
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
