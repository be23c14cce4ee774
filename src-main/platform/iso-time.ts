const dayMs = 86_400_000;
const two = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));

/** Epoch ms as ISO 8601 in UTC, as `Date.toISOString` writes it but several times faster for many times of few days. */
export function createIsoFormatter(): (epochMs: number) => string {
  const days = new Map<number, string>();
  return (epochMs) => {
    const day = Math.floor(epochMs / dayMs);
    let date = days.get(day);
    if (date === undefined) {
      date = new Date(day * dayMs).toISOString().slice(0, -13);
      days.set(day, date);
    }
    const rest = epochMs - day * dayMs;
    const seconds = Math.floor(rest / 1000);
    const minutes = Math.floor(seconds / 60);
    const millis = String(rest % 1000).padStart(3, '0');
    return `${date}${two[Math.floor(minutes / 60)]}:${two[minutes % 60]}:${two[seconds % 60]}.${millis}Z`;
  };
}
