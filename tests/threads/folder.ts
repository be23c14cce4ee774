import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where the threads of one test run are, in JavaScript: named by the process that all others of the run come from. */
export function threadsFolder(pid: number): string {
  return join(tmpdir(), `bulkhead-threads-${pid}`);
}
