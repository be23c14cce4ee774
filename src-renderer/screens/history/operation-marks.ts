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

/** How an operation belongs to others: "Undone by #7", "Partly undone by #7", "Undo of #3", "Retry of #3". */
export function marksOf(operation: Operation): Mark[] {
  const { undoOf, retryOf, undoneBy } = operation;
  const undone = undoneWords(operation) ?? 'Undone';
  const marks: Mark[] = [];
  if (undoOf !== null) marks.push(mark(`Undo of #${undoOf}`, 'undo', undoOf));
  if (retryOf !== null) marks.push(mark(`Retry of #${retryOf}`, 'retry', retryOf));
  if (undoneBy !== null) {
    const words = undone === 'Undone' ? 'Undone' : 'Partly undone';
    marks.push({ ...mark(`${words} by #${undoneBy}`, 'undo', undoneBy), brief: undone });
  }
  return marks;
}

function mark(text: string, icon: IconName, operationId: number): Mark {
  return { text, brief: text, icon, operationId };
}

/**
 * Operations with the latest news about each. An undo that was started is news about the operation that it takes
 * back, which gets no event of its own.
 */
export function withNews(
  operations: readonly Operation[],
  live: ReadonlyMap<number, { readonly operation: Operation }>,
): Operation[] {
  const undos = new Map<number, number>();
  for (const { operation } of live.values()) {
    if (operation.undoOf === null) continue;
    undos.set(operation.undoOf, Math.max(undos.get(operation.undoOf) ?? 0, operation.id));
  }
  return operations.map((operation) => {
    const news = live.get(operation.id)?.operation ?? operation;
    const undoneBy = latest(news.undoneBy, operation.undoneBy, undos.get(operation.id));
    return undoneBy === news.undoneBy ? news : { ...news, undoneBy };
  });
}

function latest(...ids: readonly (number | null | undefined)[]): number | null {
  const known = ids.filter((id): id is number => typeof id === 'number');
  return known.length === 0 ? null : Math.max(...known);
}
