import { isAscii, isUtf8 } from 'node:buffer';
import { closeSync, fstatSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import type { ImportInspection } from '../../src-shared/domain/import.ts';
import { byteChunks, openToRead } from './byte-chunks.ts';
import { fileError } from './file-error.ts';
import { countLineFeeds, firstBadUtf8, utf8Share, wholeUtf8 } from './utf8.ts';

/** A text file on disk and how its bytes become characters. */
export interface TextFile {
  readonly path: string;
  readonly bytes: number;
  readonly modifiedAt: number;
  readonly encoding: ImportInspection['encoding'];
  /** Length of the byte order mark; 0 where there is none. */
  readonly bomBytes: number;
  /** Every byte is ASCII, so that the fastest decoding will do. */
  readonly isAscii: boolean;
  /** Some row may hold a NUL character and has to be looked at for it. */
  readonly mayHoldNul: boolean;
  /** There is a quotation mark somewhere; without one a row is a line. */
  readonly hasQuotes: boolean;
}
type Encoding = Omit<TextFile, 'path' | 'bytes' | 'modifiedAt'>;

/** Enough to tell UTF-16 without a mark, and binary data, from text. */
const sampleBytes = 1 << 16;

const signatures: readonly { readonly bytes: readonly number[]; readonly name: string }[] = [
  { bytes: [0x50, 0x4b, 0x03, 0x04], name: 'a spreadsheet workbook or another ZIP archive' },
  { bytes: [0xd0, 0xcf, 0x11, 0xe0], name: 'an old spreadsheet workbook' },
  { bytes: [0x89, 0x50, 0x4e, 0x47], name: 'a PNG image' },
  { bytes: [0xff, 0xd8, 0xff], name: 'a JPEG image' },
  { bytes: [0x47, 0x49, 0x46, 0x38], name: 'a GIF image' },
  { bytes: [0x25, 0x50, 0x44, 0x46, 0x2d], name: 'a PDF document' },
  { bytes: [0x1f, 0x8b], name: 'a gzip archive' },
];

/**
 * Reads the whole file once as bytes and says how to decode it; `known` is that of a file that may have stayed the same.
 * Throws `file_*` errors for what is not text.
 */
export function sniffEncoding(path: string, known?: TextFile): TextFile {
  const fd = openToRead(path);
  try {
    const stat = fstatSync(fd);
    if (stat.isDirectory())
      throw new BulkheadError(
        'file_not_readable',
        `“${basename(path)}” is a folder, not a file. Nothing was read.`,
      );
    if (!stat.isFile())
      throw new BulkheadError(
        'file_not_readable',
        `“${basename(path)}” is not an ordinary file. Nothing was read.`,
      );
    if (stat.size === 0)
      throw new BulkheadError(
        'file_empty',
        `“${basename(path)}” is empty: it holds not a single byte. Nothing was read.`,
      );
    const isKnown = known?.path === path && known.bytes === stat.size && known.modifiedAt === stat.mtimeMs;
    if (isKnown) return known;
    return { path, bytes: stat.size, modifiedAt: stat.mtimeMs, ...encodingOf(fd, path) };
  } catch (cause) {
    throw fileError(cause, path);
  } finally {
    closeSync(fd);
  }
}

function encodingOf(fd: number, path: string): Encoding {
  const sample = Buffer.alloc(sampleBytes);
  const head = sample.subarray(0, readSync(fd, sample, 0, sampleBytes, 0));
  const foreign = signatures.find(({ bytes }) => bytes.every((byte, index) => head[index] === byte));
  if (foreign)
    throw new BulkheadError(
      'file_not_text',
      `“${basename(path)}” is ${foreign.name}, not a text file. Nothing was read.`,
    );
  const utf16 = { isAscii: false, mayHoldNul: true, hasQuotes: true };
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: 'utf-16le', bomBytes: 2, ...utf16 };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf-16be', bomBytes: 2, ...utf16 };
  const wide = utf16WithoutMark(head);
  if (wide) return { encoding: wide, bomBytes: 0, ...utf16 };

  const bomBytes = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  const facts = scanBytes(fd);
  // A NUL here and there costs the row it stands in; a file full of control characters was never text.
  if (facts.hasNul && (!facts.isUtf8 || hasManyControls(head))) throw notText(fd, path);
  if (facts.isUtf8) {
    return {
      encoding: 'utf-8',
      bomBytes,
      isAscii: facts.isAscii,
      mayHoldNul: facts.hasNul,
      hasQuotes: facts.hasQuotes,
    };
  }
  if (hasManyControls(head))
    throw new BulkheadError('file_not_text', `“${basename(path)}” is not a text file. Nothing was read.`);
  const share = utf8Share(fd);
  if (bomBytes > 0 || share.good > share.bad * 4) throw brokenUtf8(fd, path);
  return {
    encoding: 'windows-1252',
    bomBytes: 0,
    isAscii: false,
    mayHoldNul: false,
    hasQuotes: facts.hasQuotes,
  };
}

