/**
 * Loaded before anything else into every thread of a child (`node --import`). In the writer's thread it counts the
 * statements that are run, BEGIN and COMMIT among them, and kills the process at the one named by `KILL_AT`: before
 * it with `KILL_WHEN=before`, after it otherwise.
 */
import { threadName } from 'node:worker_threads';

type Run = (this: unknown, ...args: unknown[]) => unknown;

const killAt = Number(process.env['KILL_AT'] ?? 0);
const isBefore = process.env['KILL_WHEN'] === 'before';

if (threadName === 'writer' && killAt > 0) {
  const { default: Database } = await import('better-sqlite3');
  const db = new Database(':memory:');
  const statement: Record<string, Run> = Object.getPrototypeOf(db.prepare('SELECT 1'));
  db.close();
  let count = 0;
  for (const name of ['run', 'get', 'all']) {
    const original = statement[name];
    if (!original) throw new Error(`statements have no ${name}`);
    statement[name] = function (...args) {
      count += 1;
      const isHere = count === killAt;
      if (isHere && isBefore) process.kill(process.pid, 'SIGKILL');
      const result = original.apply(this, args);
      if (isHere) process.kill(process.pid, 'SIGKILL');
      return result;
    };
  }
}
