import { useEffect, useState } from 'react';
import type { ErrorDto } from '../../../src-shared/contract/errors.ts';
import type { Operation, Progress } from '../../../src-shared/domain/operation.ts';
import { toErrorDto } from '../../bridge/error-dto.ts';
import { useBridge, useConsole } from '../../state/context.tsx';
import { withNews } from './operation-marks.ts';

export interface OperationView {
  readonly operation: Operation | null;
  readonly progress: Progress | null;
  readonly error: ErrorDto | null;
}

/** One operation, read once and then kept fresh by events; read again after a lost connection and after a cleaning. */
export function useOperation(id: number): OperationView {
  const bridge = useBridge();
  const live = useConsole((state) => state.operations);
  const connection = useConsole((state) => state.connection);
  const [read, setRead] = useState<Operation | null>(null);
  const [error, setError] = useState<ErrorDto | null>(null);

  useEffect(() => {
    if (connection !== 'connected') return;
    let isWanted = true;
    const load = () =>
      bridge.request('operations.get', { id }).then(
        (operation) => isWanted && setRead(operation),
        (reason: unknown) => isWanted && setError(toErrorDto(reason)),
      );
    void load();
    const leave = bridge.subscribe(({ name }) => {
      if (name === 'operations.cleaned') void load();
    });
    return () => {
      isWanted = false;
      leave();
    };
  }, [bridge, id, connection]);

  const tracked = live.get(id);
  const known = read ?? tracked?.operation;
  if (!known) return { operation: null, progress: null, error };
  const [operation = known] = withNews([known], live);
  return { operation, progress: tracked?.progress ?? null, error: null };
}
