import { useEffect, useState } from 'react';

const minuteMs = 60_000;

/** The time, moving on once a minute: enough for ages, and nothing is drawn in between. */
export function useNow(): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), minuteMs);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
}
