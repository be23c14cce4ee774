import type { Collection } from '../../../src-shared/collections/field.ts';
import type { FieldValue } from '../../../src-shared/domain/condition.ts';
import { type Changes, type Item, reasons } from '../../../src-shared/domain/item.ts';
import { formatValue } from '../../format/values.ts';
import styles from './diff-grid.module.css';

interface ItemRowProps {
  readonly collection: Collection;
  readonly item: Item;
  readonly top: number;
  /** The fields to show; null shows why nothing changes instead. */
  readonly fields: readonly string[] | null;
}

/** One record of a plan: its changed cells, or why it is left alone. */
export function ItemRow({ collection, item, top, fields }: ItemRowProps) {
  return (
    <div role="row" className={styles.row} style={{ top }}>
      <span role="cell" className={styles.key} title={item.recordKey}>
        {item.recordKey}
      </span>
      <span role="cell" title={item.recordTitle}>
        <bdi>{item.recordTitle}</bdi>
      </span>
      {fields === null ? (
        <span role="cell">{item.reason === null ? '' : reasons[item.reason]}</span>
      ) : (
        fields.map((name) => (
          <span key={name} role="cell">
            <Change collection={collection} name={name} before={item.before} after={item.after} />
          </span>
        ))
      )}
    </div>
  );
}

interface ChangeProps {
  readonly collection: Collection;
  readonly name: string;
  readonly before: Changes | null;
  readonly after: Changes | null;
}

/** Old value struck and faint, new value strong; nothing where nothing changes. */
function Change({ collection, name, before, after }: ChangeProps) {
  const hasNew = after !== null && name in after;
  const hasOld = before !== null && name in before;
  if (!hasNew && !hasOld) return null;
  const show = (value: FieldValue) => formatValue(collection, name, value);
  const oldValue = hasOld ? (before[name] ?? null) : null;
  const newValue = hasNew ? (after[name] ?? null) : null;
  if (hasOld && hasNew && oldValue === newValue) return null;
  const title = hasOld ? `${show(oldValue)} → ${show(newValue)}` : show(newValue);
  return (
    <span title={title}>
      {hasOld && (oldValue !== null || newValue === null) && (
        <del className={styles.old}>
          <bdi>{show(oldValue)}</bdi>
        </del>
      )}
      {hasNew && (
        <ins className={hasOld ? styles.new : styles.created}>
          <bdi>{show(newValue)}</bdi>
        </ins>
      )}
    </span>
  );
}
