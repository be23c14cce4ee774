import { formatNumber } from '../../src-shared/domain/number-words.ts';

/** A number with so many digits after the point, and thousands separators: "1,299.90". */
export function formatDecimals(value: number, digits: number): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** A share of a total in whole percent, never 100 % before the end: "63%". */
export function formatPercent(value: number, total: number): string {
  if (total === 0) return '100%';
  const percent = Math.floor((value / total) * 100);
  return `${Math.min(100, Math.max(0, percent))}%`;
}

/** Items per second, with one digit below ten: "28,400/s", "3.2/s". */
export function formatRate(perSecond: number): string {
  return `${perSecond < 10 ? formatOneDigit(perSecond) : formatNumber(perSecond)}/s`;
}

/** A file size: "900 B", "4.1 MB". Steps of 1,000. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? formatNumber(value) : formatOneDigit(value)} ${units[unit] ?? 'B'}`;
}

function formatOneDigit(value: number): string {
  return (Math.round(value * 10) / 10).toLocaleString('en-US');
}
