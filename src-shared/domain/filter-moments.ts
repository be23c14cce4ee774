import type { Moment } from './condition.ts';

const dayMs = 86_400_000;
/** Longest first, which is how an age is written; `month` is 30 days and `y` 365. */
const units = [
  { names: ['y', 'year', 'years'], ms: 365 * dayMs, one: 'year', many: 'years' },
  { names: ['m', 'month', 'months'], ms: 30 * dayMs, one: 'month', many: 'months' },
  { names: ['w', 'week', 'weeks'], ms: 7 * dayMs, one: 'week', many: 'weeks' },
  { names: ['d', 'day', 'days'], ms: dayMs, one: 'day', many: 'days' },
  { names: ['h', 'hour', 'hours'], ms: 3_600_000, one: 'hour', many: 'hours' },
  { names: ['min', 'minute', 'minutes'], ms: 60_000, one: 'minute', many: 'minutes' },
  { names: ['s', 'sec', 'second', 'seconds'], ms: 1000, one: 'second', many: 'seconds' },
  { names: ['ms'], ms: 1, one: 'millisecond', many: 'milliseconds' },
] as const;

/** Reads an age like `30d`; null for anything else. */
export function readAge(text: string): { readonly agoMs: number } | null {
  const found = /^(\d{1,12})([a-z]+)$/i.exec(text);
  const name = found?.[2]?.toLowerCase();
  const unit = units.find(({ names }) => (names as readonly string[]).includes(name ?? ''));
  const agoMs = Number(found?.[1]) * (unit?.ms ?? Number.NaN);
  return Number.isSafeInteger(agoMs) ? { agoMs } : null;
}

/** The largest unit that an age is a whole number of; weeks and months are written as days, which are exact. */
function inUnits(agoMs: number): { readonly count: number; readonly unit: (typeof units)[number] } {
  const [year, , , day, hour, minute, second, ms] = units;
  const unit =
    agoMs === 0 ? day : ([year, day, hour, minute, second].find((one) => agoMs % one.ms === 0) ?? ms);
  return { count: agoMs / unit.ms, unit };
}

/** Reads `2024-01-31` (a local day) or `2024-01-31T10:20:30.5Z`; `@1706659200000` is epoch ms. */
export function readDate(text: string): { readonly at: number; readonly isDay: boolean } | null {
  const epoch = /^@(-?\d{1,16})$/.exec(text);
  if (epoch) {
    const at = Number(epoch[1]);
    return Number.isSafeInteger(at) ? { at, isDay: false } : null;
  }
  const found = /^(\d{4})-(\d{2})-(\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z?)?$/.exec(text);
  if (!found) return null;
  const [year, month, day] = [Number(found[1]), Number(found[2]), Number(found[3])];
  const local = localDay(year, month, day);
  if (local === null) return null;
  if (!found[4]) return { at: local, isDay: true };
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : { at, isDay: false };
}

function localDay(year: number, month: number, day: number): number | null {
  const date = new Date(2000, 0, 1);
  date.setFullYear(year, month - 1, day);
  const isReal = date.getFullYear() === year && date.getMonth() === month - 1 && date.getDate() === day;
  return isReal ? date.getTime() : null;
}

/** The start of the local day after the one that starts at `at`. */
export function nextDay(at: number): number {
  const date = new Date(at);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime();
}

/** A moment as it stands in the filter: `30d`, `2024-01-31`, or exactly. */
export function writeMoment(moment: Moment): string {
  if ('agoMs' in moment) {
    const { count, unit } = inUnits(moment.agoMs);
    return `${count}${unit.names[0]}`;
  }
  const date = new Date(moment.at);
  const year = date.getFullYear();
  if (Number.isNaN(year) || year < 1000 || year > 9998) return `@${moment.at}`;
  const day = `${year}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  return readDate(day)?.at === moment.at ? day : date.toISOString();
}

/** A moment in words: "30 days", "31 Jan 2024". */
export function describeMoment(moment: Moment): string {
  if ('agoMs' in moment) {
    const { count, unit } = inUnits(moment.agoMs);
    return `${count} ${count === 1 ? unit.one : unit.many}`;
  }
  const written = writeMoment(moment);
  const isDay = readDate(written)?.isDay === true;
  const style = isDay
    ? ({ dateStyle: 'medium' } as const)
    : ({ dateStyle: 'medium', timeStyle: 'short' } as const);
  return written.startsWith('@') ? written : new Intl.DateTimeFormat('en-GB', style).format(moment.at);
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
