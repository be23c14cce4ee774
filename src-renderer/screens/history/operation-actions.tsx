import { canRetry, canUndo, countsOf, type Operation } from '../../../src-shared/domain/operation.ts';
import { Button } from '../../components/button.tsx';
import { useConsole } from '../../state/context.tsx';
import styles from './operation-summary.module.css';

/** What may be done about an operation that is over. Each makes a plan first and shows it. */
export function OperationActions({ operation }: { readonly operation: Operation }) {
  const undo = useConsole((state) => state.undo);
  const retry = useConsole((state) => state.retry);
  const isPlanning = useConsole((state) => state.isPlanning);
  const mayUndo = canUndo(operation);
  const mayRetry = canRetry(operation);
  if (!mayUndo && !mayRetry) return null;
  return (
    <div className={styles.actions}>
      {mayRetry && (
        <Button icon="retry" disabled={isPlanning} onClick={() => void retry(operation.id)}>
          {countsOf(operation.tallies).failed > 0 ? 'Retry failed' : 'Retry remaining'}
        </Button>
      )}
      {mayUndo && (
        <Button icon="undo" disabled={isPlanning} onClick={() => void undo(operation.id)}>
          Undo
        </Button>
      )}
      {isPlanning && <span role="status">Making the plan</span>}
    </div>
  );
}
