import { useCallback, useEffect, useRef, useState } from 'react';
import type { ErrorDto } from '../../../src-shared/contract/errors.ts';
import type { User } from '../../../src-shared/domain/user.ts';
import { toErrorDto } from '../../bridge/error-dto.ts';
import { useBridge, useConsole } from '../../state/context.tsx';

interface People {
  readonly users: readonly User[] | null;
  readonly error: ErrorDto | null;
}

/** Who there is, read again whenever somebody changed, here or elsewhere, and after a lost connection. */
export function usePeople() {
  const bridge = useBridge();
  const isConnected = useConsole((state) => state.connection === 'connected');
  const [people, setPeople] = useState<People>({ users: null, error: null });
  const latest = useRef(0);
  const load = useCallback(() => {
    latest.current += 1;
    const asked = latest.current;
    // Answers overtake each other; the one that was asked for last is the newest.
    const show = (next: People) => asked === latest.current && setPeople(next);
    bridge.request('users.list', {}).then(
      ({ users }) => show({ users, error: null }),
      (reason: unknown) => show({ users: null, error: toErrorDto(reason) }),
    );
  }, [bridge]);
  useEffect(() => {
    if (!isConnected) return;
    load();
    return bridge.subscribe(({ name }) => {
      if (name === 'users.changed') load();
    });
  }, [bridge, load, isConnected]);
  return { ...people, load };
}
