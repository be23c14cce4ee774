import type { Collection } from '../../../src-shared/collections/field.ts';
import type { Changes } from '../../../src-shared/domain/item.ts';
import styles from './change-list.module.css';
import { changedFields, changesAsText } from './changed-fields.ts';

interface ChangeListProps {
  readonly collection: Collection;
  readonly before: Changes | null;
  readonly after: Changes | null;
  /** Fields that stand beside it anyway. */
  readonly without?: readonly string[];
  /** One line, or three in a narrow table, cut at the end with the whole text on hover; else one line per field. */
  readonly isCompact?: boolean;
}

/** What became of a record's fields: the old value struck out, the new one strong. */
export function ChangeList({ collection, before, after, without = [], isCompact = false }: ChangeListProps) {
  const fields = changedFields(collection, before, after).filter(({ name }) => !without.includes(name));
  if (fields.length === 0) return <span className={styles.nothing}>fields unchanged</span>;
  return (
    <span
      className={isCompact ? styles.compact : styles.list}
      title={isCompact ? changesAsText(fields) : undefined}
    >
      {fields.map((field) => (
        <span key={field.name} className={styles.field}>
          <span className={styles.label}>{field.label}</span>{' '}
          {field.before !== null && (
            <>
              <del className={styles.before} dir="auto">
                {field.before}
              </del>
              {/* No line ends with the arrow. */}
              <span className={styles.arrow}> →{'\u00a0'}</span>
            </>
          )}
          <ins className={styles.after} dir="auto">
            {field.after ?? 'none'}
          </ins>
        </span>
      ))}
    </span>
  );
}
