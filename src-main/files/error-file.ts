import type { RejectedRow } from '../../src-shared/domain/import.ts';
import { openChosen } from '../platform/atomic-file.ts';

/** Enough text to make a write worth its call. */
const flushLength = 1 << 18;

/**
 * Writes the header and the rejected rows as they stood, so that the file imports again as is once they are put
 * right. Throws `disk_full` or `target_not_writable`, and then leaves nothing behind.
 */
export async function writeErrorFile(
  target: string,
  header: string,
  rows: Iterable<RejectedRow> | AsyncIterable<RejectedRow>,
): Promise<{ rows: number; bytes: number }> {
  const file = openChosen(target);
  try {
    let text = `${header}\r\n`;
    let count = 0;
    for await (const row of rows) {
      text += `${row.text}\r\n`;
      count++;
      if (text.length < flushLength) continue;
      file.write(text);
      text = '';
    }
    file.write(text);
    file.commit();
    return { rows: count, bytes: file.bytes };
  } catch (cause) {
    file.abort();
    throw cause;
  }
}
