import { formatDuration } from '../../../src-shared/domain/number-words.ts';
import { canRetry, canUndo, type Operation, tookMs } from '../../../src-shared/domain/operation.ts';
import { Button } from '../../components/button.tsx';
import { CountsBar } from '../../components/counts-bar.tsx';
import { Icon } from '../../components/icon.tsx';
import { useNow } from '../../components/use-now.ts';
import { outcomeWords, retryLabel } from '../../format/tallies.ts';
import { formatExact, formatMoment } from '../../format/times.ts';
import { useBridge, useConsole } from '../../state/context.tsx';
import { laterMarksOf } from '../history/operation-marks.ts';
import { ErrorsButton } from './errors-button.tsx';
import styles from './operation-card.module.css';
import { useLead } from './use-lead.ts';

/** What became of an operation. */
export function Ended({ operation }: { readonly operation: Operation }) {
  const { endedAt } = operation;
  const durationMs = tookMs(operation);
  const nowMs = useNow();
  return (
    <>
      <p className={styles.outcome}>
        {operation.delivery && <span className={styles.here}>Applied here </span>}
        {outcomeWords(operation)}
      </p>
      <div className={styles.when}>
        <CountsBar operation={operation} />
        {endedAt !== null && (
          <time title={formatExact(endedAt)}>
            {formatMoment(endedAt, nowMs)}
            {durationMs !== null && ` · ${formatDuration(durationMs)}`}
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

/** What can be done about an operation that has ended. */
export function EndedButtons({ operation }: { readonly operation: Operation }) {
  const undo = useConsole((state) => state.undo);
  const retry = useConsole((state) => state.retry);
  const isLocked = useConsole((state) => state.isPlanning || state.connection !== 'connected');
  const showNotice = useConsole((state) => state.showNotice);
  const canReveal = useConsole((state) => state.info?.host === 'electron');
  const openHistoryAt = useConsole((state) => state.openHistoryAt);
  const lead = useLead();
  const bridge = useBridge();
  const { id } = operation;
  const showsFile = operation.file !== null && canReveal;
  return (
    <footer className={styles.buttons}>
      <ErrorsButton operation={operation} />
      {showsFile && (
        <Button
          size="small"
          icon="folder"
          onClick={() => bridge.request('files.reveal', { operationId: id }).catch(showNotice)}
        >
          Show file
        </Button>
      )}
      {canRetry(operation) && (
        <Button size="small" icon="retry" disabled={isLocked} onClick={() => void retry(id)}>
          {retryLabel(operation)}
        </Button>
      )}
      {canUndo(operation) && (
        <Button size="small" icon="undo" disabled={isLocked} onClick={() => void undo(id)}>
          Undo
        </Button>
      )}
      {laterMarksOf(operation).map(({ text, brief, icon, operationId }) => (
        <Button
          key={text}
          variant="ghost"
          size="small"
          icon={icon}
          title={`${text}: show in history`}
          onClick={() => lead(() => openHistoryAt(operationId))}
        >
          {brief}
        </Button>
      ))}
    </footer>
  );
}
