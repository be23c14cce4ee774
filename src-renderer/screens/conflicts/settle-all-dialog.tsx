import type { ErrorDto } from '../../../src-shared/contract/errors.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
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
    <ConfirmDialog
      title={title}
      description={description}
      button={button}
      busyButton="Deciding…"
      variant={keep === 'mine' ? 'primary' : 'danger'}
      isBusy={isBusy}
      error={error}
      onConfirm={onSettle}
      onClose={onClose}
    />
  );
}
