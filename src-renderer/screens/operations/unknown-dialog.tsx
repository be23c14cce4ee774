import { countOf } from '../../../src-shared/domain/number-words.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { useConsole } from '../../state/context.tsx';
import type { UnknownOutcome } from '../../state/operations-slice.ts';

interface UnknownDialogProps {
  readonly operationId: number;
  readonly count: number;
  readonly onClose: () => void;
}

/** Asks what became of changes that a remote never answered about, saying what each answer leads to. */
export function UnknownDialog({ operationId, count, onClose }: UnknownDialogProps) {
  const settle = useConsole((state) => state.settleUnknown);
  const isLost = useConsole((state) => state.connection !== 'connected');
  const answer = (how: UnknownOutcome) => {
    onClose();
    void settle(operationId, how);
  };
  return (
    <Dialog
      role="alertdialog"
      title={`Did ${countOf(count, 'change', 'changes')} arrive?`}
      description="They were sent, no answer came, and the remote cannot tell what became of them. Look there if you can: single ones can be decided in the history. What arrived counts as confirmed. What is sent again and had arrived after all is made twice there; that matters for comments."
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Back</Button>
          <Button disabled={isLost} onClick={() => answer('send_again')}>
            Send again
          </Button>
          <Button disabled={isLost} onClick={() => answer('confirmed')}>
            They arrived
          </Button>
        </>
      }
    />
  );
}
