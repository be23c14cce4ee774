import { useEffect, useMemo } from 'react';
import { tickets } from '../../../src-shared/collections/tickets.ts';
import type { FieldValue } from '../../../src-shared/domain/condition.ts';
import { type Item, reasons } from '../../../src-shared/domain/item.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { SkeletonRows } from '../../components/skeleton.tsx';
import { useWindow } from '../../components/use-window.ts';
import { fieldLabel, formatValue } from '../../format/values.ts';
import { changedFields } from './changed-columns.ts';
import styles from './diff-grid.module.css';
import type { PlanPart } from './plan-parts.ts';
import { useItems } from './use-items.ts';

const rowPx = 28;
const headPx = 30;
const fieldPx = 110;
/** Key and subject; below their and the fields' widths the table scrolls sideways. */
const namesPx = 300;

/** The items of one part of a plan: what each record has now and would have. Read on as one scrolls. */
export function DiffGrid({ operation, part }: { readonly operation: Operation; readonly part: PlanPart }) {
  const { items, hasMore, isLoading, error, loadMore } = useItems(operation.id, part);
  const { scroller, rows, heightPx, drawn, inSight, topOf } = useWindow({
    total: items.length,
    rowPx,
    headPx,
  });
  const fields = useMemo(() => (part === 'change' ? changedFields(items, tickets) : []), [items, part]);
  const isNearEnd = inSight.to > items.length - 60;

  useEffect(() => {
    if (isNearEnd && hasMore && !isLoading) loadMore();
  }, [isNearEnd, hasMore, isLoading, loadMore]);

  if (error) return <ErrorNotice error={error} />;
  if (isLoading && items.length === 0) return <SkeletonRows rows={8} />;
  if (items.length === 0) return <NoItems operation={operation} part={part} />;

  const showsReason = part !== 'change';
  const columns = `120px minmax(180px, 1fr) ${showsReason ? 'minmax(160px, 1fr)' : fields.map(() => `minmax(${fieldPx}px, 1fr)`).join(' ')}`;
  return (
    <div
      ref={scroller}
      role="table"
      aria-label="Planned changes"
      // The rows scroll by keyboard.
      tabIndex={0}
      className={styles.grid}
      style={{ '--columns': columns }}
    >
      <div
        role="presentation"
        className={styles.sizer}
        style={{ height: heightPx, minWidth: namesPx + fieldPx * fields.length }}
      >
        <div role="row" className={styles.head}>
          <span role="columnheader">Ticket</span>
          <span role="columnheader">Subject</span>
          {showsReason && <span role="columnheader">Why</span>}
          {fields.map((name) => (
            <span key={name} role="columnheader">
              {fieldLabel(tickets, name)}
            </span>
          ))}
        </div>
        <div ref={rows} role="rowgroup" className={styles.rows}>
          {items.slice(drawn.from, drawn.to).map((item, at) => (
            <ItemRow
              key={item.seq}
              item={item}
              top={topOf(drawn.from + at)}
              fields={fields}
              showsReason={showsReason}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

function NoItems({ operation, part }: { readonly operation: Operation; readonly part: PlanPart }) {
  if (operation.action !== 'export' || part !== 'change') return <EmptyState title="Nothing here" />;
  return (
    <EmptyState icon="file" title="The tickets stay as they are">
      <p>They are written to the file as they stand when the export runs.</p>
    </EmptyState>
  );
}

interface ItemRowProps {
  readonly item: Item;
  readonly top: number;
  readonly fields: readonly string[];
  readonly showsReason: boolean;
}

function ItemRow({ item, top, fields, showsReason }: ItemRowProps) {
  return (
    <div role="row" className={styles.row} style={{ top }}>
      <span role="cell" className={styles.key}>
        {item.recordKey}
      </span>
      <span role="cell" title={item.recordTitle}>
        <bdi>{item.recordTitle}</bdi>
      </span>
      {showsReason && <span role="cell">{item.reason === null ? '' : reasons[item.reason]}</span>}
      {fields.map((name) => (
        <span key={name} role="cell">
          <Change name={name} before={item.before} after={item.after} />
        </span>
      ))}
    </div>
  );
}

interface ChangeProps {
  readonly name: string;
  readonly before: Readonly<Record<string, FieldValue>> | null;
  readonly after: Readonly<Record<string, FieldValue>> | null;
}

/** Old value struck and faint, new value strong; nothing where nothing changes. */
function Change({ name, before, after }: ChangeProps) {
  const hasNew = after !== null && name in after;
  const hasOld = before !== null && name in before;
  if (!hasNew && !hasOld) return null;
  const show = (value: FieldValue) => formatValue(tickets, name, value);
  const oldValue = hasOld ? (before[name] ?? null) : null;
  const newValue = hasNew ? (after[name] ?? null) : null;
  const title = hasOld ? `${show(oldValue)} → ${show(newValue)}` : show(newValue);
  return (
    <span className={styles.change} title={title}>
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
