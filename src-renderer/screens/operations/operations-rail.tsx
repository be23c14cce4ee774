import { useEffect, useRef } from 'react';
import { formatNumber } from '../../../src-shared/domain/number-words.ts';
import { isFinal } from '../../../src-shared/domain/operation.ts';
import { Button } from '../../components/button.tsx';
import { cx } from '../../components/cx.ts';
import { PlanningProgress } from '../../components/planning-progress.tsx';
import { ProgressBar } from '../../components/progress-bar.tsx';
import { formatPercent } from '../../format/numbers.ts';
import { useConsole } from '../../state/context.tsx';
import { railOrder, type TrackedOperation } from '../../state/operations-slice.ts';
import { processedOf } from './card-figures.ts';
import { OperationCard } from './operation-card.tsx';
import styles from './operations-rail.module.css';
import { isRailOver } from './use-lead.ts';

/** What is under way and what has just ended. Folded, it is a strip that still shows how far things are. */
export function OperationsRail() {
  const isOpen = useConsole((state) => state.isRailOpen);
  const setRailOpen = useConsole((state) => state.setRailOpen);
  const operations = useConsole((state) => state.operations);
  const actor = useConsole((state) => state.info?.actor);
  const isPlanning = useConsole((state) => state.isPlanning && state.overlay.kind === 'none');
  const unlisted = useConsole((state) => state.unlisted);
  const dismissEnded = useConsole((state) => state.dismissEnded);
  const isAway = useConsole((state) => state.connection !== 'connected');
  const shown = railOrder(operations, actor);
  const ended = shown.filter(({ operation }) => isFinal(operation.state));
  const rail = useRef<HTMLElement>(null);

  // In a narrow window it lies over the tickets and what can be done to them: who goes on there wants it out of the way.
  useEffect(() => {
    if (!isOpen) return;
    const onElsewhere = ({ target }: Event) => {
      if (!isRailOver() || !(target instanceof Element)) return;
      if (!rail.current?.contains(target) && !target.closest('dialog')) setRailOpen(false);
    };
    document.addEventListener('pointerdown', onElsewhere);
    document.addEventListener('keydown', onElsewhere);
    return () => {
      document.removeEventListener('pointerdown', onElsewhere);
      document.removeEventListener('keydown', onElsewhere);
    };
  }, [isOpen, setRailOpen]);

  return (
    <section
      ref={rail}
      aria-label="Operations"
      data-folded={isOpen ? undefined : ''}
      className={cx(styles.rail, !isOpen && styles.folded)}
    >
      <header className={styles.header}>
        {isOpen && <h2>Operations</h2>}
        {isOpen && shown.length > 0 && (
          <span className={styles.count}>{formatNumber(shown.length + unlisted)}</span>
        )}
        {isOpen && ended.length + unlisted > 1 && (
          <Button variant="ghost" size="small" disabled={isAway} onClick={() => void dismissEnded()}>
            Dismiss ended
          </Button>
        )}
        <Button
          variant="ghost"
          size="small"
          icon={isOpen ? 'chevronRight' : 'chevronLeft'}
          aria-label={isOpen ? 'Fold operations' : 'Open operations'}
          aria-expanded={isOpen}
          onClick={() => setRailOpen(!isOpen)}
        >
          {!isOpen && 'Operations'}
        </Button>
      </header>
      {isOpen ? (
        <div className={styles.cards}>
          {isPlanning && <PlanningProgress />}
          {shown.length === 0 && (
            <p className={styles.note}>Nothing is running. What you start appears here.</p>
          )}
          {shown.map((tracked) => (
            <OperationCard key={tracked.operation.id} tracked={tracked} />
          ))}
          {unlisted > 0 && (
            <p className={styles.note}>
              {formatNumber(unlisted)} more that ended are shown when others are dismissed.
            </p>
          )}
        </div>
      ) : (
        <Strip shown={shown} />
      )}
    </section>
  );
}

function Strip({ shown }: { readonly shown: readonly TrackedOperation[] }) {
  const isConnected = useConsole((state) => state.connection === 'connected');
  return (
    <div className={styles.strip}>
      {shown
        .filter(({ operation }) => !isFinal(operation.state))
        .map((tracked) => {
          const { processed, total } = processedOf(tracked);
          return (
            <div key={tracked.operation.id} className={styles.stripItem} title={tracked.operation.title}>
              <ProgressBar
                label={tracked.operation.title}
                value={processed}
                total={total}
                tone={isConnected && tracked.operation.state === 'in_progress' ? 'info' : 'warning'}
              />
              <span>{formatPercent(processed, total)}</span>
            </div>
          );
        })}
    </div>
  );
}
