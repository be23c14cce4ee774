import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where the threads of one project's run are, in JavaScript; `pid` is of the process that all others of the run come from. */
export function threadsFolder(pid: number, project: string): string {
  return join(tmpdir(), `bulkhead-threads-${pid}-${project}`);
}
