import { spawnSync } from 'node:child_process';
import { installPackage } from '../../scripts/lib/debian.mjs';

/** Makes sure that the sqlite3 program is there, installing it where that needs no question. */
export async function ensureSqlite(): Promise<void> {
  if (isInstalled() || ((await installPackage('sqlite3')) && isInstalled())) return;
  throw new Error(
    'The benchmarks compare with the sqlite3 program, which is missing: apt-get install sqlite3',
  );
}

function isInstalled(): boolean {
  return spawnSync('sqlite3', ['--version'], { stdio: 'ignore' }).status === 0;
}

/** Runs the sqlite3 program, the yardstick for files in and out; answers how long it took in ms. */
export function runSqlite(args: readonly string[]): number {
  const startedMs = performance.now();
  const result = spawnSync('sqlite3', args, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`sqlite3 failed: ${result.stderr}`);
  return performance.now() - startedMs;
}
