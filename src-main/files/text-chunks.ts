import { closeSync, fstatSync } from 'node:fs';
import { basename } from 'node:path';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import { byteChunks, openToRead } from './byte-chunks.ts';
import type { TextFile } from './encoding.ts';
import { fileError } from './file-error.ts';
import { wholeUtf8 } from './utf8.ts';

export interface TextChunk {
  readonly text: string;
  /** How far into the file this chunk reaches. */
  readonly bytesRead: number;
  readonly isLast: boolean;
}

/**
 * The file's characters in order, without its byte order mark; the last chunk may be empty. Throws `file_changed` if
 * the file is no longer the one that was inspected.
 */
export function* textChunks(file: TextFile): Generator<TextChunk, void, void> {
  const fd = openToRead(file.path);
  try {
    assertSame(fd, file);
    const decode = decoderOf(file);
    const whole = file.encoding === 'utf-8' && !file.isAscii ? wholeUtf8 : undefined;
    for (const { bytes, position } of byteChunks(fd, file.bomBytes, whole)) {
      const bytesRead = position + bytes.length;
      yield { text: decode(bytes, false), bytesRead, isLast: false };
    }
    assertSame(fd, file);
    yield { text: decode(Buffer.alloc(0), true), bytesRead: file.bytes, isLast: true };
  } catch (cause) {
    throw fileError(cause, file.path);
  } finally {
    closeSync(fd);
  }
}

function assertSame(fd: number, file: TextFile): void {
  const stat = fstatSync(fd);
  if (stat.size === file.bytes && stat.mtimeMs === file.modifiedAt) return;
  throw new BulkheadError(
    'file_changed',
    `“${basename(file.path)}” was changed by another program while it was being read. Nothing was stored.`,
  );
}

function decoderOf(file: TextFile): (bytes: Buffer, isEnd: boolean) => string {
  // Buffer's own decoders are several times faster than a streaming TextDecoder. The bytes were checked
  // before, and chunks end on whole characters.
  if (file.isAscii) return (bytes) => bytes.toString('latin1');
  if (file.encoding === 'utf-8') return (bytes) => bytes.toString('utf8');
  const decoder = new TextDecoder(file.encoding, { ignoreBOM: true });
  return (bytes, isEnd) => decoder.decode(bytes, { stream: !isEnd });
}
