/** No remote is left alone for longer than this without asking the user. */
export const absurdWaitMs = 3_600_000;
/** What a remote names beyond this is taken for this: later moments are none that a clock could show. */
const longestWaitMs = 365 * 24 * 3_600_000;

/**
 * How long (in whole ms) a `Retry-After` header asks to wait: seconds, or a time, which is compared with the time at
 * which the remote says that it answered, so that our clock plays no part. Null if the header makes no sense.
 */
export function readRetryAfter(
  header: string | undefined,
  date: string | undefined,
  nowMs: number = Date.now(),
): number | null {
  if (header === undefined) return null;
  const text = header.trim();
  if (/^\d+(\.\d+)?$/.test(text)) {
    return Math.min(Math.ceil(Number(text) * 1_000), longestWaitMs);
  }
  const until = Date.parse(text);
  if (Number.isNaN(until)) return null;
  const answered = Date.parse(date ?? '');
  return Math.min(Math.max(0, until - (Number.isNaN(answered) ? nowMs : answered)), longestWaitMs);
}
