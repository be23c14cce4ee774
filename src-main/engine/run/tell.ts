import type { Operation, Progress } from '../../../src-shared/domain/operation.ts';
import type { EnginePorts } from '../ports.ts';

/** Tells everybody how an operation stands; answers it. */
export function tellOperation(
  { emit }: Pick<EnginePorts, 'emit'>,
  operation: Operation,
  progress: Progress | null = null,
): Operation {
  emit({ name: 'operation.updated', payload: { operation, progress } });
  return operation;
}

/**
 * Emits the present state of the operations that an operation came from: of the one that it retries, or of the one that
 * it undoes and, if that was an undo itself, of those behind it.
 */
export async function tellOrigins(
  ports: Pick<EnginePorts, 'store' | 'emit'>,
  { retryOf, undoOf }: Operation,
): Promise<void> {
  const tell = async (id: number): Promise<Operation> =>
    tellOperation(ports, (await ports.store.read('getOperation', { id })).operation);
  if (retryOf !== null) await tell(retryOf);
  for (let id = undoOf; id !== null; ) id = (await tell(id)).undoOf;
}
