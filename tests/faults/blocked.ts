import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How long the main thread kept others waiting. */
export interface Blocked {
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Watches the thread that it is called in; the answer ends it. */
export function watchBlocked(): () => Blocked {
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  return () => {
    histogram.disable();
    return { p99Ms: histogram.percentile(99) / 1e6, maxMs: histogram.max / 1e6 };
  };
}
