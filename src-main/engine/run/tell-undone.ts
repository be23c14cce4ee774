import type { Operation } from '../../../src-shared/domain/operation.ts';
import type { EnginePorts } from '../ports.ts';

/** Tells afresh of the operation that an undo takes back, and if that was an undo itself, of the one behind it, and so on. */
export async function tellUndone(
  { store, emit }: Pick<EnginePorts, 'store' | 'emit'>,
  undo: Operation,
): Promise<void> {
  for (let id = undo.undoOf; id !== null; ) {
    const { operation } = await store.read('getOperation', { id });
    emit({ name: 'operation.updated', payload: { operation, progress: null } });
    id = operation.undoOf;
  }
}
