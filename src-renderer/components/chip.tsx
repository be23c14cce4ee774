import styles from './chip.module.css';
import { Icon } from './icon.tsx';

export interface ChipProps {
  readonly children: string;
  /** Shows a button that removes it. */
  readonly onRemove?: (() => void) | undefined;
}

/** One condition in words, with a button to take it away. */
export function Chip({ children, onRemove }: ChipProps) {
  return (
    <span className={styles.chip}>
      <span className={styles.text} title={children} dir="auto">
        {children}
      </span>
      {onRemove && (
        <button type="button" className={styles.remove} aria-label={`Remove ${children}`} onClick={onRemove}>
          <Icon name="close" size={12} />
        </button>
      )}
    </span>
  );
}
