import { useState } from 'react';
import { useConsole } from '../../state/context.tsx';
import { noFilter } from './history-filter.ts';
import { HistoryFilters } from './history-filters.tsx';
import { HistoryList } from './history-list.tsx';
import styles from './history-screen.module.css';
import { OperationDetail } from './operation-detail.tsx';

/** Everything that was ever started, by day, with one operation open beside the list. */
export function HistoryScreen() {
  const selected = useConsole((state) => state.historyFocus);
  const openHistoryAt = useConsole((state) => state.openHistoryAt);
  const goTo = useConsole((state) => state.goTo);
  const [filter, setFilter] = useState(noFilter);

  return (
    <section
      aria-label="History"
      className={styles.screen}
      data-detail={selected === null ? undefined : 'open'}
    >
      <div className={styles.column}>
        <header className={styles.header}>
          <h1>History</h1>
          <HistoryFilters filter={filter} onChange={setFilter} />
        </header>
        <HistoryList
          filter={filter}
          selected={selected}
          onSelect={openHistoryAt}
          onClearFilter={() => setFilter(noFilter)}
        />
      </div>
      {selected !== null && <OperationDetail key={selected} id={selected} onClose={() => goTo('history')} />}
    </section>
  );
}
