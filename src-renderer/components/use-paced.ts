import { useEffect, useRef, useState } from 'react';

/** A value that changes often, at most once in `gapMs`: what hangs on it need not keep up. */
export function usePaced<T>(value: T, gapMs: number): T {
  const [paced, setPaced] = useState(value);
  const changedAt = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    if (Object.is(value, paced)) return;
    const change = () => {
      changedAt.current = Date.now();
      setPaced(value);
    };
    const timer = setTimeout(change, Math.max(0, changedAt.current + gapMs - Date.now()));
    return () => clearTimeout(timer);
  }, [value, paced, gapMs]);
  return paced;
}
