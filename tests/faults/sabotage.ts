/**
 * Loaded before anything else into every thread of a child (`node --import`). In the writer's thread it counts the
 * statements that are run, BEGIN and COMMIT among them. `KILL_AT` names the one at which it kills the process: before
 * it with `KILL_WHEN=before`, after it otherwise. From the one named by `FULL_FROM` on, `FULL_TIMES` statements that
 * write fail as on a full disk.
 */
import { threadName } from 'node:worker_threads';

interface Statement {
  readonly source: string;
}
type Run = (this: Statement, ...args: unknown[]) => unknown;

const killAt = Number(process.env['KILL_AT'] ?? 0);
const isBefore = process.env['KILL_WHEN'] === 'before';
const fullFrom = Number(process.env['FULL_FROM'] ?? 0);
let fullTimes = Number(process.env['FULL_TIMES'] ?? 0);

if (threadName === 'writer' && killAt + fullFrom > 0) {
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
      if (
        fullFrom > 0 &&
        count >= fullFrom &&
        fullTimes > 0 &&
        /^(INSERT|UPDATE|DELETE|COMMIT)/.test(this.source)
      ) {
        fullTimes -= 1;
        throw new Database.SqliteError('database or disk is full', 'SQLITE_FULL');
      }
      const result = original.apply(this, args);
      if (isHere) process.kill(process.pid, 'SIGKILL');
      return result;
    };
  }
}
