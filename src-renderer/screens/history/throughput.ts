import type { JournalEntry } from '../../../src-shared/contract/operations.ts';

export interface Throughput {
  /** Items per second in each slice of the run, pauses included. */
  readonly rates: readonly number[];
  readonly maxRate: number;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly durationMs: number;
}

const slices = 60;
/** Shorter runs, or runs of fewer chunks, would show rounding rather than a course. */
const minDurationMs = 2000;
const minChunks = 8;

/** How fast an operation went over time, from the chunks in its journal; null where they say too little. */
export function throughputOf(entries: readonly JournalEntry[]): Throughput | null {
  const chunks = entries.filter(({ event }) => event === 'chunk').map(toSpan);
  const [first] = chunks;
  if (!first || chunks.length < minChunks) return null;
  const endsAt = Math.max(...chunks.map(({ endAt }) => endAt));
  const durationMs = endsAt - first.at;
  if (durationMs < minDurationMs) return null;
  const sliceMs = durationMs / slices;
  const rates = Array.from({ length: slices }, (_, slice) => {
    const from = first.at + slice * sliceMs;
    const items = chunks.reduce((sum, chunk) => sum + itemsWithin(chunk, from, from + sliceMs), 0);
    return (items * 1000) / sliceMs;
  });
  return { rates, maxRate: Math.max(...rates), startedAt: first.at, durationMs };
}

interface Span {
  readonly at: number;
  readonly endAt: number;
  readonly items: number;
}

function toSpan({ at, detail }: JournalEntry): Span {
  const { done, failed, tookMs } = detail;
  const count = (value: unknown) => (typeof value === 'number' ? value : 0);
  return { at, endAt: at + Math.max(1, count(tookMs)), items: count(done) + count(failed) };
}

/** The part of a chunk's items that falls into a slice, taking its work as even. */
function itemsWithin(chunk: Span, from: number, to: number): number {
  const overlapMs = Math.min(chunk.endAt, to) - Math.max(chunk.at, from);
  return overlapMs <= 0 ? 0 : (chunk.items * overlapMs) / (chunk.endAt - chunk.at);
}
