import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createHistogram } from 'node:perf_hooks';
import type Driver from 'better-sqlite3';

/** How long the main thread kept others waiting, and how often it turned to SQLite itself. */
export interface Blocked {
  readonly statements: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Watches the main thread; the answer ends it. What the thread waits for a processor that others have is not its doing. */
export function watchBlocked(): () => Blocked {
  const histogram = createHistogram();
  const statements = countStatements();
  let last = moment();
  const ticking = setInterval(() => {
    const now = moment();
    histogram.record(Math.max(1, now.at - last.at - (now.queued - last.queued)));
    last = now;
  }, 1);
  ticking.unref();
  return () => {
    clearInterval(ticking);
    return { statements: statements(), p99Ms: histogram.percentile(99) / 1e6, maxMs: histogram.max / 1e6 };
  };
}

/** Now, and how long the main thread was ready to run so far while it had no processor, in ns. */
function moment(): { at: number; queued: number } {
  const at = Number(process.hrtime.bigint());
  // Linux alone tells: time on a processor, time in the queue for one, turns.
  const queued =
    process.platform === 'linux' ? readFileSync('/proc/self/schedstat', 'utf8').split(' ')[1] : 0;
  return { at, queued: Number(queued) };
}

/** Counts what the thread that it is called in gives to SQLite from now on: there is no other way to it than these. */
function countStatements(): () => number {
  const { prototype } = createRequire(import.meta.url)('better-sqlite3') as typeof Driver;
  let count = 0;
  for (const name of ['prepare', 'exec', 'pragma', 'backup'] as const) {
    const original = prototype[name] as (...args: unknown[]) => unknown;
    Reflect.set(prototype, name, function (this: unknown, ...args: unknown[]) {
      count += 1;
      return original.apply(this, args);
    });
  }
  return () => count;
}
