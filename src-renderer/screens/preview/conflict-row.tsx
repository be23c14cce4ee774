import { type Collection, fieldLabel } from '../../../src-shared/collections/field.ts';
import type { Changes, Item } from '../../../src-shared/domain/item.ts';
import { formatValue } from '../../format/values.ts';
import styles from './diff-grid.module.css';

export const conflictColumns = ['Field', 'Now', 'Would be restored', 'Operation wrote'] as const;

interface ConflictRowProps {
  readonly collection: Collection;
  readonly item: Item;
  /** Undefined where what was done is not in the record's fields, such as a comment. */
  readonly field: string | undefined;
  readonly top: number;
}

/** One field of a record that was changed since: what stands there, what an undo would bring back, what was written. */
export function ConflictRow({ collection, item, field, top }: ConflictRowProps) {
  const isOther = field !== undefined && item.written?.[field] !== item.before?.[field];
  return (
    <div role="row" className={styles.row} style={{ top }}>
      <span role="cell" className={styles.key} title={item.recordKey}>
        {item.recordKey}
      </span>
      <span role="cell" className={styles.text} title={item.recordTitle} dir="auto">
        {item.recordTitle}
      </span>
      <span role="cell" className={styles.field}>
        {field === undefined ? '' : fieldLabel(collection, field)}
      </span>
      <span role="cell" className={isOther ? styles.new : undefined}>
        <Value collection={collection} changes={item.before} field={field} />
      </span>
      <span role="cell">
        <Value collection={collection} changes={item.after} field={field} />
      </span>
      <span role="cell" className={styles.field}>
        <Value collection={collection} changes={item.written} field={field} />
      </span>
    </div>
  );
}

interface ValueProps {
  readonly collection: Collection;
  readonly changes: Changes | null;
  readonly field: string | undefined;
}

function Value({ collection, changes, field }: ValueProps) {
  const value = field === undefined ? undefined : changes?.[field];
  if (field === undefined || value === undefined) return <>–</>;
  const words = formatValue(collection, field, value);
  return <bdi title={words}>{words}</bdi>;
}
