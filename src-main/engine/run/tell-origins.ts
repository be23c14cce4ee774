import type { Operation } from '../../../src-shared/domain/operation.ts';
import type { EnginePorts } from '../ports.ts';

/**
 * Tells afresh of what an operation came from: of the one that it tries again, or the one that it takes back and, where
 * that was an undo itself, those behind it.
 */
export async function tellOrigins(
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
