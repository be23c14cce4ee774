import { useEffect, useRef } from 'react';
import { useConsole } from './context.tsx';

/** Does something each time the console is back after it could not be reached. */
export function useWhenBack(work: () => void): void {
  const isConnected = useConsole((state) => state.connection === 'connected');
  const latest = useRef(work);
  const wasConnected = useRef(isConnected);
  useEffect(() => {
    latest.current = work;
  });
  useEffect(() => {
    if (isConnected && !wasConnected.current) latest.current();
    wasConnected.current = isConnected;
  }, [isConnected]);
}
