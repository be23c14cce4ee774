import type { Item, Reason } from '../../../src-shared/domain/item.ts';
import { reasons } from '../../../src-shared/domain/item.ts';
import { countsOf, isFinal, type Operation } from '../../../src-shared/domain/operation.ts';
import { Button } from '../../components/button.tsx';
import { Chip } from '../../components/chip.tsx';
import { formatNumber } from '../../format/numbers.ts';
import { useBridge } from '../../state/context.tsx';
import styles from './items-panel.module.css';
import { ItemsTable } from './items-table.tsx';
import { usePager } from './use-pager.ts';

const filters = {
  all: { label: 'All', states: [] },
  done: { label: 'Done', states: ['done'] },
  skipped: { label: 'Skipped', states: ['skipped'] },
  failed: { label: 'Failed', states: ['failed'] },
  unknown: { label: 'Unknown', states: ['unknown'] },
  cancelled: { label: 'Cancelled', states: ['cancelled'] },
} as const satisfies Record<string, { label: string; states: readonly Item['state'][] }>;

export interface ItemsFilter {
  readonly state: keyof typeof filters;
  readonly reason: Reason | null;
}

interface ItemsPanelProps {
  readonly operation: Operation;
  readonly filter: ItemsFilter;
  readonly onFilter: (filter: ItemsFilter) => void;
}

/** The tickets of an operation, by what became of them. */
export function ItemsPanel({ operation, filter, onFilter }: ItemsPanelProps) {
  const bridge = useBridge();
  const isOver = isFinal(operation.state);
  const { pages, more, refresh } = usePager<Item>({
    // Once it is over, what was read while it ran is old.
    key: `${operation.id} ${filter.state} ${filter.reason} ${isOver}`,
    idOf: (item) => item.seq,
    load: async (last) => {
      const { items, hasMore } = await bridge.request('operations.items', {
        id: operation.id,
        states: [...filters[filter.state].states],
        reasons: filter.reason === null ? [] : [filter.reason],
        after: last?.seq ?? 0,
        limit: 200,
      });
      return { rows: items, hasMore };
    },
  });

  return (
    <div className={styles.panel}>
      <div className={styles.bar}>
        <StateChoices operation={operation} filter={filter} onFilter={onFilter} />
        {filter.reason !== null && (
          <Chip onRemove={() => onFilter({ ...filter, reason: null })}>{reasons[filter.reason]}</Chip>
        )}
        {!isOver && (
          <Button variant="ghost" size="small" icon="refresh" onClick={refresh}>
            Refresh
          </Button>
        )}
      </div>
      <ItemsTable pages={pages} onMore={more} />
    </div>
  );
}

function StateChoices({ operation, filter, onFilter }: ItemsPanelProps) {
  const counts = countsOf(operation.tallies);
  const choices = (Object.keys(filters) as ItemsFilter['state'][]).filter(
    (state) => state !== 'unknown' || counts.unknown > 0,
  );
  return (
    <fieldset className={styles.choices}>
      <legend className="visually-hidden">Show tickets that are</legend>
      {choices.map((state) => (
        <button
          key={state}
          type="button"
          aria-pressed={filter.state === state}
          className={styles.choice}
          onClick={() => onFilter({ state, reason: null })}
        >
          {filters[state].label}{' '}
          <span className={styles.count}>{formatNumber(state === 'all' ? counts.total : counts[state])}</span>
        </button>
      ))}
    </fieldset>
  );
}
