import { useState } from 'react';
import { collectionOf } from '../../../src-shared/collections/index.ts';
import { countOf, formatNumber } from '../../../src-shared/domain/number-words.ts';
import { allows, countsOf, isEnding, type Operation } from '../../../src-shared/domain/operation.ts';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { ProgressBar } from '../../components/progress-bar.tsx';
import { useNow } from '../../components/use-now.ts';
import { formatPercent, formatRate } from '../../format/numbers.ts';
import { formatClockLength, formatExact } from '../../format/times.ts';
import { waitingWords } from '../../format/waiting-words.ts';
import { useConsole } from '../../state/context.tsx';
import type { TrackedOperation } from '../../state/operations-slice.ts';
import { useAttempt } from '../../state/use-attempt.ts';
import { CancelDialog } from './cancel-dialog.tsx';
import { appliedOf, processedOf } from './card-figures.ts';
import { ErrorsButton } from './errors-button.tsx';
import styles from './operation-card.module.css';

/** How far an operation is; before it begins, when it will. */
export function UnderWay({ tracked }: { readonly tracked: TrackedOperation }) {
  const { operation, progress } = tracked;
  const { processed, total } = operation.delivery ? appliedOf(operation) : processedOf(tracked);
  const isConnected = useConsole((state) => state.connection === 'connected');
  const isMoving = operation.state === 'in_progress' && !operation.isCancelling && isConnected;
  const failed = countsOf(operation.tallies).failed;
  if (operation.state === 'pending' && processed === 0) {
    return <Waiting operation={operation} total={total} />;
  }
  // What is done here needs no more than a line; the rest is told of below.
  if (operation.delivery && processed === total && failed === 0) {
    return (
      <p className={styles.outcome}>
        <span className={styles.here}>Applied here </span>
        {formatNumber(processed)} / {formatNumber(total)}
      </p>
    );
  }
  return (
    <>
      <div className={styles.figures}>
        <span>
          {operation.delivery && <span className={styles.here}>Applied here </span>}
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
        <span>{isMoving && progress?.etaMs != null ? `${formatClockLength(progress.etaMs)} left` : ' '}</span>
      </div>
    </>
  );
}

function Waiting({ operation, total }: { readonly operation: Operation; readonly total: number }) {
  const nowMs = useNow();
  const { startAt } = operation.options;
  const { one, many } = collectionOf(operation.collection);
  return (
    <p className={styles.waiting} title={startAt === null ? undefined : formatExact(startAt)}>
      <Icon name="clock" />
      <span>
        {waitingWords(operation, nowMs)} · {countOf(total, one, many)}
      </span>
    </p>
  );
}

/** What can be done about an operation that has not ended. */
export function RunButtons({ operation }: { readonly operation: Operation }) {
  const command = useConsole((state) => state.command);
  const isAway = useConsole((state) => state.connection !== 'connected');
  const [isAsking, setAsking] = useState(false);
  const { isBusy, attempt } = useAttempt();
  const { id, state } = operation;
  const isLocked = isAway || isEnding(operation);
  return (
    <footer className={styles.buttons}>
      {allows(state, 'pause') && (
        <Button
          size="small"
          icon="pause"
          disabled={isLocked || isBusy}
          onClick={() => void attempt(() => command(id, 'pause'))}
        >
          {isBusy ? 'Pausing…' : 'Pause'}
        </Button>
      )}
      {allows(state, 'resume') && (
        <Button
          size="small"
          variant="primary"
          icon="play"
          disabled={isLocked || isBusy}
          onClick={() => void attempt(() => command(id, 'resume'))}
        >
          Resume
        </Button>
      )}
      <Button size="small" icon="stop" disabled={isLocked} onClick={() => setAsking(true)}>
        Cancel operation
      </Button>
      <ErrorsButton operation={operation} />
      {isAsking && <CancelDialog id={id} onClose={() => setAsking(false)} />}
    </footer>
  );
}
