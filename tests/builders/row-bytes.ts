import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { Db } from '../../src-main/sql/open.ts';

/** Bytes of a row where they stand in the database file: its number and its values, not how they are typed. */
export interface RowBytes {
  /** The row's number or, in a table without one, its first two columns. */
  readonly key: readonly number[];
  readonly spans: readonly { readonly offset: number; readonly length: number }[];
  readonly length: number;
}

const leafOfTable = 0x0d;
const leafOfIndex = 0x0a;
const innerOfIndex = 0x02;

/**
 * Where the rows of a table stand in a closed database file, read from its pages as
 * https://www.sqlite.org/fileformat.html tells. `db` is a connection to the same file.
 */
export function findRowBytes(db: Db, file: string, table: string): RowBytes[] {
  const bytes = readFileSync(file);
  const pageSize = bytes.readUInt16BE(16) === 1 ? 65_536 : bytes.readUInt16BE(16);
  const usable = pageSize - (bytes[20] ?? 0);
  const pages = db
    .prepare(`SELECT pageno FROM dbstat WHERE name = ? AND pagetype IN ('leaf', 'internal') ORDER BY pageno`)
    .pluck()
    .all(table) as number[];
  return pages.flatMap((page) => rowsOfPage(bytes, (page - 1) * pageSize, { pageSize, usable }));
}

interface Layout {
  readonly pageSize: number;
  readonly usable: number;
}

function rowsOfPage(bytes: Buffer, start: number, layout: Layout): RowBytes[] {
  const kind = bytes[start] ?? 0;
  if (kind !== leafOfTable && kind !== leafOfIndex && kind !== innerOfIndex) return [];
  const pointers = start + (kind === innerOfIndex ? 12 : 8);
  return Array.from({ length: bytes.readUInt16BE(start + 3) }, (_, at) => {
    const cell = start + bytes.readUInt16BE(pointers + at * 2);
    return rowOfCell(bytes, kind === innerOfIndex ? cell + 4 : cell, kind === leafOfTable, layout);
  });
}

function rowOfCell(bytes: Buffer, cell: number, hasNumber: boolean, layout: Layout): RowBytes {
  const size = readVarint(bytes, cell);
  const number = hasNumber ? readVarint(bytes, size.end) : null;
  const payload = payloadOf(bytes, number?.end ?? size.end, size.value, hasNumber, layout);
  const header = readVarint(bytes, payload[0]?.offset ?? 0).value;
  const values = payload
    .map(({ offset, length }, at) =>
      at === 0 ? { offset: offset + header, length: length - header } : { offset, length },
    )
    .filter(({ length }) => length > 0);
  const spans = number ? [{ offset: size.end, length: number.end - size.end }, ...values] : values;
  return {
    key: number ? [number.value] : firstTwo(bytes, payload[0]?.offset ?? 0),
    spans,
    length: spans.reduce((sum, { length }) => sum + length, 0),
  };
}

/** The payload of a cell: what is in the page itself, and what flowed over into pages of its own. */
function payloadOf(
  bytes: Buffer,
  offset: number,
  size: number,
  isTable: boolean,
  { pageSize, usable }: Layout,
) {
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const most = isTable ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23;
  if (size <= most) return [{ offset, length: size }];
  const fitting = least + ((size - least) % (usable - 4));
  const local = fitting <= most ? fitting : least;
  const spans = [{ offset, length: local }];
  let left = size - local;
  let page = bytes.readUInt32BE(offset + local);
  while (left > 0) {
    const start = (page - 1) * pageSize;
    const length = Math.min(left, usable - 4);
    spans.push({ offset: start + 4, length });
    left -= length;
    page = bytes.readUInt32BE(start);
  }
  return spans;
}

/** The first two columns of a record, which are whole numbers. */
function firstTwo(bytes: Buffer, record: number): number[] {
  const header = readVarint(bytes, record);
  const first = readVarint(bytes, header.end);
  const second = readVarint(bytes, first.end);
  const widths = [0, 1, 2, 3, 4, 6, 8];
  let at = record + header.value;
  return [first.value, second.value].map((type) => {
    if (type === 8 || type === 9) return type - 8;
    const width = widths[type] ?? 0;
    at += width;
    return bytes.readIntBE(at - width, width);
  });
}

function readVarint(bytes: Buffer, at: number): { value: number; end: number } {
  let value = 0;
  for (let end = at; ; end += 1) {
    const byte = bytes[end] ?? 0;
    value = value * 128 + (byte & 0x7f);
    if (byte < 128) return { value, end: end + 1 };
  }
}

/** Where the byte at a place of a row stands in the file. */
export function offsetOf(row: RowBytes, place: number): number {
  let left = place;
  for (const { offset, length } of row.spans) {
    if (left < length) return offset + left;
    left -= length;
  }
  throw new Error(`the row has ${row.length} bytes`);
}

/** Writes one byte into a file. */
export function writeByte(file: string, offset: number, byte: number): void {
  const fd = openSync(file, 'r+');
  try {
    writeSync(fd, Uint8Array.of(byte), 0, 1, offset);
  } finally {
    closeSync(fd);
  }
}
