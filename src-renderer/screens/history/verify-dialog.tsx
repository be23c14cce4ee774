import { lasting } from '../../bridge/error-dto.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { useConsole } from '../../state/context.tsx';
import { useWhenBack } from '../../state/use-when-back.ts';
import { TaskProgress } from './task-progress.tsx';
import { VerificationResult } from './verification-result.tsx';
import styles from './verify-dialog.module.css';

/** The check of the whole history: how far it is, and what came of it. Closed, it goes on. */
export function VerifyDialog({ onClose }: { readonly onClose: () => void }) {
  const task = useConsole((state) => state.verification);
  const verify = useConsole((state) => state.verifyHistory);
  const forget = useConsole((state) => state.forgetTask);
  const openHistoryAt = useConsole((state) => state.openHistoryAt);
  const isRunning = task.status === 'running';
  // It was asked for, and the console was away.
  useWhenBack(() => {
    if (task.status === 'failed' && !lasting(task.error)) void verify();
  });
  const close = () => {
    onClose();
    forget('verification');
  };
  return (
    <Dialog
      title="Verify history"
      description="Reads everything that was ever written down and compares it with its checksums. Nothing is changed."
      className={styles.dialog}
      onClose={close}
      footer={
        <>
          {task.status === 'failed' && <Button onClick={() => void verify()}>Try again</Button>}
          <Button variant={isRunning ? 'secondary' : 'primary'} onClick={close}>
            {isRunning ? 'Continue in the background' : 'Close'}
          </Button>
        </>
      }
    >
      {isRunning && <TaskProgress label="Verifying the history" task={task} />}
      {task.status === 'failed' && <ErrorNotice error={task.error} />}
      {task.status === 'done' && (
        <VerificationResult
          result={task.result}
          onOpen={(operationId) => {
            close();
            openHistoryAt(operationId);
          }}
        />
      )}
    </Dialog>
  );
}
