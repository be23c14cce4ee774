import type { Operation, Progress } from '../../../src-shared/domain/operation.ts';
import { type HoldUp, holdUpOf } from '../../format/hold-up.ts';
import { useConsole } from '../../state/context.tsx';

/** What an operation waits for before it can go on telling remotes; null where nothing holds it up. */
export function useHoldUp(operation: Operation, progress: Progress | null): HoldUp | null {
  const remotes = useConsole((state) => state.remotes);
  return holdUpOf(operation, progress, remotes ?? []);
}
