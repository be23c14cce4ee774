import { dirname } from 'node:path';
import { openChosen, removeStaleTemps } from '../platform/atomic-file.ts';

/** Enough text to make a write worth its call. */
const flushLength = 1 << 18;

/**
 * Writes a text that comes in pieces. Answers how many bytes it has, or null when it is stopped. Throws `disk_full` or
 * `target_not_writable`. Only when it answers bytes is there a file.
 */
export function writeReport(path: string, pieces: Iterable<string>, isStopped: () => boolean): number | null {
  const file = openChosen(path);
  removeStaleTemps(dirname(path));
  try {
    let text = '';
    for (const piece of pieces) {
      text += piece;
      if (text.length < flushLength) continue;
      if (isStopped()) {
        file.abort();
        return null;
      }
      file.write(text);
      text = '';
    }
    file.write(text);
    file.commit();
    return file.bytes;
  } catch (error) {
    file.abort();
    throw error;
  }
}
