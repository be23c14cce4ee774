import { useEffect, useState } from 'react';
import type { ErrorDto } from '../../../src-shared/contract/errors.ts';
import type { ActionStatistics } from '../../../src-shared/contract/history.ts';
import { toErrorDto } from '../../bridge/error-dto.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { Segments } from '../../components/segments.tsx';
import { SkeletonRows } from '../../components/skeleton.tsx';
import { usePaced } from '../../components/use-paced.ts';
import { useBridge, useConsole } from '../../state/context.tsx';
import { StatisticsTable } from './statistics-table.tsx';
import styles from './statistics-view.module.css';

const dayMs = 24 * 3_600_000;
const ranges = [
  { id: 'week', label: 'Last 7 days', ms: 7 * dayMs },
  { id: 'month', label: 'Last 30 days', ms: 30 * dayMs },
  { id: 'quarter', label: 'Last 90 days', ms: 90 * dayMs },
  { id: 'all', label: 'All time', ms: null },
] as const;
type Range = (typeof ranges)[number]['id'];

/** How each kind of edit has gone over some time. */
export function StatisticsView() {
  const [range, setRange] = useState<Range>('month');
  const { actions, error } = useStatistics(range);
  return (
    <div className={styles.view}>
      <Segments label="Operations that ended in" segments={ranges} selected={range} onSelect={setRange} />
      {error && <ErrorNotice error={error} />}
      {!error && !actions && <SkeletonRows rows={6} />}
      {actions?.length === 0 && (
        <EmptyState
          icon="chart"
          title="No operation ended in this time"
          actions={range !== 'all' && <Button onClick={() => setRange('all')}>Show all time</Button>}
        >
          Choose another time, or start an operation.
        </EmptyState>
      )}
      {actions && actions.length > 0 && <StatisticsTable actions={actions} />}
    </div>
  );
}

interface Answer {
  readonly range: Range | null;
  readonly actions: readonly ActionStatistics[] | null;
  readonly error: ErrorDto | null;
}

/** The figures are read again at most this often while operations end. */
const readEveryMs = 2_000;

/** Read for each range, and again whenever an operation has ended. */
function useStatistics(range: Range): Omit<Answer, 'range'> {
  const bridge = useBridge();
  const endedAt = useConsole((state) =>
    Math.max(0, ...[...state.operations.values()].map(({ operation }) => operation.endedAt ?? 0)),
  );
  const connection = useConsole((state) => state.connection);
  const ended = usePaced(endedAt, readEveryMs);
  const [answer, setAnswer] = useState<Answer>({ range: null, actions: null, error: null });

  useEffect(() => {
    if (connection !== 'connected') return;
    let isWanted = true;
    const ms = ranges.find(({ id }) => id === range)?.ms ?? null;
    bridge.request('history.statistics', { since: ms === null ? null : Date.now() - ms }).then(
      ({ actions }) => isWanted && setAnswer({ range, actions, error: null }),
      (reason: unknown) => isWanted && setAnswer({ range, actions: null, error: toErrorDto(reason) }),
    );
    return () => {
      isWanted = false;
    };
    // A further end changes the figures.
  }, [bridge, range, ended, connection]);

  return answer.range === range ? answer : { actions: null, error: null };
}
