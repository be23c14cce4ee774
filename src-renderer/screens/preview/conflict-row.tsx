import { tickets } from '../../../src-shared/collections/tickets.ts';
import type { Changes, Item } from '../../../src-shared/domain/item.ts';
import { fieldLabel, formatValue } from '../../format/values.ts';
import styles from './diff-grid.module.css';

export const conflictColumns = ['Field', 'Now', 'Would be restored', 'Operation wrote'] as const;

interface ConflictRowProps {
  readonly item: Item;
  /** Undefined where what was done is not in the record's fields, such as a comment. */
  readonly field: string | undefined;
  readonly top: number;
}

/** One field of a record that was changed since: what stands there, what an undo would bring back, what was written. */
export function ConflictRow({ item, field, top }: ConflictRowProps) {
  const isOther = field !== undefined && item.written?.[field] !== item.before?.[field];
  return (
    <div role="row" className={styles.row} style={{ top }}>
      <span role="cell" className={styles.key} title={item.recordKey}>
        {item.recordKey}
      </span>
      <span role="cell" title={item.recordTitle}>
        <bdi>{item.recordTitle}</bdi>
      </span>
      <span role="cell" className={styles.field}>
        {field === undefined ? '' : fieldLabel(tickets, field)}
      </span>
      <span role="cell" className={isOther ? styles.new : undefined}>
        <Value changes={item.before} field={field} />
      </span>
      <span role="cell">
        <Value changes={item.after} field={field} />
      </span>
      <span role="cell" className={styles.field}>
        <Value changes={item.written} field={field} />
      </span>
    </div>
  );
}

function Value({ changes, field }: { readonly changes: Changes | null; readonly field: string | undefined }) {
  const value = field === undefined ? undefined : changes?.[field];
  if (field === undefined || value === undefined) return <>–</>;
  const words = formatValue(tickets, field, value);
  return <bdi title={words}>{words}</bdi>;
}
