import fc from 'fast-check';
import { expect, test } from 'vitest';
import { throughputOf } from '../../../src-renderer/screens/history/throughput.ts';
import type { JournalEntry } from '../../../src-shared/contract/operations.ts';

function chunk(seq: number, at: number, done: number, tookMs: number): JournalEntry {
  return { seq, at, event: 'chunk', detail: { done, failed: 0, tookMs } };
}
const every500Ms = Array.from({ length: 10 }, (_, index) =>
  chunk(index + 1, 10_000 + index * 500, 1000, 500),
);

test('an even run has one rate throughout', () => {
  const throughput = throughputOf(every500Ms);
  expect(throughput).toMatchObject({ startedAt: 10_000, durationMs: 5000 });
  for (const rate of throughput?.rates ?? []) expect(rate).toBeCloseTo(2000, 6);
});

test('a pause is a gap, not a slow stretch', () => {
  const paused = every500Ms.map((entry, index) => (index < 5 ? entry : { ...entry, at: entry.at + 5000 }));
  const { rates = [] } = throughputOf(paused) ?? {};
  expect(rates.filter((rate) => rate === 0).length).toBeGreaterThan(20);
});

test('too few chunks or too short a run make no chart', () => {
  expect(throughputOf(every500Ms.slice(0, 4))).toBeNull();
  expect(throughputOf(every500Ms.map((entry) => ({ ...entry, at: 10_000 })))).toBeNull();
  expect(throughputOf([])).toBeNull();
});

test('nothing is added and nothing lost: the slices hold every item', () => {
  const span = fc.record({ gap: fc.nat(2000), done: fc.nat(10_000), tookMs: fc.nat(900) });
  fc.assert(
    fc.property(fc.array(span, { minLength: 8, maxLength: 40 }), (spans) => {
      let at = 0;
      const entries = spans.map(({ gap, done, tookMs }, index) => {
        at += gap;
        const entry = chunk(index + 1, at, done, tookMs);
        at += tookMs + 1;
        return entry;
      });
      const throughput = throughputOf(entries);
      if (!throughput) return;
      const seconds = throughput.durationMs / 1000 / throughput.rates.length;
      const items = throughput.rates.reduce((sum, rate) => sum + rate * seconds, 0);
      expect(items).toBeCloseTo(
        spans.reduce((sum, { done }) => sum + done, 0),
        3,
      );
    }),
  );
});
