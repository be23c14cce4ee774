import { isUtf8 } from 'node:buffer';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import { byteChunks } from './byte-chunks.ts';

/** How many of the bytes are whole characters: a sequence that the end cuts off is left out. */
export function wholeUtf8(bytes: Uint8Array): number {
  const end = bytes.length;
  for (let back = 1; back <= 4 && back <= end; back++) {
    const byte = bytes[end - back] ?? 0;
    if (byte < 0x80) return end;
    if (byte >= 0xc0) return sequenceBytes(byte) > back ? end - back : end;
  }
  return end;
}

/** Where the first byte stands that UTF-8 does not allow; both count from 1. Null when there is none. */
export function firstBadUtf8(fd: number): { line: number; byte: number } | null {
  let line = 1;
  for (const { bytes, position } of byteChunks(fd, 0, wholeUtf8)) {
    if (!isUtf8(bytes)) {
      const at = badByte(bytes);
      return { line: line + countLineFeeds(bytes.subarray(0, at)), byte: position + at + 1 };
    }
    line += countLineFeeds(bytes);
  }
  return null;
}

/** How many characters beyond ASCII read well as UTF-8, and how many bytes do not. */
export function utf8Share(fd: number): { good: number; bad: number } {
  const share = { good: 0, bad: 0 };
  for (const { bytes } of byteChunks(fd, 0, wholeUtf8)) {
    for (let at = 0; at < bytes.length; ) {
      const size = goodSequence(bytes, at);
      if (size > 1) share.good++;
      if (size === 0) share.bad++;
      at += size || 1;
    }
  }
  return share;
}

/** How many line feeds there are. */
export function countLineFeeds(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count++;
  return count;
}

function badByte(bytes: Buffer): number {
  let at = 0;
  for (let size = goodSequence(bytes, at); size > 0 && at < bytes.length; size = goodSequence(bytes, at))
    at += size;
  return at;
}

/** Length of the well-formed sequence at a place, 0 when there is none. */
function goodSequence(bytes: Buffer, at: number): number {
  const size = sequenceBytes(bytes[at] ?? 0);
  if (size === 1) return 1;
  return size > 0 && isUtf8(bytes.subarray(at, at + size)) ? size : 0;
}

function sequenceBytes(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}

/** The text of bytes, piece by piece. Throws `file_encoding`. */
export async function* utf8Text(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (piece?: Buffer): string => {
    try {
      return decoder.decode(piece, { stream: piece !== undefined });
    } catch (cause) {
      throw new BulkheadError('file_encoding', 'The file is not UTF-8. Nothing was changed.', { cause });
    }
  };
  for await (const piece of bytes) yield decode(piece);
  yield decode();
}
