import { useState } from 'react';
import type { Operation } from '../../src-shared/domain/operation.ts';
import { OperationStatusBadge } from '../components/status-badge.tsx';
import { outcomeWords } from '../format/tallies.ts';
import { useConsole } from '../state/context.tsx';
import type { ConsoleState } from '../state/store.ts';

/** Says to screen readers what became of one's own operation that ended last, wherever one is. Others see its card. */
export function EndedNews() {
  const [openedAt] = useState(Date.now);
  const ended = useConsole(lastEnded);
  return (
    <p role="status" aria-label="Ended operation" className="visually-hidden">
      {ended && (ended.endedAt ?? 0) >= openedAt && (
        <>
          {ended.title}: <OperationStatusBadge operation={ended} />. {outcomeWords(ended)}.
        </>
      )}
    </p>
  );
}

function lastEnded({ operations, info }: ConsoleState): Operation | null {
  return [...operations.values()]
    .map(({ operation }) => operation)
    .filter(({ actor, endedAt }) => actor === info?.actor && endedAt !== null)
    .reduce<Operation | null>(
      (last, one) => (last && (last.endedAt ?? 0) > (one.endedAt ?? 0) ? last : one),
      null,
    );
}
