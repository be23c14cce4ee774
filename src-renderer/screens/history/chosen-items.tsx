import { collectionOf } from '../../../src-shared/collections/index.ts';
import { formatNumber } from '../../../src-shared/domain/number-words.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { Button } from '../../components/button.tsx';
import { useConsole } from '../../state/context.tsx';
import styles from './chosen-items.module.css';
import { UndoFields } from './undo-fields.tsx';

interface ChosenItemsProps {
  readonly operation: Operation;
  readonly chosen: ReadonlySet<number>;
  /** They are what nobody knows of whether it arrived at the remote. */
  readonly isUnknown: boolean;
  readonly onClear: () => void;
}

/** What can be done with the records chosen from an operation. There only while some are. */
export function ChosenItems({ operation, chosen, isUnknown, onClear }: ChosenItemsProps) {
  const undo = useConsole((state) => state.undo);
  const settle = useConsole((state) => state.settleUnknown);
  const isLocked = useConsole((state) => state.isPlanning || state.connection !== 'connected');
  if (chosen.size === 0) return null;
  const seqs = [...chosen].sort((a, b) => a - b);
  return (
    <section aria-label={`Chosen ${collectionOf(operation.collection).many}`} className={styles.bar}>
      <strong className={styles.count} role="status">
        {formatNumber(chosen.size)} selected
      </strong>
      <Button variant="ghost" size="small" className={styles.clear} onClick={onClear}>
        Clear
      </Button>
      {isUnknown ? (
        <>
          <Button
            size="small"
            disabled={isLocked}
            onClick={() => void settle(operation.id, 'confirmed', seqs)}
          >
            They arrived
          </Button>
          <Button
            size="small"
            disabled={isLocked}
            onClick={() => void settle(operation.id, 'send_again', seqs)}
          >
            Send again
          </Button>
        </>
      ) : (
        <>
          <UndoFields
            operation={operation}
            isSmall
            isDisabled={isLocked}
            onUndo={(fields) => void undo(operation.id, { seqs, fields })}
          />
          <Button
            variant="primary"
            size="small"
            icon="undo"
            disabled={isLocked}
            onClick={() => void undo(operation.id, { seqs })}
          >
            Undo selected
          </Button>
        </>
      )}
    </section>
  );
}
