import { useEffect, useState } from 'react';
import type { RequestInput, RequestOutput } from '../../../src-shared/contract/index.ts';
import { countOf, formatNumber } from '../../../src-shared/domain/number-words.ts';
import type { Conflict } from '../../../src-shared/domain/remote.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { LoadMore } from '../../components/load-more.tsx';
import { SkeletonRows } from '../../components/skeleton.tsx';
import { usePager } from '../../components/use-pager.ts';
import { useBridge, useConsole } from '../../state/context.tsx';
import type { ConflictScope } from '../../state/remotes-slice.ts';
import type { ConsoleState } from '../../state/store.ts';
import { useAttempt } from '../../state/use-attempt.ts';
import { type Keep, settledWords } from './conflict-words.ts';
import styles from './conflicts.module.css';
import { ConflictsTable } from './conflicts-table.tsx';
import { SettleAllDialog } from './settle-all-dialog.tsx';

type Settled = RequestOutput<'conflicts.settle'> & { readonly keep: Keep };
type Which = RequestInput<'conflicts.settle'>['which'];

const none: ReadonlySet<number> = new Set();

/** Records that were changed on both sides: the value before, theirs, and yours; decided one by one or all alike. */
export function ConflictsScreen({ scope }: { readonly scope: ConflictScope }) {
  const { pages, more, total, isOutdated, readAgain } = useConflicts(scope);
  const goTo = useConsole((state) => state.goTo);
  const isLost = useConsole((state) => state.connection !== 'connected');
  const title = useTitle(scope);
  const [chosen, setChosen] = useState(none);
  const [asking, setAsking] = useState<Keep | null>(null);
  const settle = useSettle(() => {
    setChosen(none);
    setAsking(null);
    readAgain();
  });
  const isLocked = isLost || settle.isBusy;
  const ids = [...chosen];

  return (
    <section aria-label="Conflicts" className={styles.screen}>
      <header className={styles.header}>
        <Button
          variant="ghost"
          size="small"
          icon="chevronLeft"
          className={styles.back}
          onClick={() => goTo('remotes')}
        >
          Remotes
        </Button>
        <h1>{title}</h1>
        {total !== null && total > 0 && (
          <p className={styles.lead}>
            {countOf(total, 'record was', 'records were')} changed both here and on the remote. Until you
            decide, your version stays here.
          </p>
        )}
      </header>
      {settle.result && <Result result={settle.result} />}
      {settle.error && <ErrorNotice error={settle.error} />}
      {total !== null && total > 0 && (
        <div className={styles.bar} role="toolbar" aria-label="Decide">
          <Button disabled={isLocked || ids.length === 0} onClick={() => void settle.go({ ids }, 'mine')}>
            {ids.length === 0 ? 'Keep mine' : `Keep mine (${formatNumber(ids.length)})`}
          </Button>
          <Button disabled={isLocked || ids.length === 0} onClick={() => void settle.go({ ids }, 'theirs')}>
            {ids.length === 0 ? 'Take theirs' : `Take theirs (${formatNumber(ids.length)})`}
          </Button>
          {ids.length === 0 && <span className={styles.hint}>Select records below</span>}
          <span className={styles.all}>
            <Button disabled={isLocked} onClick={() => setAsking('mine')}>
              Keep all mine…
            </Button>
            <Button disabled={isLocked} onClick={() => setAsking('theirs')}>
              Take all theirs…
            </Button>
          </span>
        </div>
      )}
      {isOutdated && (
        <p className={styles.news} role="status">
          More were found meanwhile.{' '}
          <Button size="small" icon="refresh" onClick={readAgain}>
            Show them
          </Button>
        </p>
      )}
      {pages.status === 'loading' && <SkeletonRows rows={8} />}
      {pages.status === 'ready' && pages.rows.length === 0 && (
        <EmptyState
          icon="done"
          title="Nothing has to be decided"
          actions={<Button onClick={() => goTo('remotes')}>Back to remotes</Button>}
        >
          A record that is changed both here and on the remote appears here.
        </EmptyState>
      )}
      {pages.rows.length > 0 && (
        <div className={styles.scroller} tabIndex={0} role="group" aria-label="Records in conflict">
          <ConflictsTable conflicts={pages.rows} chosen={chosen} onChoose={setChosen} />
          <LoadMore pages={pages} onMore={more} />
        </div>
      )}
      {pages.status === 'broken' && pages.rows.length === 0 && <LoadMore pages={pages} onMore={more} />}
      {asking && total !== null && (
        <SettleAllDialog
          keep={asking}
          count={total}
          isBusy={settle.isBusy}
          error={settle.error}
          onSettle={() => void settle.go(scope, asking)}
          onClose={() => setAsking(null)}
        />
      )}
    </section>
  );
}

