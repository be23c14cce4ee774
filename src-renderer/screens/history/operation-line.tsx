import { type KeyboardEvent, useEffect, useRef } from 'react';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { Badge } from '../../components/badge.tsx';
import { CountsBar } from '../../components/counts-bar.tsx';
import { OperationStatusBadge } from '../../components/status-badge.tsx';
import { outcomeWords } from '../../format/tallies.ts';
import { formatClock, formatExact } from '../../format/times.ts';
import { momentOf } from './day-groups.ts';
import styles from './operation-line.module.css';
import { marksOf } from './operation-marks.ts';

interface OperationLineProps {
  readonly operation: Operation;
  readonly isSelected: boolean;
  readonly onSelect: () => void;
  readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
}

/** One operation of the history: when, what, who, what came of it, and whether it was taken back. */
export function OperationLine({ operation, isSelected, onSelect, onKeyDown }: OperationLineProps) {
  const at = momentOf(operation);
  const line = useRef<HTMLButtonElement>(null);
  // Its details make the list narrower and each line taller, which takes it elsewhere.
  useEffect(() => {
    if (isSelected) line.current?.scrollIntoView({ block: 'nearest' });
  }, [isSelected]);
  return (
    <button
      ref={line}
      type="button"
      className={styles.line}
      aria-current={isSelected ? 'true' : undefined}
      onClick={onSelect}
      onKeyDown={onKeyDown}
    >
      <time className={styles.time} dateTime={new Date(at).toISOString()} title={formatExact(at)}>
        {formatClock(at)}
      </time>
      <span className={styles.title} title={operation.title} dir="auto">
        {operation.title}
      </span>
      <span className={styles.meta}>
        <span className={styles.who} title={operation.actor} dir="auto">
          {operation.actor}
        </span>
        {operation.state !== 'completed' && <OperationStatusBadge operation={operation} />}
        {operation.isPinned && <Badge icon="pin">Pinned</Badge>}
        {marksOf(operation).map((mark) => (
          <Badge key={mark.text} icon={mark.icon}>
            {mark.brief}
          </Badge>
        ))}
        <span className={styles.outcome} aria-hidden="true">
          {outcomeWords(operation)}
        </span>
      </span>
      <CountsBar operation={operation} />
    </button>
  );
}
