import type { DateOrder } from '../../src-shared/domain/import.ts';

/** Bits of the orders in which a text reads as a date. */
export const dateBits = { iso: 1, dmy: 2, mdy: 4, epoch: 8 } as const satisfies Record<DateOrder, number>;

const isoShape =
  /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:(?:[T ]|, ?)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|GMT|[-+]\d{2}:?\d{2}|[-+]\d{2})?$/i;
const dayShape =
  /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?:(?:[T ]|, ?)(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:\s*([AP])\.?M\.?)?)?\s*(Z|UTC|GMT|[-+]\d{2}:?\d{2})?$/i;
const epochShape = /^\d{9,10}(?:\.\d{1,6})?$|^\d{12,13}$/;

/** Which orders a text can be read in, as bits; 0 when it is no date at all. */
export function dateBitsOf(text: string): number {
  if (!isDigit(text.charCodeAt(0))) return 0;
  const plain = plainDayOf(text);
  if (plain)
    return (
      (toPlainEpoch(plain, 'dmy') === null ? 0 : dateBits.dmy) |
      (toPlainEpoch(plain, 'mdy') === null ? 0 : dateBits.mdy)
    );
  if (epochShape.test(text)) return dateBits.epoch;
  if (isDigit(text.charCodeAt(1)) && isDigit(text.charCodeAt(2)) && isDigit(text.charCodeAt(3))) {
    return readDate(text, 'iso') === null ? 0 : dateBits.iso;
  }
  return (
    (readDate(text, 'dmy') === null ? 0 : dateBits.dmy) | (readDate(text, 'mdy') === null ? 0 : dateBits.mdy)
  );
}

/** Epoch ms of a date written in that order, or null. Without a zone it is taken as UTC, the same everywhere. */
export function readDate(text: string, order: DateOrder): number | null {
  if (order === 'epoch') return epochShape.test(text) ? readEpoch(text) : null;
  if (order === 'iso') {
    const parts = isoShape.exec(text);
    if (!parts) return null;
    const [, year, , month, day, hour, minute, second, fraction, zone] = parts;
    const ms = fraction ? Math.floor(Number(`0.${fraction}`) * 1000) : 0;
    return toEpoch(Number(year), Number(month), Number(day), hour, minute, second, ms, zone);
  }
  return readDayDate(text, order);
}

interface PlainDay {
  readonly a: number;
  readonly b: number;
  readonly year: number;
  readonly hour: number;
  readonly minute: number;
}

/** A day, month and year with at most hours and minutes: what nearly every value is, read without a pattern. */
function plainDayOf(text: string): PlainDay | null {
  const first = digitsAt(text, 0, 2);
  const mark = text.charCodeAt(first);
  if (first === 0 || (mark !== 47 && mark !== 46 && mark !== 45)) return null;
  const second = digitsAt(text, first + 1, 2);
  if (second === first + 1 || text.charCodeAt(second) !== mark) return null;
  const end = digitsAt(text, second + 1, 4);
  if (end !== second + 5) return null;
  const a = numberAt(text, 0, first);
  const b = numberAt(text, first + 1, second);
  const year = numberAt(text, second + 1, end);
  if (text.length === end) return { a, b, year, hour: 0, minute: 0 };
  const hours = digitsAt(text, end + 1, 2);
  const minutes = digitsAt(text, hours + 1, 2);
  const isTime = text.charCodeAt(end) === 32 && hours > end + 1 && text.charCodeAt(hours) === 58;
  if (!isTime || minutes !== hours + 3 || text.length !== minutes) return null;
  return { a, b, year, hour: numberAt(text, end + 1, hours), minute: numberAt(text, hours + 1, minutes) };
}

function toPlainEpoch({ a, b, year, hour, minute }: PlainDay, order: 'dmy' | 'mdy'): number | null {
  const month = order === 'dmy' ? b : a;
  const day = order === 'dmy' ? a : b;
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59)
    return null;
  return utc(year, month, day, hour, minute);
}

/** Where the digits end that begin at a place, after `most` of them at the latest. */
function digitsAt(text: string, from: number, most: number): number {
  let at = from;
  while (at < from + most && isDigit(text.charCodeAt(at))) at++;
  return at;
}

function numberAt(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) value = value * 10 + text.charCodeAt(at) - 48;
  return value;
}

function readDayDate(text: string, order: 'dmy' | 'mdy'): number | null {
  const plain = plainDayOf(text);
  if (plain) return toPlainEpoch(plain, order);
  const parts = dayShape.exec(text);
  if (!parts) return null;
  const [, a, , b, year, hour, minute, second, half, zone] = parts;
  const [day, month] = order === 'dmy' ? [Number(a), Number(b)] : [Number(b), Number(a)];
  if (half === undefined) return toEpoch(Number(year), month, day, hour, minute, second, 0, zone);
  const clock = Number(hour);
  if (clock < 1 || clock > 12) return null;
  const hours = (clock % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  return toEpoch(Number(year), month, day, String(hours), minute, second, 0, zone);
}

function toEpoch(
  year: number,
  month: number,
  day: number,
  hour: string | undefined,
  minute: string | undefined,
  second: string | undefined,
  ms: number,
  zone: string | undefined,
): number | null {
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return null;
  const hours = hour === undefined ? 0 : Number(hour);
  const minutes = minute === undefined ? 0 : Number(minute);
  const seconds = second === undefined ? 0 : Number(second);
  const offset = offsetMs(zone);
  if (hours > 23 || minutes > 59 || seconds > 59 || offset === null) return null;
  return utc(year, month, day, hours, minutes, seconds, ms) - offset;
}

/** `Date.UTC` takes the years up to 99 for those of the 20th century: the calendar is the same 400 years later. */
function utc(year: number, month: number, ...rest: number[]): number {
  return Date.UTC(year + 400, month - 1, ...rest) - 146_097 * 24 * 60 * 60 * 1000;
}

/** Null for one that is nowhere on Earth, where the furthest is 14 hours ahead. */
function offsetMs(zone: string | undefined): number | null {
  if (zone === undefined || !(zone.startsWith('+') || zone.startsWith('-'))) return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', '') || 0);
  if (hours > 14 || minutes > 59) return null;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

/** Ten digits or fewer are seconds, more are milliseconds. */
function readEpoch(text: string): number {
  const value = Number(text);
  return Math.round(value < 1e11 ? value * 1000 : value);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
