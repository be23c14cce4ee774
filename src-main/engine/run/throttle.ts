/** Something that is told seldom, however often it happens. */
export interface Throttle {
  /** It happened: tells now, or once when the gap since the last time is over. */
  note(): void;
  /** Tells at once what is still to be told, and leaves no timer behind. */
  flush(): void;
}

/** Tells at most once in `gapMs`, and never forgets the last time. */
export function createThrottle(tell: () => void, gapMs: number): Throttle {
  let timer: NodeJS.Timeout | null = null;
  let toldAtMs = Number.NEGATIVE_INFINITY;

  function tellNow(): void {
    timer = null;
    toldAtMs = performance.now();
    tell();
  }

  return {
    note: () => {
      if (timer) return;
      const waitMs = toldAtMs + gapMs - performance.now();
      if (waitMs <= 0) tellNow();
      else timer = setTimeout(tellNow, waitMs);
    },
    flush: () => {
      if (!timer) return;
      clearTimeout(timer);
      tellNow();
    },
  };
}
