import type { ErrorDto } from '../../../src-shared/contract/errors.ts';
import { countOf } from '../../../src-shared/domain/number-words.ts';
import type { Remote } from '../../../src-shared/domain/remote.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { useConsole } from '../../state/context.tsx';
import { useAttempt } from '../../state/use-attempt.ts';

interface RemoveDialogProps {
  readonly remote: Remote;
  readonly onClose: () => void;
}

/** Asks before a remote is forgotten, and says why where it cannot be yet. */
export function RemoveDialog({ remote, onClose }: RemoveDialogProps) {
  const removeRemote = useConsole((state) => state.removeRemote);
  const { isBusy, error, attempt } = useAttempt();
  const records = remote.mirrors.reduce((sum, mirror) => sum + mirror.records, 0);

  const remove = () =>
    attempt(async () => {
      await removeRemote(remote.id);
      onClose();
    });

  return (
    <ConfirmDialog
      title={`Remove ${remote.name}?`}
      description={`What was copied from it (${countOf(records, 'record', 'records')}) stays here as your own, and your changes are no longer sent. The access key is forgotten. Nothing changes there.`}
      button="Remove remote"
      busyButton="Removing…"
      isBusy={isBusy}
      error={error && explained(error)}
      onConfirm={() => void remove()}
      onClose={onClose}
    />
  );
}

/** What is left to be done before it can be removed is not what other refusals of a moment lead to. */
function explained(error: ErrorDto): ErrorDto {
  if (error.code !== 'wrong_state') return error;
  const next =
    'Wait until everything is sent and made again, or cancel those operations; decide its conflicts. Then remove it.';
  return { ...error, next };
}
