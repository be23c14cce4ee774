import { formatNumber } from '../../src-shared/domain/number-words.ts';
import { type Counts, countsOfBoth, type Operation } from '../../src-shared/domain/operation.ts';
import styles from './counts-bar.module.css';
import { cx } from './cx.ts';

const parts = [
  { word: 'done', states: ['done'], tone: styles.done },
  { word: 'skipped', states: ['skipped'], tone: styles.skipped },
  { word: 'decided', states: ['decided'], tone: styles.skipped },
  { word: 'failed', states: ['failed'], tone: styles.failed },
  { word: 'in conflict', states: ['undecided'], tone: styles.unknown },
  { word: 'unknown', states: ['unknown'], tone: styles.unknown },
  { word: 'not run', states: ['cancelled', 'planned', 'applying'], tone: styles.rest },
] as const;

/** What became of an operation's items, as a small stacked bar that says its numbers to screen readers. */
export function CountsBar({ operation }: { readonly operation: Operation }) {
  const counts = shownCounts(operation);
  const shown = parts
    .map((part) => ({ ...part, count: part.states.reduce((sum, state) => sum + counts[state], 0) }))
    .filter((part) => part.count > 0);
  const words = shown.map((part) => `${formatNumber(part.count)} ${part.word}`).join(', ') || 'nothing';
  return (
    <span role="img" aria-label={words} title={words} className={styles.bar}>
      {shown.map((part) => (
        <span key={part.word} className={cx(styles.part, part.tone)} style={{ flexGrow: part.count }} />
      ))}
    </span>
  );
}

/** A conflict is nothing that failed: it waits to be decided, and does not matter any more once it was. */
function shownCounts(
  operation: Operation,
): Counts & { readonly undecided: number; readonly decided: number } {
  const counts = countsOfBoth(operation);
  const { undecided } = operation;
  const conflict = operation.delivery?.conflict ?? 0;
  return { ...counts, failed: counts.failed - conflict, undecided, decided: conflict - undecided };
}
