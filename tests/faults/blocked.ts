import { createRequire } from 'node:module';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type Driver from 'better-sqlite3';

/** How long the main thread kept others waiting, and how often it turned to SQLite itself. */
export interface Blocked {
  readonly statements: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Watches the thread that it is called in; the answer ends it. */
export function watchBlocked(): () => Blocked {
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  const statements = countStatements();
  return () => {
    histogram.disable();
    return { statements: statements(), p99Ms: histogram.percentile(99) / 1e6, maxMs: histogram.max / 1e6 };
  };
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
