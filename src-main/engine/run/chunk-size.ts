/** What a chunk should take: a cancel waits for at most one, and other writers get their turn in between. */
const targetMs = 80;
const smallest = 200;
const largest = 10_000;

export const firstChunkSize = 500;

/**
 * The next chunk's size, from how long the last one took. At most doubles, so that one lucky chunk does not mislead; one
 * that was made smaller than the smallest, to find what goes wrong, grows back the same way.
 */
export function nextChunkSize(size: number, tookMs: number): number {
  const factor = Math.min(2, targetMs / Math.max(tookMs, 1));
  return Math.round(Math.min(largest, Math.max(Math.min(smallest, size * 2), size * factor)));
}
