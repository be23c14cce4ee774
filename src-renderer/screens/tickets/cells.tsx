import type { ReactElement } from 'react';
import { type Field, labelOf } from '../../../src-shared/collections/field.ts';
import type { Ticket } from '../../../src-shared/collections/tickets.ts';
import { cx } from '../../components/cx.ts';
import { formatExact, formatRelative } from '../../format/times.ts';
import styles from './cells.module.css';

interface Shown {
  readonly text: string | number;
  readonly className: string | undefined;
  readonly title?: string;
}

/**
 * The cell of a column for a ticket; `nowMs` dates the ages. One element per cell, status marks included:
 * at full scrolling speed every row is a new one, and each element costs.
 */
export function renderCell(ticket: Ticket, field: Field, column: number, nowMs: number): ReactElement {
  const { text, className, title } = shownIn(ticket, field, nowMs);
  return (
    <div
      key={field.name}
      role="gridcell"
      aria-colindex={column}
      data-field={field.name}
      className={cx(styles.cell, className)}
      title={title}
      dir={field.kind === 'text' ? 'auto' : undefined}
    >
      {text}
    </div>
  );
}

function shownIn(ticket: Ticket, field: Field, nowMs: number): Shown {
  const value = (ticket as Readonly<Record<string, string | number | null | undefined>>)[field.name] ?? null;
  if (value === null) return { text: '–', className: styles.none };
  if (field.name === 'status') {
    return { text: labelOf(field, ticket.status), className: cx(styles.status, styles[ticket.status]) };
  }
  if (field.name === 'priority')
    return { text: labelOf(field, ticket.priority), className: styles[ticket.priority] };
  if (field.kind === 'time' && typeof value === 'number') {
    return { text: formatRelative(value, nowMs), className: styles.time, title: formatExact(value) };
  }
  if (field.name === 'subject') return { text: value, className: styles.text, title: ticket.subject };
  if (field.kind === 'key') return { text: value, className: styles.key };
  return { text: value, className: field.kind === 'number' ? styles.number : styles.text };
}
