import { cx } from './cx.ts';
import styles from './progress-bar.module.css';

export interface ProgressBarProps {
  readonly label: string;
  readonly value: number;
  /** Null while the end is not known. */
  readonly total: number | null;
  readonly tone?: 'info' | 'warning' | 'success' | 'danger' | undefined;
}

/** How far something is. It moves by width alone; the number belongs beside it. */
export function ProgressBar({ label, value, total, tone = 'info' }: ProgressBarProps) {
  const share = total === null ? null : total === 0 ? 1 : Math.min(1, value / total);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={total ?? undefined}
      aria-valuenow={total === null ? undefined : Math.min(value, total)}
      className={styles.track}
    >
      <div
        className={cx(styles.fill, styles[tone], share === null && styles.open)}
        style={share === null ? undefined : { width: `${share * 100}%` }}
      />
    </div>
  );
}
