/**
 * Takes answers from a remote for what is `open`, by key, and strikes out what was answered, until all is, the stream
 * ends or `signal` is aborted; the remote then has nothing more to say. An answer for anything else, or a second one, is
 * passed over. Throws what the stream throws.
 */
export async function takeAnswers<A extends { readonly key: string }, T>(
  stream: AsyncIterable<A>,
  open: Map<string, T>,
  signal: AbortSignal,
  take: (asked: T, answer: A) => void,
): Promise<void> {
  const iterator = stream[Symbol.asyncIterator]();
  const aborted = new Promise<null>((resolve) => {
    if (signal.aborted) resolve(null);
    signal.addEventListener('abort', () => resolve(null), { once: true });
  });
  /** Null when aborted: nobody waits for it any more, and a request that is broken off has nothing new to say. */
  function unlessAborted<W>(work: Promise<W>): Promise<W | null> {
    work.catch(() => undefined);
    return Promise.race([work, aborted]);
  }
  while (open.size > 0) {
    const step = await unlessAborted(iterator.next());
    if (step === null || step.done) return;
    const asked = open.get(step.value.key);
    if (asked === undefined) continue;
    open.delete(step.value.key);
    take(asked, step.value);
  }
  if (iterator.return) await unlessAborted(iterator.return());
}
