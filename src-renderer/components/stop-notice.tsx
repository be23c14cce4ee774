import type { Operation } from '../../src-shared/domain/operation.ts';
import { nextAfterStop } from '../format/stop-words.ts';
import { cx } from './cx.ts';
import { Icon } from './icon.tsx';
import styles from './stop-notice.module.css';

/** Why an operation stopped by itself, and what to do next; nothing where it did not. */
export function StopNotice({ stoppedBy }: Pick<Operation, 'stoppedBy'>) {
  if (!stoppedBy) return null;
  const next = nextAfterStop(stoppedBy.code);
  // It waits because it was told to: nothing went wrong.
  const isAsked = stoppedBy.code === 'canary_done';
  return (
    <div className={cx(styles.stopped, isAsked && styles.asked)} data-code={stoppedBy.code}>
      <Icon name={isAsked ? 'info' : 'warning'} />
      <p>
        {stoppedBy.message}
        {next && <span className={styles.next}> {next}</span>}
      </p>
    </div>
  );
}
