/**
 * Works on several things at a time and answers as they are done, in any order. Whoever stops asking ends it: what is
 * under way is waited for no more, and nothing else begins.
 */
export async function* inParallel<T, R>(
  things: Iterable<T>,
  limit: number,
  work: (thing: T) => Promise<R>,
): AsyncGenerator<R, void, void> {
  const iterator = things[Symbol.iterator]();
  const running = new Map<number, Promise<{ at: number; result: R }>>();
  let count = 0;
  const begin = (): boolean => {
    const next = iterator.next();
    if (next.done) return false;
    const at = count;
    count += 1;
    const working = work(next.value).then((result) => ({ at, result }));
    working.catch(() => undefined);
    running.set(at, working);
    return true;
  };
  while (running.size < limit && begin());
  while (running.size > 0) {
    const { at, result } = await Promise.race(running.values());
    running.delete(at);
    yield result;
    begin();
  }
}
