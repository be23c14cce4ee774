import { useEffect } from 'react';
import { type Collection, fieldLabel } from '../../../src-shared/collections/field.ts';
import { collectionOf } from '../../../src-shared/collections/index.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { SkeletonRows } from '../../components/skeleton.tsx';
import { useWindow } from '../../components/use-window.ts';
import { ConflictRow, conflictColumns } from './conflict-row.tsx';
import styles from './diff-grid.module.css';
import { ItemRow } from './diff-row.tsx';
import type { PlanPart } from './plan-parts.ts';
import { useItems } from './use-items.ts';

const rowPx = 28;
/** Widths in px; below their sum the table scrolls sideways. */
const keyPx = 120;
const subjectPx = 180;
const fieldPx = 110;

/** The items of one part of a plan: what each record has now and would have. Read on as one scrolls. */
export function DiffGrid({ operation, part }: { readonly operation: Operation; readonly part: PlanPart }) {
  const { at, count, fields, hasMore, isLoading, error, loadMore } = useItems(operation, part);
  const collection = collectionOf(operation.collection);
  const isConflict = part === 'conflict';
  // A conflict takes a line for each field.
  const lines = isConflict ? Math.max(1, fields.length) : 1;
  const { scroller, head, rows, heightPx, drawn, inSight, topOf } = useWindow({
    total: count * lines,
    rowPx,
  });
  const isNearEnd = inSight.to > count * lines - 60;
  const itemAt = (line: number) => at(Math.floor(line / lines));

  useEffect(() => {
    if (isNearEnd && hasMore && !isLoading && !error) loadMore();
  }, [isNearEnd, hasMore, isLoading, error, loadMore]);

  const notice = error && (
    <ErrorNotice error={error} actions={<Button onClick={loadMore}>Try again</Button>} />
  );
  if (notice && count === 0) return notice;
  if (isLoading && count === 0) return <SkeletonRows rows={8} />;
  if (count === 0) return <NoItems operation={operation} part={part} />;

  const labels = labelsOf(collection, part, fields);
  const widths = [subjectPx, ...labels.map(() => fieldPx)];
  const template = [`${keyPx}px`, ...widths.map((px) => `minmax(${px}px, 1fr)`)].join(' ');
  const minWidth = keyPx + subjectPx + fieldPx * labels.length;
  const shown = [];
  for (let line = drawn.from; line < drawn.to; line += 1) {
    const item = itemAt(line);
    if (!item) continue;
    const top = topOf(line);
    shown.push(
      isConflict ? (
        <ConflictRow key={line} collection={collection} item={item} field={fields[line % lines]} top={top} />
      ) : (
        <ItemRow
          key={line}
          collection={collection}
          item={item}
          top={top}
          fields={part === 'change' ? fields : null}
        />
      ),
    );
  }
  return (
    <>
      <div
        role="table"
        aria-label="Planned changes"
        className={styles.grid}
        style={{ '--columns': template }}
      >
        <div ref={head} role="rowgroup" className={styles.headClip}>
          <div role="row" className={styles.head} style={{ minWidth }}>
            {[fieldLabel(collection, 'key'), fieldLabel(collection, collection.titleField), ...labels].map(
              (label) => (
                <span key={label} role="columnheader">
                  {label}
                </span>
              ),
            )}
          </div>
        </div>
        <div
          ref={scroller}
          role="rowgroup"
          // The rows scroll by keyboard.
          tabIndex={0}
          className={styles.scroller}
        >
          <div role="presentation" className={styles.sizer} style={{ height: heightPx, minWidth }}>
            <div ref={rows} role="presentation" className={styles.rows}>
              {shown}
            </div>
          </div>
        </div>
      </div>
      {notice}
    </>
  );
}

function labelsOf(collection: Collection, part: PlanPart, fields: readonly string[]): readonly string[] {
  if (part === 'change') return fields.map((name) => fieldLabel(collection, name));
  return part === 'conflict' ? conflictColumns : ['Why'];
}

function NoItems({ operation, part }: { readonly operation: Operation; readonly part: PlanPart }) {
  const { one, many } = collectionOf(operation.collection);
  if (part === 'conflict') {
    return (
      <EmptyState icon="done" title={`Nobody changed these ${many} since`}>
        Every {one} still holds what the operation wrote.
      </EmptyState>
    );
  }
  if (operation.action !== 'export' || part !== 'change') return <EmptyState title="Nothing here" />;
  return (
    <EmptyState icon="file" title={`The ${many} stay as they are`}>
      <p>They are written to the file as they are when the export runs.</p>
    </EmptyState>
  );
}
