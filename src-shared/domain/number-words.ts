/** A whole count with thousands separators: "12,480". */
export function formatNumber(value: number): string {
  // Not by a formatter made beforehand: the first one costs some 20 ms, which no start should wait for.
  return Math.round(value).toLocaleString('en-US');
}

/** A count with its noun: "1 ticket", "12,480 tickets". */
export function countOf(count: number, one: string, many: string): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}

/** A duration to be read: "under 1 s", "3 s", "2 min 5 s", "1 h 4 min". */
export function formatDuration(ms: number): string {
  if (ms < 1000) return 'under 1 s';
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
}
