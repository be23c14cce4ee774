import type { InspectedColumn } from '../../src-shared/domain/import.ts';
import { dateBitsOf } from './dates.ts';
import { isMissing } from './missing.ts';

/** What one pass learns of a column. */
export interface ColumnStats {
  readonly index: number;
  readonly header: string;
  readonly isDate: boolean;
  filled: number;
  /** Fields that hold a mark for “nothing here” rather than nothing. */
  marked: number;
  distinct: Map<string, number> | null;
  readonly samples: string[];
  longest: number;
  longestLine: number;
  /** How many values read as dates in which orders, indexed by the bits of `dateBits`. */
  readonly dates: Uint32Array;
  /** The value of the row before and how often it came in a row: logs repeat themselves. */
  last: string;
  run: number;
  lastBits: number;
}

const maxDistinct = 50;
const maxSamples = 5;
const sampleLength = 80;

export function createColumnStats(index: number, header: string, isDate: boolean): ColumnStats {
  return {
    index,
    header,
    isDate,
    filled: 0,
    marked: 0,
    distinct: new Map(),
    samples: [],
    longest: 0,
    longestLine: 0,
    dates: new Uint32Array(16),
    last: '',
    run: 0,
    lastBits: 0,
  };
}

export function addValue(stats: ColumnStats, value: string, line: number): void {
  if (value === stats.last) {
    stats.run++;
    return;
  }
  settle(stats);
  stats.last = value;
  stats.run = 1;
  if (value.length > stats.longest) {
    stats.longest = value.length;
    stats.longestLine = line;
  }
}

/** Counts the last run of equal values; call it once after the last row too. */
export function settle(stats: ColumnStats): void {
  const { last, run } = stats;
  stats.run = 0;
  if (run === 0 || last === '') return;
  if (isMissing(last)) {
    stats.marked += run;
    return;
  }
  stats.filled += run;
  if (stats.isDate) {
    const bits = dateBitsOf(last.trim());
    stats.dates[bits] = (stats.dates[bits] ?? 0) + run;
  }
  if (stats.distinct) countDistinct(stats, stats.distinct, last, run);
}

function countDistinct(stats: ColumnStats, distinct: Map<string, number>, value: string, run: number): void {
  const count = distinct.get(value);
  if (count !== undefined) {
    distinct.set(value, count + run);
    return;
  }
  if (stats.samples.length < maxSamples) stats.samples.push(shortened(value));
  if (distinct.size === maxDistinct || value.length > 500) stats.distinct = null;
  else distinct.set(owned(value), run);
}

export function toInspectedColumn(stats: ColumnStats): InspectedColumn {
  const { index, header, filled, samples, distinct } = stats;
  const counted = distinct && [...distinct].map(([value, count]) => ({ value, count }));
  return {
    index,
    header,
    filled,
    samples,
    distinct: counted && counted.toSorted((a, b) => b.count - a.count),
  };
}

/** A copy that does not keep the chunk alive which it was cut from. */
export function owned(text: string): string {
  return text.length < 13 ? text : ` ${text}`.slice(1);
}

function shortened(value: string): string {
  const line = value.slice(0, sampleLength + 1).replace(/\s+/g, ' ');
  return line.length > sampleLength ? `${line.slice(0, sampleLength - 1).toWellFormed()}…` : owned(line);
}
