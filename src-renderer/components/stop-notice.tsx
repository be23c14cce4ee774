import type { Operation } from '../../src-shared/domain/operation.ts';
import { nextAfterStop } from '../format/stop-words.ts';
import { Icon } from './icon.tsx';
import styles from './stop-notice.module.css';

/** Why an operation stopped by itself, and what to do next; nothing where it did not. */
export function StopNotice({ stoppedBy }: Pick<Operation, 'stoppedBy'>) {
  if (!stoppedBy) return null;
  const next = nextAfterStop(stoppedBy.code);
  return (
    <div className={styles.stopped} data-code={stoppedBy.code}>
      <Icon name="warning" />
      <p>
        {stoppedBy.message}
        {next && <span className={styles.next}> {next}</span>}
      </p>
    </div>
  );
}
