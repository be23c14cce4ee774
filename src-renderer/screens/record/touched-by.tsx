import { type CollectionName, collections } from '../../../src-shared/collections/index.ts';
import type { Touch } from '../../../src-shared/contract/records.ts';
import { countOf } from '../../../src-shared/domain/number-words.ts';
import { formatExact } from '../../format/times.ts';
import { useConsole } from '../../state/context.tsx';
import { ChangeList } from './change-list.tsx';
import styles from './record-panel.module.css';

interface TouchedByProps {
  readonly collection: CollectionName;
  readonly touches: readonly Touch[];
  /** There are older ones. */
  readonly hasMore: boolean;
}

/** Which operations changed this record, latest first, with what each did and a way to it. */
export function TouchedBy({ collection: name, touches, hasMore }: TouchedByProps) {
  const collection = collections[name];
  const heading = `What touched this ${collection.one}`;
  const openHistoryAt = useConsole((state) => state.openHistoryAt);
  return (
    <section aria-label={heading} className={styles.section}>
      <h3>{heading}</h3>
      {touches.length === 0 && <p className={styles.none}>Nothing here has changed it.</p>}
      <ol className={styles.entries}>
        {touches.map((touch) => (
          <li key={touch.operationId}>
            <button
              type="button"
              className={styles.link}
              title={`Show "${touch.title}" in the history`}
              dir="auto"
              onClick={() => openHistoryAt(touch.operationId)}
            >
              {touch.title}
            </button>
            <div className={styles.meta}>
              <span className={styles.who}>{touch.actor}</span>
              <time dateTime={new Date(touch.finishedAt).toISOString()}>{formatExact(touch.finishedAt)}</time>
            </div>
            <div className={styles.changes}>
              {touch.before === null && touch.after !== null ? (
                <details>
                  <summary>Created with these values</summary>
                  <ChangeList collection={collection} before={null} after={touch.after} />
                </details>
              ) : (
                // An import or a comment says all with its title.
                touch.after !== null && (
                  <ChangeList collection={collection} before={touch.before} after={touch.after} />
                )
              )}
            </div>
          </li>
        ))}
      </ol>
      {hasMore && (
        <p className={styles.none}>
          These are the latest {countOf(touches.length, 'operation', 'operations')}. There are older ones.
        </p>
      )}
    </section>
  );
}
