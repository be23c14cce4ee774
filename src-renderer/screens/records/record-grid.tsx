import { useEffect, useId, useMemo, useRef } from 'react';
import type { Field } from '../../../src-shared/collections/field.ts';
import { collections } from '../../../src-shared/collections/index.ts';
import { useNow } from '../../components/use-now.ts';
import { useWindow } from '../../components/use-window.ts';
import { recordIn } from '../../state/blocks.ts';
import { useConsole, useConsoleStore } from '../../state/context.tsx';
import { chosenAmong, isChosen } from '../../state/selection.ts';
import { leastWidthOf, templateOf } from './columns.ts';
import { GridHeader } from './grid-header.tsx';
import styles from './record-grid.module.css';
import { RecordRow } from './record-row.tsx';
import { useGridInput } from './use-grid-input.ts';
import { useRowFetching } from './use-row-fetching.ts';

const rowPx = { compact: 28, comfortable: 33 } as const;

interface RecordGridProps {
  readonly columns: readonly Field[];
  /** How much of its end lies under something else. */
  readonly coveredPx: number;
}

/** The records of the current view. The keyboard's row is announced through `aria-activedescendant`. */
export function RecordGrid({ columns, coveredPx }: RecordGridProps) {
  const store = useConsoleStore();
  const blocks = useConsole((state) => state.blocks);
  const total = useConsole((state) => state.total);
  const chosen = useConsole((state) => state.chosen);
  const sort = useConsole((state) => state.sort);
  const setSort = useConsole((state) => state.setSort);
  const focusIndex = useConsole((state) => state.focusIndex);
  const epoch = useConsole((state) => state.viewEpoch);
  const isTopDue = useConsole((state) => state.isTopDue);
  const density = useConsole((state) => state.settings.density);
  const collection = useConsole((state) => collections[state.collection]);
  const nowMs = useNow();
  const id = useId();
  const grid = useRef<HTMLDivElement>(null);

  // Until the view is counted, the first rows are all there is.
  const rowCount = total ?? blocks.get(0)?.length ?? 0;
  const { scroller, head, rows, heightPx, drawn, inSight, topOf, showRow, toTop } = useWindow({
    total: rowCount,
    rowPx: rowPx[density],
    tailPx: coveredPx,
  });
  useRowFetching(inSight, drawn);

  // Other rows are shown from the top whenever the epoch grows.
  useEffect(toTop, [epoch, toTop]);

  const pageIds: number[] = [];
  for (let index = inSight.from; index < inSight.to; index += 1) {
    const record = recordIn(blocks, index);
    if (record) pageIds.push(record.id);
  }
  const latestPage = useRef(pageIds);
  latestPage.current = pageIds;
  const selectPage = useMemo(
    () => (isOn: boolean) => store.getState().setChosen(latestPage.current, isOn),
    [store],
  );

  const { onKeyDown, onClick } = useGridInput({
    rowCount,
    pageRows: Math.max(1, inSight.to - inSight.from - 2),
    showRow,
    takeKeyboard: () => grid.current?.focus({ preventScroll: true }),
  });

  const shownRows = [];
  for (let index = drawn.from; index < drawn.to; index += 1) {
    const record = recordIn(blocks, index);
    shownRows.push(
      <RecordRow
        key={index}
        id={`${id}-${index}`}
        index={index}
        top={topOf(index)}
        record={record}
        one={collection.one}
        columns={columns}
        isChosen={record !== undefined && isChosen(chosen, record.id)}
        isFocused={index === focusIndex}
        nowMs={nowMs}
      />,
    );
  }
  const isFocusDrawn = focusIndex >= drawn.from && focusIndex < drawn.to;

  return (
    <div
      ref={grid}
      role="grid"
      aria-label={collection.label}
      aria-rowcount={total === null ? -1 : total + 1}
      aria-colcount={columns.length + 1}
      aria-multiselectable="true"
      aria-busy={isTopDue}
      aria-activedescendant={isFocusDrawn ? `${id}-${focusIndex}` : undefined}
      tabIndex={0}
      data-density={density}
      className={styles.grid}
      style={{ '--columns': templateOf(columns) }}
      onKeyDown={onKeyDown}
      onClick={onClick}
      // Ranges of rows are drawn with Shift, not stretches of text.
      onMouseDown={(event) => event.shiftKey && event.preventDefault()}
    >
      <div ref={head} role="presentation" className={styles.headClip}>
        <GridHeader
          collection={collection}
          columns={columns}
          sort={sort}
          onSort={setSort}
          page={chosenAmong(chosen, pageIds)}
          canSelect={rowCount > 0 && !isTopDue}
          onSelectPage={selectPage}
          minWidth={leastWidthOf(columns)}
        />
      </div>
      <div
        ref={scroller}
        role="rowgroup"
        // The grid has the keyboard.
        tabIndex={-1}
        className={styles.scroller}
      >
        <div
          role="presentation"
          className={styles.sizer}
          style={{ height: heightPx, minWidth: leastWidthOf(columns) }}
        >
          <div ref={rows} role="presentation" className={styles.rows}>
            {shownRows}
          </div>
        </div>
      </div>
    </div>
  );
}