/** UTF-16 shows as NUL bytes on one side of nearly every ASCII character, and as line ends of two bytes. */
function utf16WithoutMark(head: Buffer): 'utf-16le' | 'utf-16be' | null {
  let even = 0;
  let odd = 0;
  let evenBreaks = 0;
  let oddBreaks = 0;
  for (let at = 0; at + 1 < head.length; at += 2) {
    const first = head[at] ?? 0;
    const second = head[at + 1] ?? 0;
    if (first === 0) even++;
    if (second === 0) odd++;
    if (first === 0 && (second === 10 || second === 13)) evenBreaks++;
    if (second === 0 && (first === 10 || first === 13)) oddBreaks++;
  }
  const isLittle = odd > even;
  const [nuls, others, breaks] = isLittle ? [odd, even, oddBreaks] : [even, odd, evenBreaks];
  if (nuls === 0 || breaks === 0 || others * 20 > nuls) return null;
  const isMostlyAscii = nuls * 5 >= head.length;
  if (!isMostlyAscii && isUtf8(head.subarray(0, wholeUtf8(head)))) return null;
  return isLittle ? 'utf-16le' : 'utf-16be';
}

function scanBytes(fd: number) {
  const facts = { hasNul: false, hasQuotes: false, isUtf8: true, isAscii: true };
  for (const { bytes } of byteChunks(fd, 0, wholeUtf8)) {
    if (facts.isAscii && !isAscii(bytes)) facts.isAscii = false;
    if (facts.isUtf8 && !facts.isAscii && !isUtf8(bytes)) facts.isUtf8 = false;
    if (!facts.hasNul && bytes.includes(0)) facts.hasNul = true;
    if (!facts.hasQuotes && bytes.includes(34)) facts.hasQuotes = true;
  }
  return facts;
}

function hasManyControls(head: Buffer): boolean {
  let controls = 0;
  for (const byte of head) if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13) controls++;
  return controls * 10 > head.length;
}

function notText(fd: number, path: string): BulkheadError {
  let line = 1;
  for (const { bytes, position } of byteChunks(fd, 0)) {
    const nul = bytes.indexOf(0);
    if (nul >= 0) {
      line += countLineFeeds(bytes.subarray(0, nul));
      const byte = position + nul + 1;
      const message = `“${basename(path)}” is not a text file: line ${line} holds a NUL (byte ${byte} of the file). Nothing was read.`;
      return new BulkheadError('file_not_text', message, { details: { line, byte } });
    }
    line += countLineFeeds(bytes);
  }
  return new BulkheadError('file_not_text', `“${basename(path)}” is not a text file. Nothing was read.`);
}

function brokenUtf8(fd: number, path: string): BulkheadError {
  const where = firstBadUtf8(fd);
  const place = where
    ? `line ${where.line} holds bytes that are not (byte ${where.byte} of the file)`
    : 'not all of it';
  return new BulkheadError(
    'file_encoding',
    `“${basename(path)}” is UTF-8 for the most part, but ${place}. Nothing was read.`,
    where ? { details: where } : {},
  );
}
