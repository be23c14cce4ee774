import { memo, useState } from 'react';
import {
  allows,
  canRetry,
  canUndo,
  countsOf,
  isFinal,
  type Operation,
} from '../../../src-shared/domain/operation.ts';
import { Button } from '../../components/button.tsx';
import { CountsBar } from '../../components/counts-bar.tsx';
import { Icon } from '../../components/icon.tsx';
import { ProgressBar } from '../../components/progress-bar.tsx';
import { OperationStatusBadge } from '../../components/status-badge.tsx';
import { formatNumber, formatPercent, formatRate } from '../../format/numbers.ts';
import { outcomeWords, reasonWords } from '../../format/tallies.ts';
import { formatClock, formatCountdown, formatDuration, formatExact } from '../../format/times.ts';
import { useBridge, useConsole } from '../../state/context.tsx';
import type { TrackedOperation } from '../../state/operations-slice.ts';
import { CancelDialog } from './cancel-dialog.tsx';
import { processedOf } from './card-figures.ts';
import styles from './operation-card.module.css';

/** One operation: how far it is and what can be done about it. */
export const OperationCard = memo(function OperationCard({
  tracked,
}: {
  readonly tracked: TrackedOperation;
}) {
  const { operation } = tracked;
  const openHistoryAt = useConsole((state) => state.openHistoryAt);
  return (
    <article className={styles.card} aria-label={operation.title} data-state={operation.state}>
      <header className={styles.header}>
        <button
          type="button"
          role="link"
          className={styles.title}
          title="Show in history"
          onClick={() => openHistoryAt(operation.id)}
        >
          {operation.title}
        </button>
        <OperationStatusBadge operation={operation} />
      </header>
      {isFinal(operation.state) ? <Ended operation={operation} /> : <UnderWay tracked={tracked} />}
      <FailureList operation={operation} />
      {operation.stoppedBy && (
        <p className={styles.stopped}>
          <Icon name="warning" />
          <span>{operation.stoppedBy.message}</span>
        </p>
      )}
      {isFinal(operation.state) ? (
        <EndedButtons operation={operation} />
      ) : (
        <RunButtons operation={operation} />
      )}
    </article>
  );
});

function UnderWay({ tracked }: { readonly tracked: TrackedOperation }) {
  const { operation, progress } = tracked;
  const { processed, total } = processedOf(tracked);
  const isConnected = useConsole((state) => state.connection === 'connected');
  const isMoving = operation.state === 'in_progress' && !operation.isCancelling && isConnected;
  const failed = countsOf(operation.tallies).failed;
  return (
    <>
      <div className={styles.figures}>
        <span>
          {formatNumber(processed)} / {formatNumber(total)}
        </span>
        <strong>{formatPercent(processed, total)}</strong>
      </div>
      <ProgressBar
        label={operation.title}
        value={processed}
        total={total}
        tone={isMoving ? 'info' : 'warning'}
      />
      <div className={styles.pace}>
        <span>
          {isMoving && progress && progress.ratePerSecond > 0 ? formatRate(progress.ratePerSecond) : ' '}
        </span>
        <span>{failed > 0 ? `${formatNumber(failed)} failed` : '0 failed'}</span>
        <span>{isMoving && progress?.etaMs != null ? `${formatCountdown(progress.etaMs)} left` : ' '}</span>
      </div>
    </>
  );
}

function Ended({ operation }: { readonly operation: Operation }) {
  const { startedAt, endedAt } = operation;
  const counts = countsOf(operation.tallies);
  return (
    <>
      <p className={styles.outcome}>{outcomeWords(operation)}</p>
      <div className={styles.when}>
        <CountsBar counts={counts} />
        {endedAt !== null && (
          <time title={formatExact(endedAt)}>
            {formatClock(endedAt)}
            {startedAt !== null && ` · ${formatDuration(endedAt - startedAt)}`}
          </time>
        )}
      </div>
      {operation.file && (
        <p className={styles.file}>
          <Icon name="file" />
          <span>{operation.file.path}</span>
        </p>
      )}
    </>
  );
}

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

function RunButtons({ operation }: { readonly operation: Operation }) {
  const command = useConsole((state) => state.command);
  const [isAsking, setAsking] = useState(false);
  const { id, state, isCancelling } = operation;
  return (
    <footer className={styles.buttons}>
      {allows(state, 'pause') && (
        <Button size="small" icon="pause" disabled={isCancelling} onClick={() => void command(id, 'pause')}>
          Pause
        </Button>
      )}
      {allows(state, 'resume') && (
        <Button
          size="small"
          variant="primary"
          icon="play"
          disabled={isCancelling}
          onClick={() => void command(id, 'resume')}
        >
          Resume
        </Button>
      )}
      <Button size="small" icon="stop" disabled={isCancelling} onClick={() => setAsking(true)}>
        Cancel operation
      </Button>
      {isAsking && <CancelDialog id={id} onClose={() => setAsking(false)} />}
    </footer>
  );
}

function EndedButtons({ operation }: { readonly operation: Operation }) {
  const command = useConsole((state) => state.command);
  const undo = useConsole((state) => state.undo);
  const retry = useConsole((state) => state.retry);
  const isPlanning = useConsole((state) => state.isPlanning);
  const showNotice = useConsole((state) => state.showNotice);
  const canReveal = useConsole((state) => state.info?.host === 'electron');
  const bridge = useBridge();
  const { id } = operation;
  const counts = countsOf(operation.tallies);
  return (
    <footer className={styles.buttons}>
      {operation.file && canReveal && (
        <Button
          size="small"
          icon="folder"
          onClick={() => bridge.request('files.reveal', { operationId: id }).catch(showNotice)}
        >
          Show file
        </Button>
      )}
      {canRetry(operation) && (
        <Button size="small" icon="retry" disabled={isPlanning} onClick={() => void retry(id)}>
          {counts.failed > 0 ? 'Retry failed' : 'Retry remaining'}
        </Button>
      )}
      {canUndo(operation) && (
        <Button size="small" icon="undo" disabled={isPlanning} onClick={() => void undo(id)}>
          Undo
        </Button>
      )}
      {operation.undoneBy !== null && <span className={styles.undone}>Undone</span>}
      <Button
        size="small"
        variant="ghost"
        className={styles.dismiss}
        onClick={() => void command(id, 'dismiss')}
      >
        Dismiss
      </Button>
    </footer>
  );
}
