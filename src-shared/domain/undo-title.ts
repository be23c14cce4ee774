import type { Operation } from './operation.ts';

type Titled = Pick<Operation, 'title' | 'undoOf'>;

const marks = /^(?:(?:Undo|Redo): )+/;

/**
 * What an undo of this is called: "Undo" or "Redo" with the title of what is in the end taken back or put back, however often
 * that went to and fro. Earlier versions put one "Undo" before the other.
 */
export function undoTitle(operation: Titled): string {
  const { title, undoOf } = operation;
  if (undoOf === null) return `Undo: ${title}`;
  return `${isRedo(operation) ? 'Undo' : 'Redo'}: ${title.replace(marks, '')}`;
}

/** True of an undo that puts back what another one took back. */
export function isRedo({ title, undoOf }: Titled): boolean {
  const before = undoOf === null ? null : marks.exec(title);
  return before !== null && (before[0].match(/Undo/g) ?? []).length % 2 === 0;
}
