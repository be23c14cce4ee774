import type { ReactNode } from 'react';
import { type Field, labelOf } from '../../../src-shared/collections/field.ts';
import type { Ticket, TicketPriority, TicketStatus } from '../../../src-shared/collections/tickets.ts';
import { cx } from '../../components/cx.ts';
import { formatExact, formatRelative } from '../../format/times.ts';
import styles from './cells.module.css';

/** What a column shows of a ticket. `nowMs` dates the ages. */
export function renderCell(ticket: Ticket, field: Field, nowMs: number): ReactNode {
  const value = (ticket as Readonly<Record<string, string | number | null | undefined>>)[field.name] ?? null;
  if (value === null) return <span className={styles.none}>–</span>;
  if (field.name === 'status') return <Status value={ticket.status} label={labelOf(field, ticket.status)} />;
  if (field.name === 'priority')
    return <Priority value={ticket.priority} label={labelOf(field, ticket.priority)} />;
  if (field.kind === 'time' && typeof value === 'number') {
    return (
      <time className={styles.time} title={formatExact(value)}>
        {formatRelative(value, nowMs)}
      </time>
    );
  }
  if (field.name === 'subject') {
    return (
      <span className={styles.subject} dir="auto" title={ticket.subject}>
        {ticket.subject}
      </span>
    );
  }
  if (field.kind === 'key') return <span className={styles.key}>{value}</span>;
  if (field.kind === 'number') return <span className={styles.number}>{value}</span>;
  return (
    <span className={styles.text} dir="auto">
      {value}
    </span>
  );
}

/** A ticket's status: a mark whose shape and colour say the same as the word. */
export function Status({ value, label }: { readonly value: TicketStatus; readonly label: string }) {
  return (
    <span className={styles.status}>
      <span aria-hidden="true" className={cx(styles.dot, styles[value])} />
      {label}
    </span>
  );
}

function Priority({ value, label }: { readonly value: TicketPriority; readonly label: string }) {
  return <span className={styles[value]}>{label}</span>;
}
