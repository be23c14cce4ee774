import { memo } from 'react';
import { formatNumber } from '../../../src-shared/domain/number-words.ts';
import { isFinal, type Operation } from '../../../src-shared/domain/operation.ts';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { OperationStatusBadge } from '../../components/status-badge.tsx';
import { StopNotice } from '../../components/stop-notice.tsx';
import { reasonWords } from '../../format/tallies.ts';
import { useConsole } from '../../state/context.tsx';
import type { TrackedOperation } from '../../state/operations-slice.ts';
import { Ended, EndedButtons } from './ended.tsx';
import styles from './operation-card.module.css';
import { There } from './there.tsx';
import { RunButtons, UnderWay } from './under-way.tsx';
import { useHoldUp } from './use-hold-up.ts';
import { useLead } from './use-lead.ts';

/** One operation: how far it is and what can be done about it. */
export const OperationCard = memo(function OperationCard({
  tracked,
}: {
  readonly tracked: TrackedOperation;
}) {
  const { operation, progress } = tracked;
  const holdUp = useHoldUp(operation, progress);
  const openHistoryAt = useConsole((state) => state.openHistoryAt);
  const lead = useLead();
  const command = useConsole((state) => state.command);
  const isAway = useConsole((state) => state.connection !== 'connected');
  const hasEnded = isFinal(operation.state);
  const isOwn = useConsole((state) => state.info?.actor === operation.actor);
  return (
    <article className={styles.card} aria-label={operation.title} data-state={operation.state}>
      <header className={styles.header}>
        <button
          type="button"
          role="link"
          className={styles.title}
          title="Show in history"
          onClick={() => lead(() => openHistoryAt(operation.id))}
        >
          {operation.title}
        </button>
        <OperationStatusBadge operation={operation} isHeldUp={holdUp !== null} />
        {hasEnded && (
          <Button
            variant="ghost"
            size="small"
            icon="close"
            aria-label="Dismiss"
            className={styles.dismiss}
            disabled={isAway}
            onClick={() => void command(operation.id, 'dismiss')}
          />
        )}
      </header>
      {!isOwn && (
        <p className={styles.who} dir="auto">
          {operation.actor}
        </p>
      )}
      {hasEnded ? <Ended operation={operation} /> : <UnderWay tracked={tracked} />}
      <There operation={operation} holdUp={holdUp} />
      <FailureList operation={operation} />
      <StopNotice stoppedBy={operation.stoppedBy} />
      {hasEnded ? <EndedButtons operation={operation} /> : <RunButtons operation={operation} />}
    </article>
  );
});

/** Errors by kind, so that one knows what they are before opening anything. */
function FailureList({ operation }: { readonly operation: Operation }) {
  const failures = operation.tallies.filter(
    ({ state, count }) => (state === 'failed' || state === 'unknown') && count > 0,
  );
  if (failures.length === 0) return null;
  return (
    <ul className={styles.failures}>
      {failures.map(({ state, reason, count }) => (
        <li key={`${state}/${reason}`}>
          <Icon name="error" size={12} />
          {formatNumber(count)} {state === 'unknown' ? 'unknown' : 'not changed'}: {reasonWords(reason)}
        </li>
      ))}
    </ul>
  );
}
