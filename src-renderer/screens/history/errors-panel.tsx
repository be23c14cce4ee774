import type { Collection } from '../../../src-shared/collections/field.ts';
import { countOf } from '../../../src-shared/domain/number-words.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { DeliveryBadge, ItemStatusBadge } from '../../components/status-badge.tsx';
import type { ErrorGroup } from './error-groups.ts';
import styles from './errors-panel.module.css';
import type { ItemsFilter } from './items-panel.tsx';
import type { ThereGroup } from './there-groups.ts';

interface ErrorsPanelProps {
  readonly collection: Collection;
  readonly groups: readonly ErrorGroup[];
  /** What was done here and not confirmed there. */
  readonly there: readonly ThereGroup[];
  /** Null where no records are listed. */
  readonly onShow: ((filter: ItemsFilter) => void) | null;
}

/** What was not changed, by reason: how many, why, what to do, and a way to the records. */
export function ErrorsPanel({ collection: { one, many }, groups, there, onShow }: ErrorsPanelProps) {
  if (groups.length + there.length === 0) {
    return (
      <EmptyState icon="done" title="Nothing was left out">
        No {one} failed or was skipped.
      </EmptyState>
    );
  }
  return (
    <ul className={styles.groups}>
      {groups.map((group) => (
        <li key={`${group.state}:${group.reason}`} className={styles.group}>
          <ItemStatusBadge state={group.state} />
          <div className={styles.words}>
            <p className={styles.reason}>
              {countOf(group.count, one, many)}: {group.words.charAt(0).toLowerCase() + group.words.slice(1)}
            </p>
            <p className={styles.remedy}>{group.remedy}</p>
          </div>
          {onShow && (
            <Button size="small" onClick={() => onShow({ state: stateOf(group), reason: group.reason })}>
              Show {many}
            </Button>
          )}
        </li>
      ))}
      {there.map(({ state, code, count, words, remedy }) => (
        <li key={`there:${state}/${code}`} className={styles.group}>
          <DeliveryBadge delivery={{ state, code }} />
          <div className={styles.words}>
            <p className={styles.reason}>
              {countOf(count, one, many)}: {words}
            </p>
            <p className={styles.remedy}>{remedy}</p>
          </div>
          {onShow && (
            <Button size="small" onClick={() => onShow({ state: 'all', reason: null, delivery: state })}>
              Show {many}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}

function stateOf({ state }: ErrorGroup): ItemsFilter['state'] {
  return state === 'failed' || state === 'skipped' || state === 'cancelled' || state === 'unknown'
    ? state
    : 'all';
}
