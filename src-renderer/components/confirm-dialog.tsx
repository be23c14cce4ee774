import type { ErrorDto } from '../../src-shared/contract/errors.ts';
import { Button, type ButtonProps } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { ErrorNotice } from './error-notice.tsx';

interface ConfirmDialogProps {
  readonly title: string;
  readonly description: string;
  /** The verb to confirm with, and what it says while that is under way. */
  readonly button: string;
  readonly busyButton?: string;
  readonly variant?: ButtonProps['variant'];
  readonly isBusy?: boolean;
  /** Why it failed the last time. */
  readonly error?: ErrorDto | null;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before something is done that is not easily taken back. The keyboard begins at the way out. */
export function ConfirmDialog({
  title,
  description,
  button,
  busyButton = button,
  variant = 'danger',
  isBusy = false,
  error,
  onConfirm,
  onClose,
}: ConfirmDialogProps) {
  return (
    <Dialog
      role="alertdialog"
      title={title}
      description={description}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Back</Button>
          <Button variant={variant} disabled={isBusy} onClick={onConfirm}>
            {isBusy ? busyButton : button}
          </Button>
        </>
      }
    >
      {error && <ErrorNotice error={error} />}
    </Dialog>
  );
}
