import { useEffect, useState } from 'react';
import type { ErrorDto } from '../../../src-shared/contract/errors.ts';
import type { JournalEntry } from '../../../src-shared/contract/operations.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { toErrorDto } from '../../bridge/error-dto.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { SkeletonRows } from '../../components/skeleton.tsx';
import { usePaced } from '../../components/use-paced.ts';
import { useBridge, useConsole } from '../../state/context.tsx';
import { JournalList } from './journal-list.tsx';
import styles from './journal-panel.module.css';
import { journalLines } from './journal-words.ts';
import { throughputOf } from './throughput.ts';
import { ThroughputChart } from './throughput-chart.tsx';

/** It is read again at most this often while its operation moves on. */
const readAgainMs = 2_000;

/** What was written down about an operation, oldest first, with what is added while one looks. */
export function JournalPanel({ operation }: { readonly operation: Operation }) {
  const { id } = operation;
  const bridge = useBridge();
  const moved = usePaced(operation, readAgainMs);
  const connection = useConsole((state) => state.connection);
  const report = useConsole((state) => state.report.status);
  const [entries, setEntries] = useState<readonly JournalEntry[] | null>(null);
  const [error, setError] = useState<ErrorDto | null>(null);

  useEffect(() => {
    if (connection !== 'connected') return;
    let isWanted = true;
    bridge.request('operations.journal', { id }).then(
      (answer) => {
        if (!isWanted) return;
        setEntries(answer.entries);
        setError(null);
      },
      (reason: unknown) => isWanted && setError(toErrorDto(reason)),
    );
    return () => {
      isWanted = false;
    };
    // What moves an operation on is written down, and who signs off a report on it, which no event tells of.
  }, [bridge, id, moved, report, connection]);

  if (error) return <ErrorNotice error={error} />;
  if (!entries) return <SkeletonRows rows={4} />;
  if (entries.length === 0) return <EmptyState title="Nothing was written down yet" />;
  const throughput = throughputOf(entries);
  return (
    <div className={styles.journal}>
      {throughput && <ThroughputChart throughput={throughput} />}
      <JournalList lines={journalLines(entries, operation.actor)} />
    </div>
  );
}
