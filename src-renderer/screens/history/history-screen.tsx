import { useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { Segments } from '../../components/segments.tsx';
import { useConsole } from '../../state/context.tsx';
import { noFilter } from './history-filter.ts';
import { HistoryFilters } from './history-filters.tsx';
import { HistoryList } from './history-list.tsx';
import styles from './history-screen.module.css';
import { HistoryTools } from './history-tools.tsx';
import { OperationDetail } from './operation-detail.tsx';
import { StatisticsView } from './statistics-view.tsx';
import { WorkspaceLog } from './workspace-log.tsx';

const views = [
  { id: 'operations', label: 'Operations' },
  { id: 'statistics', label: 'Statistics' },
  { id: 'workspace', label: 'Workspace' },
] as const;
type View = (typeof views)[number]['id'];

/** Everything that was ever started, by day, with one operation open beside the list; or its figures; or what happened to the workspace. */
export function HistoryScreen() {
  const selected = useConsole((state) => state.historyFocus);
  const openHistoryAt = useConsole((state) => state.openHistoryAt);
  const goTo = useConsole((state) => state.goTo);
  const [filter, setFilter] = useState(noFilter);
  const [chosenView, setView] = useState<View>('operations');
  // An operation that was opened elsewhere is shown beside the list.
  const view = selected === null ? chosenView : 'operations';
  const screen = useRef<HTMLElement>(null);

  /** The keyboard goes on at the line of what was open. */
  const closeDetail = () => {
    const line = screen.current?.querySelector<HTMLElement>('li > [aria-current=true]');
    // At once: in a narrow window the line is not drawn before.
    flushSync(() => goTo('history'));
    line?.focus();
  };

  return (
    <section
      ref={screen}
      aria-label="History"
      className={styles.screen}
      data-detail={selected === null ? undefined : 'open'}
    >
      <div className={styles.column}>
        <header className={styles.header}>
          <div className={styles.titleLine}>
            <h1>History</h1>
            <Segments
              label="Show"
              segments={views}
              selected={view}
              onSelect={(next) => {
                setView(next);
                // They need the room.
                if (next !== 'operations' && selected !== null) goTo('history');
              }}
            />
            <HistoryTools />
          </div>
          {view === 'operations' && <HistoryFilters filter={filter} onChange={setFilter} />}
        </header>
        {view === 'operations' && (
          <HistoryList
            filter={filter}
            selected={selected}
            onSelect={openHistoryAt}
            onClearFilter={() => setFilter(noFilter)}
          />
        )}
        {view === 'statistics' && <StatisticsView />}
        {view === 'workspace' && <WorkspaceLog />}
      </div>
      {selected !== null && <OperationDetail key={selected} id={selected} onClose={closeDetail} />}
    </section>
  );
}
