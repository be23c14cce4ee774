import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { targetError } from './target-error.ts';

/** Makes a folder that only its user may look into, with those above it; harmless where it is. Throws `disk_full` or `target_not_writable`. */
export function makeOwnFolder(folder: string): void {
  try {
    makeFolders(folder);
  } catch (cause) {
    throw targetError(cause, folder);
  }
}

/**
 * Does the same and throws what the system says. Node's own `recursive` tries for ever where a folder that is there refuses
 * another one with ENOENT, as `/proc` does.
 */
export function makeFolders(folder: string): void {
  const above = dirname(folder);
  if (above !== folder && !existsSync(above)) makeFolders(above);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (cause) {
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw cause;
  }
}
