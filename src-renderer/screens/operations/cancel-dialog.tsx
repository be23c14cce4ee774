import { isFinal } from '../../../src-shared/domain/operation.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { formatNumber } from '../../format/numbers.ts';
import { useConsole } from '../../state/context.tsx';
import { processedOf } from './card-figures.ts';

export interface CancelDialogProps {
  readonly id: number;
  readonly onClose: () => void;
}

/** Asks before cancelling, saying what stands and what would be left. The operation runs on meanwhile. */
export function CancelDialog({ id, onClose }: CancelDialogProps) {
  const tracked = useConsole((state) => state.operations.get(id));
  const command = useConsole((state) => state.command);
  if (!tracked) return null;
  const { processed, total } = processedOf(tracked);
  const hasEnded = isFinal(tracked.operation.state);
  return (
    <Dialog
      role="alertdialog"
      title={hasEnded ? 'It has ended meanwhile' : 'Cancel this operation?'}
      description={
        hasEnded
          ? 'There is nothing left to cancel. What it did can be undone.'
          : cancelWords(processed, total)
      }
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose} autoFocus>
            {hasEnded ? 'Close' : 'Keep running'}
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

/** What stands and what would be left, for somebody who is about to cancel. */
export function cancelWords(processed: number, total: number): string {
  const rest = formatNumber(total - processed);
  if (processed === 0) return `Nothing was changed yet. None of the ${rest} tickets will be touched.`;
  return `${formatNumber(processed)} of ${formatNumber(total)} tickets are finished: what was changed stays changed, and you can undo it afterwards. The other ${rest} will not be touched; you can run them later.`;
}
