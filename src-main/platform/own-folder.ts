import { mkdirSync } from 'node:fs';
import { targetError } from './target-error.ts';

/** Makes a folder that only its user may look into, with those above it; harmless where it is. Throws `disk_full` or `target_not_writable`. */
export function makeOwnFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw targetError(cause, folder, { bytes: 0, isInPlace: false, leftover: null });
  }
}
