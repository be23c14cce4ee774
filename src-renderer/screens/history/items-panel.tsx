import { useEffect, useState } from 'react';
import { CollectionName, collectionOf } from '../../../src-shared/collections/index.ts';
import type { DeliveryState } from '../../../src-shared/domain/delivery.ts';
import type { Item, Reason } from '../../../src-shared/domain/item.ts';
import { reasons } from '../../../src-shared/domain/item.ts';
import {
  canSettleUnknown,
  canUndo,
  countsOf,
  isFinal,
  type Operation,
} from '../../../src-shared/domain/operation.ts';
import { Button } from '../../components/button.tsx';
import { Chip } from '../../components/chip.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { type Segment, Segments } from '../../components/segments.tsx';
import { usePager } from '../../components/use-pager.ts';
import { useBridge, useConsole } from '../../state/context.tsx';
import { ChosenItems } from './chosen-items.tsx';
import styles from './items-panel.module.css';
import { ItemsTable } from './items-table.tsx';
import { ThereSegments } from './there-segments.tsx';

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
  /** What the remotes were told; everything without it. */
  readonly delivery?: DeliveryState | null | undefined;
}

interface ItemsPanelProps {
  readonly operation: Operation;
  readonly filter: ItemsFilter;
  readonly onFilter: (filter: ItemsFilter) => void;
}

const none: ReadonlySet<number> = new Set();

/** The records of an operation, by what became of them. While it can be undone, single ones can be chosen for it. */
export function ItemsPanel(props: ItemsPanelProps) {
  const { action, collection, file, isCleaned } = props.operation;
  const { one, many } = collectionOf(collection);
  if (action === 'export') {
    return (
      <EmptyState icon="file" title={`An export keeps no list of its ${many}`}>
        {file ? 'They were written to its file.' : 'It wrote no file.'}
      </EmptyState>
    );
  }
  if (!isCleaned) return <KeptItems {...props} />;
  return (
    <EmptyState icon="history" title={`Its ${many} are no longer listed`}>
      Retention removed what was kept of each {one}, so this operation can be read about, but not undone or
      tried again. How many {many} it changed and its journal are kept.
    </EmptyState>
  );
}

function KeptItems({ operation, filter, onFilter }: ItemsPanelProps) {
  const bridge = useBridge();
  const isOver = isFinal(operation.state);
  const isUndoOver = useConsole(({ operations }) =>
    isFinal(operations.get(operation.undoneBy ?? 0)?.operation.state ?? 'completed'),
  );
  const [chosen, setChosen] = useState(none);
  // What was chosen has been undone or settled, or stands no longer in sight.
  useEffect(() => setChosen(none), [operation.undoneBy, operation.delivery?.unknown, filter]);
  const { pages, more, refresh } = usePager<Item>({
    // Once it is over, was undone, or a conflict was decided, what was read before is old.
    key: `${operation.id} ${filter.state} ${filter.reason} ${filter.delivery} ${isOver} ${operation.undecided} ${operation.undone} ${isUndoOver}`,
    idOf: (item) => item.seq,
    load: async (last) => {
      const { items, hasMore } = await bridge.request('operations.items', {
        id: operation.id,
        states: [...filters[filter.state].states],
        reasons: filter.reason === null ? [] : [filter.reason],
        deliveries: filter.delivery ? [filter.delivery] : [],
        after: last?.seq ?? 0,
        limit: 200,
      });
      return { rows: items, hasMore };
    },
  });

  const isUnknown = filter.delivery === 'unknown' && canSettleUnknown(operation);
  const canChoose = isUnknown || canUndo(operation);

  return (
    <div className={styles.panel}>
      <div className={styles.bar}>
        <Segments
          label={`Show ${collectionOf(operation.collection).many} that are`}
          segments={segmentsOf(operation)}
          selected={filter.state}
          onSelect={(state) => onFilter({ state, reason: null })}
        />
        {operation.delivery && (
          <ThereSegments
            counts={operation.delivery}
            selected={filter.delivery ?? null}
            onSelect={(delivery) => onFilter({ state: 'all', reason: null, delivery })}
          />
        )}
        {filter.reason !== null && (
          <Chip onRemove={() => onFilter({ ...filter, reason: null })}>{reasons[filter.reason]}</Chip>
        )}
        {!isOver && (
          <Button variant="ghost" size="small" icon="refresh" onClick={refresh}>
            Refresh
          </Button>
        )}
      </div>
      <ItemsTable
        collection={CollectionName.parse(operation.collection)}
        pages={pages}
        onMore={more}
        isTold={operation.delivery !== null}
        choice={canChoose ? { chosen, onChange: setChosen } : null}
      />
      <ChosenItems
        operation={operation}
        chosen={canChoose ? chosen : none}
        isUnknown={isUnknown}
        onClear={() => setChosen(none)}
      />
    </div>
  );
}

function segmentsOf(operation: Operation): readonly Segment<ItemsFilter['state']>[] {
  const counts = countsOf(operation.tallies);
  return (Object.keys(filters) as ItemsFilter['state'][])
    .filter((state) => state !== 'unknown' || counts.unknown > 0)
    .map((id) => ({ id, label: filters[id].label, count: id === 'all' ? counts.total : counts[id] }));
}
