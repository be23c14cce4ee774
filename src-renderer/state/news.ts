/**
 * Answers and events travel separately, so an event can overtake an answer that was made before it. A caller keeps
 * `since()`, and can ask for each key whether an event came meanwhile. If so, the answer can be dropped: the console
 * sends an event for every change.
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
