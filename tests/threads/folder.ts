import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The environment variable that gives several runs one folder, filled before the first of them. */
export const sharedThreads = 'BULKHEAD_TEST_THREADS';

/** Where the threads of one project's run are, in JavaScript; `pid` is of the process that all others of the run come from. */
export function threadsFolder(pid: number, project: string): string {
  return process.env[sharedThreads] ?? join(tmpdir(), `bulkhead-threads-${pid}-${project}`);
}
