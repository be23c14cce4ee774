import { collectionOf } from '../../../src-shared/collections/index.ts';
import { canUndo, type Operation } from '../../../src-shared/domain/operation.ts';

/** The fields that an operation set and that can be taken back, as the collection has them, foreign ones last. */
export function undoableFields(operation: Operation): readonly string[] {
  if (!canUndo(operation)) return [];
  const { fields } = collectionOf(operation.collection);
  const known = fields.map(({ name }) => name).filter((name) => operation.fields.includes(name));
  return [...known, ...operation.fields.filter((name) => !known.includes(name))];
}
