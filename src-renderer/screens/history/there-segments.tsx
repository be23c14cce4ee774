import {
  type DeliveryCounts,
  type DeliveryState,
  deliveryStates,
} from '../../../src-shared/domain/delivery.ts';
import { type Segment, Segments } from '../../components/segments.tsx';
import { deliveryLooks, deliveryTotal } from '../../format/deliveries.ts';
import styles from './items-panel.module.css';

interface ThereSegmentsProps {
  readonly counts: DeliveryCounts;
  /** Null shows everything. */
  readonly selected: DeliveryState | null;
  readonly onSelect: (state: DeliveryState | null) => void;
}

/** The items by what their remotes were told: the states that there are. */
export function ThereSegments({ counts, selected, onSelect }: ThereSegmentsProps) {
  const segments: readonly Segment<DeliveryState | 'all'>[] = [
    { id: 'all', label: 'All', count: deliveryTotal(counts) },
    ...deliveryStates
      .filter((state) => counts[state] > 0 || state === selected)
      .map((id) => ({ id, label: deliveryLooks[id].word, count: counts[id] })),
  ];
  return (
    <div className={styles.there}>
      <span aria-hidden="true">There:</span>
      <Segments
        label="Show what is, there,"
        segments={segments}
        selected={selected ?? 'all'}
        onSelect={(state) => onSelect(state === 'all' ? null : state)}
      />
    </div>
  );
}
