import { useState } from 'react';
import { deliveryOpen } from '../../../src-shared/domain/delivery.ts';
import { formatNumber } from '../../../src-shared/domain/number-words.ts';
import { canSettleUnknown, type Operation } from '../../../src-shared/domain/operation.ts';
import { Button } from '../../components/button.tsx';
import { Countdown } from '../../components/countdown.tsx';
import { Icon } from '../../components/icon.tsx';
import { ProgressBar } from '../../components/progress-bar.tsx';
import { deliveryTotal, notConfirmedWords } from '../../format/deliveries.ts';
import type { HoldUp } from '../../format/hold-up.ts';
import { useConsole } from '../../state/context.tsx';
import styles from './there.module.css';
import { UnknownDialog } from './unknown-dialog.tsx';
import { useLead } from './use-lead.ts';

interface ThereProps {
  readonly operation: Operation;
  /** Why nothing is sent at present. */
  readonly holdUp: HoldUp | null;
}

/** The second fact about an operation: how far the remotes that its records belong to confirmed it, and what it waits for. */
export function There({ operation, holdUp }: ThereProps) {
  const { delivery, undecided } = operation;
  if (!delivery) return null;
  const open = deliveryOpen(delivery);
  const total = deliveryTotal(delivery);
  const rest = notConfirmedWords(delivery, undecided);
  return (
    <div role="group" aria-label="Confirmed there" className={styles.there}>
      <div className={styles.line}>
        <span className={styles.label}>Confirmed there</span>
        <span>
          {formatNumber(delivery.confirmed)} / {formatNumber(total)}
        </span>
      </div>
      {open > 0 && (
        <ProgressBar
          label={`${operation.title}, confirmed there`}
          value={delivery.confirmed}
          total={total}
          tone={delivery.sending + delivery.checking > 0 ? 'info' : 'warning'}
        />
      )}
      {rest !== '' && <p className={styles.rest}>{rest}</p>}
      {holdUp && <HoldUpLine holdUp={holdUp} />}
      <div className={styles.buttons}>
        {undecided > 0 && <Decide operationId={operation.id} />}
        {delivery.unknown > 0 && canSettleUnknown(operation) && (
          <DecideUnknown operationId={operation.id} count={delivery.unknown} />
        )}
      </div>
    </div>
  );
}

function Decide({ operationId }: { readonly operationId: number }) {
  const openConflicts = useConsole((state) => state.openConflicts);
  const lead = useLead();
  return (
    <Button size="small" icon="warning" onClick={() => lead(() => openConflicts({ operationId }))}>
      Decide conflicts…
    </Button>
  );
}

function DecideUnknown({ operationId, count }: { readonly operationId: number; readonly count: number }) {
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <Button size="small" icon="warning" onClick={() => setAsking(true)}>
        Decide unknown…
      </Button>
      {isAsking && <UnknownDialog operationId={operationId} count={count} onClose={() => setAsking(false)} />}
    </>
  );
}

function HoldUpLine({ holdUp: { words, untilAt } }: { readonly holdUp: HoldUp }) {
  return (
    <p className={styles.holdUp}>
      <Icon name="clock" />
      <span>
        {words}
        {untilAt !== null && (
          <>
            {' '}
            Tries again in <Countdown at={untilAt} />.
          </>
        )}
      </span>
    </p>
  );
}
