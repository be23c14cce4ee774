import { canRetry, canUndo, isFinal, type Operation } from '../../../src-shared/domain/operation.ts';
import { Button } from '../../components/button.tsx';
import { retryLabel } from '../../format/tallies.ts';
import { useConsole } from '../../state/context.tsx';
import styles from './operation-summary.module.css';
import { UndoFields } from './undo-fields.tsx';

interface OperationActionsProps {
  readonly operation: Operation;
  readonly onReport: () => void;
}

/** What may be done about an operation. Undo and retry make a plan first and show it. */
export function OperationActions({ operation, onReport }: OperationActionsProps) {
  const undo = useConsole((state) => state.undo);
  const retry = useConsole((state) => state.retry);
  const pin = useConsole((state) => state.pin);
  const isPlanning = useConsole((state) => state.isPlanning);
  const isLocked = useConsole((state) => state.isPlanning || state.connection !== 'connected');
  const { id, isPinned } = operation;
  const hasEnded = isFinal(operation.state);
  return (
    <div className={styles.actions}>
      {canRetry(operation) && (
        <Button icon="retry" disabled={isLocked} onClick={() => void retry(id)}>
          {retryLabel(operation)}
        </Button>
      )}
      {canUndo(operation) && (
        <>
          <Button icon="undo" disabled={isLocked} onClick={() => void undo(id)}>
            Undo
          </Button>
          <UndoFields
            operation={operation}
            isDisabled={isLocked}
            onUndo={(fields) => void undo(id, { fields })}
          />
        </>
      )}
      <Button
        icon="pin"
        title={isPinned ? 'Retention may remove it again' : 'Retention never removes what is pinned'}
        disabled={isLocked}
        onClick={() => void pin(id, !isPinned)}
      >
        {isPinned ? 'Unpin' : 'Pin'}
      </Button>
      {hasEnded && (
        <Button icon="download" disabled={isLocked} onClick={onReport}>
          Save report…
        </Button>
      )}
      {isPlanning && <span role="status">Making the plan</span>}
    </div>
  );
}
