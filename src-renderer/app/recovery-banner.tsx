import type { Recovery } from '../../src-shared/domain/backup.ts';
import { Button } from '../components/button.tsx';
import { Icon } from '../components/icon.tsx';
import { backupHolds } from '../format/backups.ts';
import { formatExact } from '../format/times.ts';
import { useConsole } from '../state/context.tsx';
import styles from './recovery-banner.module.css';

/** Tells what happened to a damaged database, until somebody says that they have read it. */
export function RecoveryBanner() {
  const recovery = useConsole((state) => state.recovery);
  const acknowledge = useConsole((state) => state.acknowledgeRecovery);
  if (!recovery) return null;
  return (
    <section aria-labelledby="recovery-title" className={styles.banner}>
      <Icon name="warning" />
      <div className={styles.words}>
        <h2 id="recovery-title">{titleOf(recovery)}</h2>
        <p>
          {recovery.problem} It was found on {formatExact(recovery.at)}.
        </p>
        <p>{sourceOf(recovery)}</p>
        {recovery.missing.length > 0 && (
          <>
            <h3>What is missing now</h3>
            <ul className={styles.missing}>
              {recovery.missing.map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
            </ul>
          </>
        )}
        <p>
          The damaged files were kept as they were in <span className={styles.path}>{recovery.movedTo}</span>.
        </p>
      </div>
      <Button onClick={() => void acknowledge()}>I have read this</Button>
    </section>
  );
}

function titleOf({ restoredFrom }: Recovery): string {
  return restoredFrom
    ? 'The database was damaged and a backup has taken its place'
    : 'The database was damaged and there was no backup';
}

function sourceOf({ restoredFrom }: Recovery): string {
  if (!restoredFrom) return 'The workspace started empty.';
  return `The backup was made on ${formatExact(restoredFrom.at)} and holds ${backupHolds(restoredFrom).join(' and ')}.`;
}
