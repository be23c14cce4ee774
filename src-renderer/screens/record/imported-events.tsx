import type { RecordEvent } from '../../../src-shared/collections/record.ts';
import { countOf } from '../../../src-shared/domain/number-words.ts';
import { formatExact } from '../../format/times.ts';
import styles from './record-panel.module.css';

/** A ticket's life before it came here, as its file told it: what changed when, oldest first. */
export function ImportedEvents({ events }: { readonly events: readonly RecordEvent[] }) {
  if (events.length === 0) return null;
  return (
    <section aria-label="Before it was imported" className={styles.section}>
      <h3>Before it was imported</h3>
      <p className={styles.none}>
        {countOf(events.length, 'event', 'events')}, oldest first, in the words of the file.
      </p>
      <ol className={styles.entries}>
        {events.map((event, index) => (
          // Events have no id of their own and never change place.
          <li key={index}>
            <div className={styles.meta}>{event.at === null ? 'no date' : formatExact(event.at)}</div>
            <p className={styles.changes} dir="auto">
              {Object.entries(event.changes).map(([name, value], place) => (
                <span key={name}>
                  {place > 0 && ' · '}
                  <span className={styles.changeName}>{name}</span> {value}
                </span>
              ))}
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}
