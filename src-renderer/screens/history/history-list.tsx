import { type KeyboardEvent, useEffect, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { LoadMore } from '../../components/load-more.tsx';
import { SkeletonRows } from '../../components/skeleton.tsx';
import { useConsole } from '../../state/context.tsx';
import { groupByDay } from './day-groups.ts';
import { type HistoryFilter, isPlain } from './history-filter.ts';
import styles from './history-list.module.css';
import { OperationLine } from './operation-line.tsx';
import { useLiveHistory } from './use-live-history.ts';

interface HistoryListProps {
  readonly filter: HistoryFilter;
  readonly selected: number | null;
  readonly onSelect: (operationId: number) => void;
  readonly onClearFilter: () => void;
}

/** Operations under the headings of their days. Arrow keys walk from line to line. */
export function HistoryList({ filter, selected, onSelect, onClearFilter }: HistoryListProps) {
  const { operations, pages, more } = useLiveHistory(filter);
  const nowMs = useToday();

  if (pages.status === 'loading') {
    return (
      <div className={styles.list}>
        <SkeletonRows rows={8} />
      </div>
    );
  }
  if (operations.length === 0 && !pages.hasMore && pages.status !== 'broken') {
    return <NothingHere isFiltered={!isPlain(filter)} onClearFilter={onClearFilter} />;
  }
  return (
    <div role="group" aria-label="Operations by day" className={styles.list}>
      {groupByDay(operations, nowMs).map((day) => (
        <section key={day.key} aria-labelledby={`day-${day.key}`} className={styles.day}>
          <h2 id={`day-${day.key}`} className={styles.heading}>
            {day.label}
          </h2>
          <ol>
            {day.operations.map((operation) => (
              <li key={operation.id}>
                <OperationLine
                  operation={operation}
                  isSelected={operation.id === selected}
                  onSelect={() => onSelect(operation.id)}
                  onKeyDown={walk}
                />
              </li>
            ))}
          </ol>
        </section>
      ))}
      <LoadMore pages={pages} onMore={more} />
    </div>
  );
}

function NothingHere(props: { readonly isFiltered: boolean; readonly onClearFilter: () => void }) {
  const goTo = useConsole((state) => state.goTo);
  if (props.isFiltered) {
    return (
      <EmptyState
        icon="search"
        title="No operation fits"
        actions={<Button onClick={props.onClearFilter}>Clear search</Button>}
      >
        Nothing in the history fits the search and the choices above.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon="history"
      title="Nothing has been started yet"
      actions={
        <Button variant="primary" onClick={() => goTo('tickets')}>
          Go to tickets
        </Button>
      }
    >
      Every import and every change to records is kept here, with what each was before.
    </EmptyState>
  );
}

/** The time now, read again when the day changes, so that "Today" stays true. */
function useToday(): number {
  const [nowMs, setNowMs] = useState(Date.now);
  useEffect(() => {
    const nextDayMs = new Date(nowMs).setHours(24, 0, 0, 0) - nowMs;
    const timer = setTimeout(() => setNowMs(Date.now()), nextDayMs + 1000);
    return () => clearTimeout(timer);
  }, [nowMs]);
  return nowMs;
}

/** Arrow keys, Home and End go from line to line, over the borders of days. */
function walk(event: KeyboardEvent<HTMLElement>) {
  const list = event.currentTarget.closest('[role=group]');
  const lines = [...(list?.querySelectorAll<HTMLElement>('li > button') ?? [])];
  const at = lines.indexOf(event.currentTarget);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: lines.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  lines[to]?.focus();
}
