import type { ErrorDto } from '../../src-shared/contract/errors.ts';
import { Button } from '../components/button.tsx';
import { ErrorNotice } from '../components/error-notice.tsx';
import { formatExact } from '../format/times.ts';
import { useBridge, useConsole } from '../state/context.tsx';
import { useAttempt } from '../state/use-attempt.ts';
import styles from './shell.module.css';

/** Says that the console could not make a backup by itself, on every screen, until there is one. */
export function BackupNotice() {
  const failure = useConsole((state) => state.backupFailure);
  return failure && <Notice key={failure.at} at={failure.at} first={failure.error} />;
}

function Notice({ at, first }: { readonly at: number; readonly first: ErrorDto }) {
  const bridge = useBridge();
  const dismiss = useConsole((state) => state.dismissBackupFailure);
  const isAway = useConsole((state) => state.connection !== 'connected');
  const { isBusy: isMaking, error: latest, attempt } = useAttempt();
  const error = latest ?? first;

  const make = () =>
    attempt(async () => {
      await bridge.request('backups.create', {});
    });

  return (
    <div className={styles.notice}>
      <ErrorNotice
        error={{ ...error, message: `No backup was made on ${formatExact(at)}. ${error.message}` }}
        actions={
          <>
            <Button size="small" icon="shield" disabled={isMaking || isAway} onClick={() => void make()}>
              {isMaking ? 'Backing up…' : 'Back up now'}
            </Button>
            <Button variant="ghost" size="small" icon="close" aria-label="Close message" onClick={dismiss} />
          </>
        }
      />
    </div>
  );
}
