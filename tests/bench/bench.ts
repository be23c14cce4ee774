/** One measured promise. */
export interface Result {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The value over what it is compared with, measured in the same run; null where it is judged by itself. */
  readonly ratio: number | null;
  /** Null where the figure is only told: another one that it is part of is judged. */
  readonly limit: number | null;
  /** The limit is a least, not a most. */
  readonly isLeast: boolean;
  readonly ok: boolean;
  /** One sentence: what keeps it from being better, or what the limit follows from. */
  readonly why: string;
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
  /** Records that a remote is told of. */
  readonly told: number;
  /** Tickets that are edited one at a time. */
  readonly few: number;
  /** Operations of the longer history. */
  readonly past: number;
  /** Lines of each file that are imported, at most. */
  readonly lines: number;
}

export interface Benchmark {
  readonly name: string;
  run(scale: Scale): Promise<Result[]>;
}

interface Judgement {
  readonly name: string;
  readonly limit: number;
  readonly why: string;
}

/** A result judged by its ratio to a floor that was measured beside it. */
export function byRatio(judged: Judgement, value: number, floor: number, unit = 'ms'): Result {
  const ratio = value / floor;
  return {
    ...judged,
    value: round(value),
    unit,
    ratio: round(ratio),
    isLeast: false,
    ok: ratio <= judged.limit,
  };
}

/** A part of another result, over the same floor; only told. */
export function byPart(part: Omit<Judgement, 'limit'>, value: number, floor: number): Result {
  const ratio = round(value / floor);
  return { ...part, limit: null, value: round(value), unit: 'ms', ratio, isLeast: false, ok: true };
}

/** A result judged by how many times as fast it is as another way to do the same. */
export function bySpeedup(judged: Judgement, value: number, other: number, unit: string): Result {
  const ratio = other / value;
  return {
    ...judged,
    value: round(value),
    unit,
    ratio: round(ratio),
    isLeast: true,
    ok: ratio >= judged.limit,
  };
}

/** A result judged by itself. */
export function byValue(judged: Judgement, value: number, unit: string): Result {
  return { ...judged, value: round(value), unit, ratio: null, isLeast: false, ok: value <= judged.limit };
}

/** A result judged by itself, where more is better. */
export function byLeast(judged: Judgement, value: number, unit: string): Result {
  return { ...judged, value: round(value), unit, ratio: null, isLeast: true, ok: value >= judged.limit };
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
  return Number(value.toPrecision(3));
}
