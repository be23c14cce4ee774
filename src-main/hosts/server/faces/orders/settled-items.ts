import type { Item } from '../../../../../src-shared/domain/item.ts';
import { isFinal, type Operation } from '../../../../../src-shared/domain/operation.ts';
import type { Caller } from '../../../../api/caller.ts';
import { type ApiContext, ask } from '../http/context.ts';
import { isOpen } from '../operations/standing.ts';

/** As many items are in memory at a time. */
const pageSize = 500;

/**
 * The items of an operation after `after`, in order, as they are settled; an empty page whenever nothing was settled for
 * `silenceMs`. Ends with the operation's last item, or when the signal is aborted. Nothing is read before it is asked for.
 */
export async function* settledItems(
  context: ApiContext,
  caller: Caller,
  id: number,
  { after, silenceMs, signal }: { after: number; silenceMs: number; signal: AbortSignal },
): AsyncGenerator<Item[]> {
  let news = Promise.withResolvers<void>();
  const stop = context.watch.follow(id, () => {
    news.resolve();
    news = Promise.withResolvers<void>();
  });
  const onAbort = (): void => news.resolve();
  signal.addEventListener('abort', onAbort);
  try {
    for (let last = after; !signal.aborted; ) {
      const next = news.promise;
      const operation: Operation = await ask(context, caller, 'operations.get', { id });
      const page = await ask(context, caller, 'operations.items', { id, after: last, limit: pageSize });
      const open = page.items.findIndex(isOpen);
      const settled = open === -1 ? page.items : page.items.slice(0, open);
      if (settled.length > 0) yield settled;
      last = settled.at(-1)?.seq ?? last;
      if (open === -1 && page.hasMore) continue;
      if (isFinal(operation.state)) return;
      if (settled.length === 0 && !(await within(next, silenceMs))) yield [];
    }
  } finally {
    stop();
    signal.removeEventListener('abort', onAbort);
  }
}

/** True when the promise is kept within the time. */
async function within(promise: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
