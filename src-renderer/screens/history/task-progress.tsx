import { formatNumber } from '../../../src-shared/domain/number-words.ts';
import { ProgressBar } from '../../components/progress-bar.tsx';
import type { Task } from '../../state/history-slice.ts';
import styles from './task-progress.module.css';

interface TaskProgressProps {
  readonly label: string;
  readonly task: Extract<Task<unknown>, { status: 'running' }>;
}

/** How far the history was checked. */
export function TaskProgress({ label, task }: TaskProgressProps) {
  const { checked, total } = task;
  return (
    <div className={styles.progress}>
      <ProgressBar label={label} value={checked} total={total} />
      <p className={styles.words}>
        {total === null ? 'Begins' : `${formatNumber(checked)} of ${formatNumber(total)} checked`}
      </p>
    </div>
  );
}
