import type { ErrorDto } from '../../../src-shared/contract/errors.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { type Keep, settleAllWords } from './conflict-words.ts';

interface SettleAllDialogProps {
  readonly keep: Keep;
  readonly count: number;
  readonly isBusy: boolean;
  readonly error: ErrorDto | null;
  readonly onSettle: () => void;
  readonly onClose: () => void;
}

/** Asks before all conflicts are decided alike, saying what will happen. */
export function SettleAllDialog({ keep, count, isBusy, error, onSettle, onClose }: SettleAllDialogProps) {
  const { title, description, button } = settleAllWords(keep, count);
  return (
    <Dialog
      role="alertdialog"
      title={title}
      description={description}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Back</Button>
          <Button variant={keep === 'mine' ? 'primary' : 'danger'} disabled={isBusy} onClick={onSettle}>
            {isBusy ? 'Deciding…' : button}
          </Button>
        </>
      }
    >
      {error && <ErrorNotice error={error} />}
    </Dialog>
  );
}
