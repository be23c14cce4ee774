import type { Operation } from '../../../src-shared/domain/operation.ts';

export interface Mark {
  readonly text: string;
  /** The operation it speaks of. */
  readonly operationId: number;
}

/** How an operation belongs to others: "Undone by #7", "Undo of #3", "Retry of #3". */
export function marksOf(operation: Operation): Mark[] {
  const marks: Mark[] = [];
  if (operation.undoOf !== null)
    marks.push({ text: `Undo of #${operation.undoOf}`, operationId: operation.undoOf });
  if (operation.retryOf !== null)
    marks.push({ text: `Retry of #${operation.retryOf}`, operationId: operation.retryOf });
  if (operation.undoneBy !== null)
    marks.push({ text: `Undone by #${operation.undoneBy}`, operationId: operation.undoneBy });
  return marks;
}