function useTitle({ remoteId, operationId }: ConflictScope): string {
  const remote = useConsole((state) => state.remotes?.find(({ id }) => id === remoteId));
  const operation = useConsole((state) =>
    operationId === undefined ? undefined : state.operations.get(operationId)?.operation,
  );
  if (remote) return `Conflicts with ${remote.name}`;
  return operation ? `Conflicts of “${operation.title}”` : 'Conflicts';
}

/** The conflicts of a scope, oldest first. Read again by itself once fewer are left; more are announced. */
function useConflicts(scope: ConflictScope) {
  const bridge = useBridge();
  const open = useConsole((state) => openIn(state, scope));
  const [read, setRead] = useState({ epoch: 0, open });
  const [total, setTotal] = useState<number | null>(null);
  const readAgain = () => setRead(({ epoch }) => ({ epoch: epoch + 1, open }));
  const before = read.open ?? total;
  const isFewer = open !== null && before !== null && open < before;
  useEffect(() => {
    if (isFewer) setRead(({ epoch }) => ({ epoch: epoch + 1, open }));
  }, [isFewer, open]);

  const { pages, more } = usePager<Conflict>({
    key: JSON.stringify([scope, read.epoch]),
    idOf: ({ id }) => id,
    load: async (last) => {
      const limit = 200;
      const page = await bridge.request('conflicts.list', { ...scope, after: last?.id ?? 0, limit });
      setTotal(page.total);
      return { rows: page.conflicts, hasMore: page.conflicts.length === limit };
    },
  });
  return { pages, more, total, isOutdated: open !== null && before !== null && open > before, readAgain };
}

/** How many conflicts of a scope are open by what the console told last; null where it told nothing of it yet. */
function openIn(
  { remotes, operations }: ConsoleState,
  { remoteId, operationId }: ConflictScope,
): number | null {
  const told =
    operationId === undefined
      ? remotes?.find(({ id }) => id === remoteId)?.conflicts
      : operations.get(operationId)?.operation.undecided;
  return told ?? null;
}

/** Settles conflicts and keeps the result; calls `onDone` afterwards. */
function useSettle(onDone: () => void) {
  const bridge = useBridge();
  const { isBusy, error, attempt } = useAttempt();
  const [result, setResult] = useState<Settled | null>(null);
  const go = (which: Which, keep: Keep) =>
    attempt(async () => {
      setResult(null);
      setResult({ ...(await bridge.request('conflicts.settle', { which, keep })), keep });
      onDone();
    });
  return { isBusy, error, result, go };
}

function Result({ result }: { readonly result: Settled }) {
  const openHistoryAt = useConsole((state) => state.openHistoryAt);
  const goTo = useConsole((state) => state.goTo);
  const [operation, ...others] = result.operations;
  return (
    <p className={styles.result} role="status">
      {settledWords(result.settled, result.keep, result.operations)}
      {operation && others.length === 0 && (
        <Button size="small" onClick={() => openHistoryAt(operation.id)}>
          Show “{operation.title}”
        </Button>
      )}
      {others.length > 0 && (
        <Button size="small" onClick={() => goTo('history')}>
          Show the {formatNumber(result.operations.length)} operations
        </Button>
      )}
    </p>
  );
}
