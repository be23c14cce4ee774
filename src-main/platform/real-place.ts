import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * The same place by the real name of its folder, with no link on the way: where a link leads later is not what was chosen.
 */
export function realPlace(path: string): string {
  return join(realFolder(dirname(path)), basename(path));
}

/** A folder with no link on the way to it. */
export function realFolder(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    // One that is not there or cannot be looked at keeps its name: whoever writes to it is told why that fails.
    return folder;
  }
}
