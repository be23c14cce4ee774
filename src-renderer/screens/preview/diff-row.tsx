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
      <span role="cell" className={styles.text} title={item.recordTitle} dir="auto">
        {item.recordTitle}
      </span>
      {fields === null ? (
        <span role="cell">{item.reason === null ? '' : reasons[item.reason]}</span>
      ) : (
        fields.map((name) => (
          <ChangeCell
            key={name}
            collection={collection}
            name={name}
            before={item.before}
            after={item.after}
          />
        ))
      )}
    </div>
  );
}

interface ChangeCellProps {
  readonly collection: Collection;
  readonly name: string;
  readonly before: Changes | null;
  readonly after: Changes | null;
}

/** Old value struck and faint, new value strong; nothing where nothing changes. */
function ChangeCell({ collection, name, before, after }: ChangeCellProps) {
  const hasNew = after !== null && name in after;
  const hasOld = before !== null && name in before;
  const show = (value: FieldValue) => formatValue(collection, name, value);
  const oldValue = hasOld ? (before[name] ?? null) : null;
  const newValue = hasNew ? (after[name] ?? null) : null;
  if (!hasOld) {
    const text = hasNew ? show(newValue) : '';
    return (
      <span role="cell" className={styles.text} title={text} dir="auto">
        <ins className={styles.created}>{text}</ins>
      </span>
    );
  }
  if (hasNew && oldValue === newValue) return <span role="cell" />;
  return (
    <span role="cell" title={`${show(oldValue)} → ${show(newValue)}`}>
      {(oldValue !== null || newValue === null) && (
        <del className={styles.old}>
          <bdi>{show(oldValue)}</bdi>
        </del>
      )}
      {hasNew && (
        <ins className={styles.new}>
          <bdi>{show(newValue)}</bdi>
        </ins>
      )}
    </span>
  );
}
