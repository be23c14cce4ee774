import { useState } from 'react';
import { collections } from '../../../src-shared/collections/index.ts';
import { describeConditions } from '../../../src-shared/domain/filter-language.ts';
import { countOf, formatNumber } from '../../../src-shared/domain/number-words.ts';
import { Button } from '../../components/button.tsx';
import { Chip } from '../../components/chip.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { useWidth } from '../../components/use-width.ts';
import { useConsole } from '../../state/context.tsx';
import { BulkBar } from './bulk-bar.tsx';
import { ColumnChooser } from './column-chooser.tsx';
import { FacetMenu } from './facet-menu.tsx';
import { FilterBar } from './filter-bar.tsx';
import { rewriteText } from './filter-text.ts';
import { RecordGrid } from './record-grid.tsx';
import styles from './records-screen.module.css';
import { SavedFilters } from './saved-filters.tsx';
import { useColumns } from './use-columns.ts';
import { Welcome } from './welcome.tsx';

/** The records of a collection: filter, choose, act. */
export function RecordsScreen() {
  const [coveredPx, setCoveredPx] = useState(0);
  const [stage, roomPx] = useWidth();
  const columns = useColumns(roomPx);
  const total = useConsole((state) => state.total);
  const grandTotal = useConsole((state) => state.grandTotal);
  // While the console is away, the window says so above.
  const viewError = useConsole((state) => (state.connection === 'lost' ? null : state.viewError));
  const openView = useConsole((state) => state.openView);
  const isEmpty = grandTotal === 0 && total === 0;
  const hasDeleted = useConsole(({ deletedTotal }) => deletedTotal !== null && deletedTotal > 0);

  return (
    <section aria-labelledby="records-title" className={styles.screen}>
      <RecordsHeader />
      {(!isEmpty || hasDeleted) && (
        <div className={styles.tools}>
          <div className={styles.filterLine}>
            <FilterBar />
            <SavedFilters />
            <ColumnChooser shown={columns} />
          </div>
          <FilterChips />
        </div>
      )}
      {viewError && (
        <ErrorNotice
          error={viewError}
          actions={<Button onClick={() => void openView(true)}>Try again</Button>}
        />
      )}
      <div ref={stage} className={styles.stage}>
        {!isEmpty && <RecordGrid columns={columns} coveredPx={coveredPx} />}
        {isEmpty && (hasDeleted ? <AllDeleted /> : <Welcome />)}
        {!isEmpty && total === 0 && <NoMatch />}
        <BulkBar onCover={setCoveredPx} />
      </div>
    </section>
  );
}

function RecordsHeader() {
  const name = useConsole((state) => state.collection);
  const total = useConsole((state) => state.total);
  const grandTotal = useConsole((state) => state.grandTotal);
  const matching = useConsole((state) => state.matching);
  const refreshView = useConsole((state) => state.refreshView);
  const importFile = useConsole((state) => state.importFile);
  const isTakingFile = useConsole((state) => state.isTakingFile);
  const showsDeleted = useConsole((state) => state.filter.deleted);
  // Deleted records are no part of those that are there.
  const isPart = !showsDeleted && total !== null && grandTotal !== null && total < grandTotal;
  return (
    <header className={styles.header}>
      <h1 id="records-title">{collections[name].label}</h1>
      <p className={styles.count} role="status" aria-label={`${collections[name].label} shown`}>
        {total !== null && formatNumber(total)}
        {isPart && <span className={styles.of}> of {formatNumber(grandTotal)}</span>}
      </p>
      {matching !== null && (
        <Button size="small" variant="ghost" icon="retry" onClick={() => void refreshView()}>
          Refresh: {formatNumber(matching)} by now
        </Button>
      )}
      {(name === 'tickets' || grandTotal !== 0) && (
        <Button icon="upload" disabled={isTakingFile} onClick={() => void importFile()}>
          {isTakingFile ? 'Opening a file…' : name === 'tickets' ? 'Import' : 'Update from file'}
        </Button>
      )}
    </header>
  );
}

function FilterChips() {
  const collection = useConsole((state) => collections[state.collection]);
  const filter = useConsole((state) => state.filter);
  const filterText = useConsole((state) => state.filterText);
  const setFilterText = useConsole((state) => state.setFilterText);
  const chips = describeConditions(filter, collection);
  return (
    <div className={styles.chips}>
      {collection.fields
        .filter(({ isFacet }) => isFacet)
        .map((field) => (
          <FacetMenu key={field.name} field={field} />
        ))}
      {chips.length > 0 && <span className={styles.divider} />}
      {chips.map((chip, index) => (
        <Chip
          // The same words may stand twice.
          key={`${index}/${chip.text}`}
          onRemove={() => setFilterText(rewriteText(filterText, chip.without, collection))}
        >
          {chip.text}
        </Chip>
      ))}
    </div>
  );
}

/** Nothing is lost yet: what was deleted is one filter away. */
function AllDeleted() {
  const { one, many } = useConsole((state) => collections[state.collection]);
  const count = useConsole((state) => state.deletedTotal) ?? 0;
  const setFilterText = useConsole((state) => state.setFilterText);
  return (
    <EmptyState
      icon="trash"
      title={`All ${many} are deleted`}
      actions={
        <Button variant="primary" onClick={() => setFilterText('is:deleted')}>
          Show deleted
        </Button>
      }
    >
      <p>{countOf(count, `deleted ${one}`, `deleted ${many}`)} can be shown and restored.</p>
    </EmptyState>
  );
}

function NoMatch() {
  const { many } = useConsole((state) => collections[state.collection]);
  const setFilterText = useConsole((state) => state.setFilterText);
  return (
    <div className={styles.noMatch}>
      <EmptyState
        icon="search"
        title={`No ${many} match this filter`}
        actions={<Button onClick={() => setFilterText('')}>Show all {many}</Button>}
      />
    </div>
  );
}
