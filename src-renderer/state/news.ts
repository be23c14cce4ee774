/**
 * Answers and events come by different ways, so that an event can overtake an answer that was made before it. Whoever
 * asks takes `since()` along, and learns of each key whether something was told meanwhile. An answer may be dropped for
 * that alone, because the console tells of every change after it was made.
 */
export function createNews<K>() {
  let count = 0;
  const latest = new Map<K, number>();
  return {
    told: (key: K): void => {
      count += 1;
      latest.set(key, count);
    },
    since: () => {
      const asked = count;
      return (key: K): boolean => (latest.get(key) ?? 0) > asked;
    },
  };
}
