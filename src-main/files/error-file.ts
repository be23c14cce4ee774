import type { ImportInspection, RejectedRow } from '../../src-shared/domain/import.ts';
import { westernBytes } from '../../src-shared/domain/western.ts';
import { openChosen } from '../platform/atomic-file.ts';

/** Enough text to make a write worth its call. */
const flushLength = 1 << 18;

/**
 * Writes the header and the rejected rows unchanged, so that the file can be corrected and imported; in Windows-1252 if
 * the imported file was, because in UTF-8 its question marks would no longer count as lost letters. Throws `disk_full`
 * or `target_not_writable`, and then leaves nothing behind.
 */
export async function writeErrorFile(
  target: string,
  header: string,
  rows: Iterable<RejectedRow> | AsyncIterable<RejectedRow>,
  encoding: ImportInspection['encoding'] = 'utf-8',
): Promise<{ rows: number; bytes: number }> {
  const file = openChosen(target);
  const write = (text: string) => file.write(encoding === 'windows-1252' ? westernBytes(text) : text);
  try {
    let text = `${header}\r\n`;
    let count = 0;
    for await (const row of rows) {
      text += `${row.text}\r\n`;
      count++;
      if (text.length < flushLength) continue;
      write(text);
      text = '';
    }
    write(text);
    file.commit();
    return { rows: count, bytes: file.bytes };
  } catch (cause) {
    file.abort();
    throw cause;
  }
}
