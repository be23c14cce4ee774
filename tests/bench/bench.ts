/** One measured promise. `value` in `unit`; `ratio` is the value over its floor where it has one, measured in the same run. */
export interface Result {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly ratio: number | null;
  readonly limit: number;
  readonly ok: boolean;
}

/** How large the benchmark is. The smoke form proves that each one runs; its figures are small and its limits loose. */
export interface Scale {
  readonly isSmoke: boolean;
  /** Tickets in the large workspace. */
  readonly large: number;
  /** Tickets of the operation that is compared with the raw transaction. */
  readonly medium: number;
  /** Tickets of the operation that the time per ticket is compared with. */
  readonly small: number;
}

export interface Benchmark {
  readonly name: string;
  run(scale: Scale): Promise<Result[]>;
}

/** A result judged by its ratio to a floor that was measured beside it. */
export function byRatio(name: string, value: number, floor: number, limit: number, unit = 'ms'): Result {
  const ratio = value / floor;
  return { name, value: round(value), unit, ratio: round(ratio), limit, ok: ratio <= limit };
}

/** A result judged by itself. */
export function byValue(name: string, value: number, unit: string, limit: number): Result {
  return { name, value: round(value), unit, ratio: null, limit, ok: value <= limit };
}

export async function timed(run: () => unknown): Promise<number> {
  const startedMs = performance.now();
  await run();
  return performance.now() - startedMs;
}

/** The value below which a share of the samples lies. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function median(samples: readonly number[]): number {
  return percentile(samples, 0.5);
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
