import { useCallback, useEffect, useRef, useState } from 'react';
import type { ErrorDto } from '../../src-shared/contract/errors.ts';
import type { EventName } from '../../src-shared/contract/index.ts';
import type { Bridge } from '../bridge/bridge.ts';
import { toErrorDto } from '../bridge/error-dto.ts';
import { useBridge, useConsole } from './context.tsx';

interface Answered<T> {
  readonly answer: T | null;
  readonly error: ErrorDto | null;
}

/**
 * What the console answers, asked again whenever this event tells of a change, and after a lost connection. Another `ask`
 * is another question, so it stands outside of what is drawn.
 */
export function useAnswer<T>(ask: (bridge: Bridge) => Promise<T>, changedBy: EventName) {
  const bridge = useBridge();
  const isConnected = useConsole((state) => state.connection === 'connected');
  const [answered, setAnswered] = useState<Answered<T>>({ answer: null, error: null });
  const latest = useRef(0);
  const load = useCallback(() => {
    latest.current += 1;
    const asked = latest.current;
    // Answers overtake each other; the one that was asked for last is the newest.
    const show = (next: Answered<T>) => asked === latest.current && setAnswered(next);
    ask(bridge).then(
      (answer) => show({ answer, error: null }),
      (reason: unknown) => show({ answer: null, error: toErrorDto(reason) }),
    );
  }, [bridge, ask]);
  useEffect(() => {
    if (!isConnected) return;
    load();
    return bridge.subscribe(({ name }) => {
      if (name === changedBy) load();
    });
  }, [bridge, load, changedBy, isConnected]);
  return { ...answered, load };
}
