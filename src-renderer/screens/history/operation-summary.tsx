import type { ReactNode } from 'react';
import { countOf, formatDuration } from '../../../src-shared/domain/number-words.ts';
import { isFinal, type Operation, type Progress, tookMs } from '../../../src-shared/domain/operation.ts';
import { Badge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { CountsBar } from '../../components/counts-bar.tsx';
import { OperationStatusBadge } from '../../components/status-badge.tsx';
import { StopNotice } from '../../components/stop-notice.tsx';
import { useNow } from '../../components/use-now.ts';
import { formatBytes, formatRate } from '../../format/numbers.ts';
import { runOptionWords } from '../../format/run-options.ts';
import { undoneWords } from '../../format/tallies.ts';
import { formatExact } from '../../format/times.ts';
import { waitingWords } from '../../format/waiting-words.ts';
import { useBridge, useConsole } from '../../state/context.tsx';
import { There } from '../operations/there.tsx';
import { useHoldUp } from '../operations/use-hold-up.ts';
import { meanRate } from './error-groups.ts';
import { marksOf } from './operation-marks.ts';
import styles from './operation-summary.module.css';
import { summarySentences } from './summary-words.ts';

interface OperationSummaryProps {
  readonly operation: Operation;
  readonly progress: Progress | null;
}

/** The state in words, and the facts: who, when, how long, how fast, which file, and what it belongs to. */
export function OperationSummary({ operation, progress }: OperationSummaryProps) {
  const openHistoryAt = useConsole((state) => state.openHistoryAt);
  const nowMs = useNow();
  const holdUp = useHoldUp(operation, progress);
  const marks = marksOf(operation);
  const undone = undoneWords(operation);
  const runWords = runOptionWords(operation.options, nowMs);
  return (
    <div className={styles.summary}>
      <div className={styles.outcome}>
        <OperationStatusBadge operation={operation} isHeldUp={holdUp !== null} />
        <CountsBar operation={operation} />
        {undone !== null && <Badge icon="undo">{undone}</Badge>}
        {operation.isPinned && <Badge icon="pin">Pinned</Badge>}
        {operation.isCleaned && <Badge icon="history">Items removed by retention</Badge>}
      </div>
      <p className={styles.sentences}>{summarySentences(operation).join(' ')}</p>
      <StopNotice stoppedBy={operation.stoppedBy} />
      {operation.delivery && (
        <div className={styles.there}>
          <There operation={operation} holdUp={holdUp} />
        </div>
      )}
      <dl className={styles.facts}>
        <Fact term="Operation">#{operation.id}</Fact>
        <Fact term="Started by">{operation.actor}</Fact>
        <Fact term="Started">
          {operation.startedAt === null ? 'not yet' : formatExact(operation.startedAt)}
        </Fact>
        <Fact term="Ended">{operation.endedAt === null ? 'not yet' : formatExact(operation.endedAt)}</Fact>
        {operation.state === 'pending' && <Fact term="Waiting">{waitingWords(operation, nowMs)}</Fact>}
        {runWords.length > 0 && <Fact term="Run options">{runWords.join(' · ')}</Fact>}
        <Timing operation={operation} progress={progress} />
        {operation.details.map(({ label, value }) => (
          <Fact key={label} term={label}>
            <span className={styles.detail} dir="auto">
              {value}
            </span>
          </Fact>
        ))}
        {!operation.forecast.reversible && <Fact term="Undo">This cannot be undone.</Fact>}
        {operation.file && <WrittenFile operation={operation} />}
        {marks.length > 0 && (
          <Fact term="Belongs to">
            {marks.map((mark) => (
              <Button
                key={mark.text}
                variant="ghost"
                size="small"
                icon={mark.icon}
                onClick={() => openHistoryAt(mark.operationId)}
              >
                {mark.text}
              </Button>
            ))}
          </Fact>
        )}
      </dl>
    </div>
  );
}

function Timing({ operation, progress }: OperationSummaryProps) {
  const rate = isFinal(operation.state) ? meanRate(operation) : (progress?.ratePerSecond ?? null);
  const durationMs = tookMs(operation);
  return (
    <>
      {durationMs !== null && <Fact term="Took">{formatDuration(durationMs)}</Fact>}
      {rate !== null && <Fact term="Rate">{formatRate(rate)}</Fact>}
    </>
  );
}

function WrittenFile({ operation }: { readonly operation: Operation }) {
  const bridge = useBridge();
  const hasFileManager = useConsole((state) => state.info?.host === 'electron');
  const showNotice = useConsole((state) => state.showNotice);
  const { file } = operation;
  if (!file) return null;
  const reveal = () => bridge.request('files.reveal', { operationId: operation.id }).catch(showNotice);
  return (
    <Fact term="File written">
      <span className={styles.path} title={file.path}>
        {file.path}
      </span>
      <span className={styles.size}>
        {countOf(file.rows, 'row', 'rows')}, {formatBytes(file.bytes)}
      </span>
      {hasFileManager && (
        <Button size="small" icon="folder" onClick={() => void reveal()}>
          Reveal
        </Button>
      )}
    </Fact>
  );
}

function Fact({ term, children }: { readonly term: string; readonly children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt>{term}</dt>
      <dd dir="auto">{children}</dd>
    </div>
  );
}
