import { openSync, readSync } from 'node:fs';
import { fileError } from './file-error.ts';

export interface ByteChunk {
  /** Valid only until the next chunk is asked for. */
  readonly bytes: Buffer;
  /** Where in the file it begins. */
  readonly position: number;
}

/** Large enough that the calls cost little; a chunk's text and its fields then fit in the processor's caches. */
const chunkBytes = 1 << 16;

/** Opens a file for reading; throws `file_not_found` or `file_not_readable`. */
export function openToRead(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    throw fileError(cause, path);
  }
}

/**
 * The bytes of a file from `start`, one reused buffer at a time. `wholeBytes` says how much of a chunk may be
 * handed out before its end is known; the rest comes again at the head of the next one.
 */
export function* byteChunks(
  fd: number,
  start: number,
  wholeBytes: (bytes: Buffer) => number = (bytes) => bytes.length,
): Generator<ByteChunk, void, void> {
  const buffer = Buffer.allocUnsafe(chunkBytes);
  let position = start;
  for (;;) {
    const size = readSync(fd, buffer, 0, chunkBytes, position);
    if (size === 0) return;
    const read = buffer.subarray(0, size);
    // A short read may still be followed by more; only an empty one is the end. A tail cut off in the middle
    // of a character makes no progress when read again, and is then handed out as it is.
    const whole = wholeBytes(read) || size;
    yield { bytes: read.subarray(0, whole), position };
    position += whole;
  }
}
