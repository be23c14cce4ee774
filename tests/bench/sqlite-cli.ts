import { spawnSync } from 'node:child_process';

/** Runs the sqlite3 command line program, the yardstick for files in and out; answers how long it took in ms. */
export function runSqlite(args: readonly string[]): number {
  const startedMs = performance.now();
  const result = spawnSync('sqlite3', args, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  if (result.error)
    throw new Error('The sqlite3 program is missing: apt-get install sqlite3', { cause: result.error });
  if (result.status !== 0) throw new Error(`sqlite3 failed: ${result.stderr}`);
  return performance.now() - startedMs;
}
