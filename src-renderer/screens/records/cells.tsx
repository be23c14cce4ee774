import type { ReactElement } from 'react';
import { type Field, labelOf } from '../../../src-shared/collections/field.ts';
import type { CollectionRecord } from '../../../src-shared/collections/record.ts';
import { cx } from '../../components/cx.ts';
import { formatExact, formatRelative } from '../../format/times.ts';
import { formatAmount } from '../../format/values.ts';
import styles from './cells.module.css';

interface Shown {
  readonly text: string | number;
  readonly className: string | undefined;
  readonly title?: string;
}

/**
 * The cell of a column for a record; `nowMs` dates the ages. One element per cell, status marks included:
 * at full scrolling speed every row is a new one, and each element costs.
 */
export function renderCell(
  record: CollectionRecord,
  field: Field,
  column: number,
  nowMs: number,
): ReactElement {
  const { text, className, title } = shownIn(record, field, nowMs);
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

function shownIn(record: CollectionRecord, field: Field, nowMs: number): Shown {
  const value = record[field.name] ?? null;
  if (value === null) return { text: '–', className: styles.none };
  if (field.kind === 'choice') {
    const tone = styles[String(value).toLowerCase()];
    return {
      text: labelOf(field, String(value)),
      className: field.name === 'status' ? cx(styles.status, tone) : tone,
    };
  }
  if (field.kind === 'time' && typeof value === 'number') {
    return { text: formatRelative(value, nowMs), className: styles.time, title: formatExact(value) };
  }
  if (field.kind === 'key') return { text: value, className: styles.key };
  if (typeof value === 'number') return { text: formatAmount(field, value), className: styles.number };
  return { text: value, className: styles.text, title: String(value) };
}
