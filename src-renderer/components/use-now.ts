import { useEffect, useState } from 'react';

const minuteMs = 60_000;

/** The time, moving on once a minute, which is enough for ages, or as often as is said (ms). Nothing is drawn in between. */
export function useNow(everyMs = minuteMs): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return nowMs;
}
