/** A whole count with thousands separators: "12,480". */
export function formatNumber(value: number): string {
  // Not by a formatter made beforehand: the first one costs some 20 ms, which no start should wait for.
  return Math.round(value).toLocaleString('en-US');
}

/** A count with its noun: "1 ticket", "12,480 tickets". */
export function countOf(count: number, one: string, many: string): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}
