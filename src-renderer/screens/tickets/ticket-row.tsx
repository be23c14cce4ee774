import { memo } from 'react';
import type { Field } from '../../../src-shared/collections/field.ts';
import type { Ticket } from '../../../src-shared/collections/tickets.ts';
import { cx } from '../../components/cx.ts';
import { Skeleton } from '../../components/skeleton.tsx';
import { renderCell } from './cells.tsx';
import styles from './ticket-grid.module.css';

export interface TicketRowProps {
  readonly id: string;
  readonly index: number;
  readonly ticket: Ticket | undefined;
  readonly columns: readonly Field[];
  readonly isChosen: boolean;
  readonly isFocused: boolean;
  readonly nowMs: number;
}

/** One row. Clicks are handled by the grid, which finds the row by `data-index`. */
export const TicketRow = memo(function TicketRow(props: TicketRowProps) {
  const { id, index, ticket, columns, isChosen, isFocused, nowMs } = props;
  return (
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isChosen}
      data-index={index}
      className={cx(
        styles.row,
        isChosen && styles.chosen,
        isFocused && styles.focused,
        ticket?.deletedAt != null && styles.deleted,
      )}
    >
      <div role="gridcell" aria-colindex={1} className={styles.checkCell}>
        {ticket && (
          <input
            type="checkbox"
            aria-label={`Select ticket ${ticket.key}`}
            checked={isChosen}
            tabIndex={-1}
            readOnly
          />
        )}
      </div>
      {columns.map((field, at) => (
        <div
          key={field.name}
          role="gridcell"
          aria-colindex={at + 2}
          data-field={field.name}
          className={styles.cell}
        >
          {ticket ? (
            renderCell(ticket, field, nowMs)
          ) : (
            <Skeleton width={`${40 + ((index * 7 + at * 13) % 50)}%`} />
          )}
        </div>
      ))}
    </div>
  );
});
