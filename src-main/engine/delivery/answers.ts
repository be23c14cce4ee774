import type { Outcome, ReadBack } from '../../remotes/remote.ts';

type Keyed<A> = Extract<A, { readonly key: string }>;

/** What is done with what a remote says. */
export interface Taking<T, A> {
  readonly take: (asked: T, answer: Keyed<A>) => void;
  /** Resolves when the cursor is on the disk. */
  readonly keep: (cursor: string) => Promise<void>;
}

/**
 * Takes a remote's answers about what is `open`, by key, and removes what was answered from it, until nothing is left,
 * the stream ends or `signal` is aborted. An answer about anything else, or a second one, is ignored. After a cursor,
 * the next answer is not asked for before the cursor is stored. Throws what the stream throws.
 */
export async function takeAnswers<A extends ReadBack | Outcome, T>(
  stream: AsyncIterable<A>,
  open: Map<string, T>,
  signal: AbortSignal,
  { take, keep }: Taking<T, A>,
): Promise<void> {
  const iterator = stream[Symbol.asyncIterator]();
  const aborted = new Promise<null>((resolve) => {
    if (signal.aborted) resolve(null);
    signal.addEventListener('abort', () => resolve(null), { once: true });
  });
  /** Null when aborted: nobody waits for it any more, and a request that is broken off has nothing new to say. */
  function unlessAborted<R>(work: Promise<R>): Promise<R | null> {
    work.catch(() => undefined);
    return Promise.race([work, aborted]);
  }
  while (open.size > 0) {
    const step = await unlessAborted(iterator.next());
    if (step === null || step.done) return;
    const answer = step.value;
    if (answer.kind === 'cursor') {
      await unlessAborted(keep(answer.cursor));
      continue;
    }
    const asked = open.get(answer.key);
    if (asked === undefined) continue;
    open.delete(answer.key);
    take(asked, answer as Keyed<A>);
  }
  if (iterator.return) await unlessAborted(iterator.return());
}
