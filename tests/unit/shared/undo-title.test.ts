import { expect, test } from 'vitest';
import { isRedo, undoTitle } from '../../../src-shared/domain/undo-title.ts';

test.each([
  [null, 'Assign to Ada', 'Undo: Assign to Ada'],
  [1, 'Undo: Assign to Ada', 'Redo: Assign to Ada'],
  [1, 'Redo: Assign to Ada', 'Undo: Assign to Ada'],
  // As earlier versions called them.
  [1, 'Undo: Undo: Assign to Ada', 'Undo: Assign to Ada'],
  [1, 'Undo: Undo: Undo: Assign to Ada', 'Redo: Assign to Ada'],
])('an undo, of operation %s, "%s" is undone by "%s"', (undoOf, title, undo) => {
  expect(undoTitle({ title, undoOf })).toBe(undo);
  expect(isRedo({ title: undo, undoOf: 2 })).toBe(undo.startsWith('Redo'));
});
