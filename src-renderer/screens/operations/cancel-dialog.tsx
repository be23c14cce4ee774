import { canUndo, isFinal } from '../../../src-shared/domain/operation.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { useConsole } from '../../state/context.tsx';
import { appliedOf, cancelThereWords, cancelWords, processedOf } from './card-figures.ts';

export interface CancelDialogProps {
  readonly id: number;
  readonly onClose: () => void;
}

/** Asks before cancelling, saying what stands and what would be left. The operation runs on meanwhile. */
export function CancelDialog({ id, onClose }: CancelDialogProps) {
  const tracked = useConsole((state) => state.operations.get(id));
  const command = useConsole((state) => state.command);
  if (!tracked) return null;
  const { operation } = tracked;
  const { delivery } = operation;
  const { processed, total } = delivery ? appliedOf(operation) : processedOf(tracked);
  const here = cancelWords(operation, processed, total);
  const hasEnded = isFinal(operation.state);
  return (
    <Dialog
      role="alertdialog"
      title={hasEnded ? 'It has ended meanwhile' : 'Cancel this operation?'}
      description={
        hasEnded
          ? `There is nothing left to cancel.${canUndo(operation) ? ' What it did can be undone.' : ''}`
          : delivery
            ? `${here} ${cancelThereWords(delivery)}`
            : here
      }
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose} autoFocus>
            {hasEnded ? 'Close' : 'Do not cancel'}
          </Button>
          {!hasEnded && (
            <Button
              variant="danger"
              onClick={() => {
                onClose();
                void command(id, 'cancel');
              }}
            >
              Cancel operation
            </Button>
          )}
        </>
      }
    />
  );
}
