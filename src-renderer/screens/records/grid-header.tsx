import { memo } from 'react';
import type { Collection, Field } from '../../../src-shared/collections/field.ts';
import type { Sort } from '../../../src-shared/domain/filter.ts';
import { CheckAll } from '../../components/check-all.tsx';
import { cx } from '../../components/cx.ts';
import { Icon } from '../../components/icon.tsx';
import { nextSort } from './next-sort.ts';
import styles from './record-grid.module.css';

export interface GridHeaderProps {
  readonly collection: Collection;
  readonly columns: readonly Field[];
  readonly sort: Sort;
  readonly onSort: (sort: Sort) => void;
  readonly page: 'all' | 'some' | 'none';
  readonly canSelect: boolean;
  readonly onSelectPage: (isOn: boolean) => void;
  /** In px; below it the columns scroll sideways with the rows. */
  readonly minWidth: number;
}

/** The names of the columns: sorts by those that can, and selects the rows in sight. */
export const GridHeader = memo(function GridHeader(props: GridHeaderProps) {
  const { collection, columns, sort, onSort, page, canSelect, onSelectPage, minWidth } = props;
  return (
    <div role="row" aria-rowindex={1} className={styles.head} style={{ minWidth }}>
      <div role="columnheader" aria-colindex={1} className={styles.checkCell}>
        <CheckAll label="Select all on page" checked={page} disabled={!canSelect} onChange={onSelectPage} />
      </div>
      {columns.map((field, at) => {
        const isSorted = field.name === sort.field;
        return (
          <div
            key={field.name}
            role="columnheader"
            aria-colindex={at + 2}
            aria-sort={isSorted ? (sort.direction === 'asc' ? 'ascending' : 'descending') : undefined}
            className={cx(styles.headCell, field.kind === 'number' && styles.headNumber)}
          >
            {field.isSortable ? (
              <button
                type="button"
                className={styles.sort}
                onClick={() => onSort(nextSort(sort, field, collection))}
              >
                <span className={styles.headLabel}>{field.label}</span>
                {isSorted && <Icon name={sort.direction === 'asc' ? 'arrowUp' : 'arrowDown'} size={12} />}
              </button>
            ) : (
              <span className={styles.headLabel}>{field.label}</span>
            )}
          </div>
        );
      })}
    </div>
  );
});
