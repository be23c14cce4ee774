import { useState } from 'react';
import type { Backup } from '../../../src-shared/domain/backup.ts';
import type { Bridge } from '../../bridge/bridge.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { backupHolds } from '../../format/backups.ts';
import { formatBytes } from '../../format/numbers.ts';
import { formatExact } from '../../format/times.ts';
import { useBridge } from '../../state/context.tsx';
import { useAnswer } from '../../state/use-answer.ts';
import { useAttempt } from '../../state/use-attempt.ts';
import { Part } from './part.tsx';
import styles from './settings-screen.module.css';

const reasonWords: Readonly<Record<Backup['reason'], string>> = {
  manual: 'Made by hand',
  daily: 'Daily',
  operation: 'After a large operation',
  before_restore: 'Before a restore',
};

const listBackups = (bridge: Bridge) => bridge.request('backups.list', {});

/** The verified copies of the workspace: made by themselves or now, and put back from here. */
export function BackupsPart() {
  const bridge = useBridge();
  const { answer, error: unread, load } = useAnswer(listBackups, 'backups.changed');
  const backups = answer?.backups;
  const { isBusy: isMaking, error, attempt } = useAttempt();
  const [chosen, setChosen] = useState<Backup | null>(null);

  const make = () =>
    attempt(async () => {
      await bridge.request('backups.create', {});
    });

  return (
    <Part title="Backups">
      <p>Made every day and after large operations, and checked. The latest five are kept in</p>
      <p className={styles.path}>{answer?.folder ?? <Skeleton width="60%" />}</p>
      {!backups && !unread && (
        <p>
          <Skeleton width="30%" />
        </p>
      )}
      {backups && backups.length > 0 && (
        <ul className={styles.rows}>
          {backups.map((backup) => (
            <li key={backup.name} className={styles.row}>
              <span className={styles.rowWords}>
                <strong>{formatExact(backup.at)}</strong>
                <span className={styles.muted}>
                  {[reasonWords[backup.reason], ...backupHolds(backup), formatBytes(backup.bytes)].join(
                    ' · ',
                  )}
                </span>
              </span>
              <Button
                size="small"
                icon="undo"
                aria-label={`Restore the backup of ${formatExact(backup.at)}`}
                onClick={() => setChosen(backup)}
              >
                Restore…
              </Button>
            </li>
          ))}
        </ul>
      )}
      {backups?.length === 0 && <p className={styles.muted}>No backups yet.</p>}
      <div>
        <Button icon="shield" disabled={isMaking} onClick={() => void make()}>
          {isMaking ? 'Backing up…' : 'Back up now'}
        </Button>
      </div>
      {error && <ErrorNotice error={error} />}
      {unread && <ErrorNotice error={unread} actions={<Button onClick={load}>Try again</Button>} />}
      {chosen && <RestoreDialog backup={chosen} onClose={() => setChosen(null)} />}
    </Part>
  );
}

function RestoreDialog({ backup, onClose }: { readonly backup: Backup; readonly onClose: () => void }) {
  const bridge = useBridge();
  const { isBusy: isRestoring, error, attempt } = useAttempt();

  const restore = () =>
    attempt(async () => {
      await bridge.request('backups.restore', { name: backup.name });
      onClose();
    });

  return (
    <Dialog
      role="alertdialog"
      title={`Go back to ${formatExact(backup.at)}?`}
      description={`All of the workspace becomes what it was then, schedules, settings and people included: ${backupHolds(backup).join(' and ')}. What is here now is backed up first, so that you can come back to it.`}
      // It cannot be called off any more.
      onClose={() => !isRestoring && onClose()}
      footer={
        <>
          <Button disabled={isRestoring} onClick={onClose}>
            Back
          </Button>
          <Button variant="danger" disabled={isRestoring} onClick={() => void restore()}>
            {isRestoring ? 'Restoring…' : 'Restore'}
          </Button>
        </>
      }
    >
      {error && <ErrorNotice error={error} />}
    </Dialog>
  );
}
