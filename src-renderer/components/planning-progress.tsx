import { formatNumber } from '../../src-shared/domain/number-words.ts';
import { useConsole } from '../state/context.tsx';
import styles from './planning-progress.module.css';
import { ProgressBar } from './progress-bar.tsx';

/** How far the plan is that is being made. */
export function PlanningProgress() {
  const planning = useConsole((state) => state.planning);
  const words = planning
    ? `Looked at ${formatNumber(planning.planned)}${planning.total === null ? '' : ` of ${formatNumber(planning.total)}`}`
    : 'Working out what would change';
  return (
    <div className={styles.planning} role="status">
      <ProgressBar label="Planning" value={planning?.planned ?? 0} total={planning?.total ?? null} />
      <span>{words}</span>
    </div>
  );
}
