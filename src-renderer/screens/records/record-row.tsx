import { memo } from 'react';
import type { Field } from '../../../src-shared/collections/field.ts';
import type { CollectionRecord } from '../../../src-shared/collections/record.ts';
import { cx } from '../../components/cx.ts';
import { Skeleton } from '../../components/skeleton.tsx';
import { renderCell } from './cells.tsx';
import styles from './record-grid.module.css';

export interface RecordRowProps {
  readonly id: string;
  readonly index: number;
  readonly top: number;
  readonly record: CollectionRecord | undefined;
  /** What one record is called. */
  readonly one: string;
  readonly columns: readonly Field[];
  readonly isChosen: boolean;
  readonly isFocused: boolean;
  readonly nowMs: number;
}

/** One row. Clicks are handled by the grid, which finds the row by `data-index`. */
export const RecordRow = memo(function RecordRow(props: RecordRowProps) {
  const { id, index, top, record, one, columns, isChosen, isFocused, nowMs } = props;
  const className = cx(
    styles.row,
    isChosen && styles.chosen,
    isFocused && styles.focused,
    record?.deletedAt != null && styles.deleted,
  );
  return (
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isChosen}
      data-index={index}
      style={{ top }}
      className={className}
    >
      {record ? (
        <>
          <div role="gridcell" aria-colindex={1} className={styles.checkCell}>
            <input
              type="checkbox"
              aria-label={`Select ${one} ${record.key}`}
              checked={isChosen}
              tabIndex={-1}
              readOnly
            />
          </div>
          {columns.map((field, at) => renderCell(record, field, at + 2, nowMs))}
        </>
      ) : (
        <div role="gridcell" aria-colspan={columns.length + 1} aria-busy="true" className={styles.waiting}>
          <Skeleton width={`${50 + ((index * 7) % 40)}%`} />
        </div>
      )}
    </div>
  );
});
