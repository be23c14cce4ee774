import type { Operation } from '../../../src-shared/domain/operation.ts';
import type { EnginePorts } from '../ports.ts';

/** Tells afresh of the operation that is tried again, of the one that an undo takes back, and if that was an undo itself, of the one behind it, and so on. */
export async function tellUndone(
  { store, emit }: Pick<EnginePorts, 'store' | 'emit'>,
  { retryOf, undoOf }: Operation,
): Promise<void> {
  const tell = async (id: number): Promise<Operation> => {
    const { operation } = await store.read('getOperation', { id });
    emit({ name: 'operation.updated', payload: { operation, progress: null } });
    return operation;
  };
  if (retryOf !== null) await tell(retryOf);
  for (let id = undoOf; id !== null; ) id = (await tell(id)).undoOf;
}
