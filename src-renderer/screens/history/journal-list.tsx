import { formatExact } from '../../format/times.ts';
import styles from './journal-list.module.css';
import type { JournalLine } from './journal-words.ts';

/** Lines of the journal, each with its moment and with who asked for it, where that is to be said. */
export function JournalList({ lines }: { readonly lines: readonly JournalLine[] }) {
  return (
    <ol className={styles.entries}>
      {lines.map((line) => (
        <li key={line.seq} className={styles.entry}>
          <time dateTime={new Date(line.at).toISOString()}>{formatExact(line.at)}</time>
          <span>
            <span dir="auto">{line.words}</span>
            {line.by !== null && (
              <span className={styles.by}>
                {' · by '}
                <bdi>{line.by}</bdi>
              </span>
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}
