import type { ReaderMethods } from '../sql/reader.ts';
import type { WriterMethods } from '../sql/writer.ts';
import { type KeptThread, keepThread } from '../workers/kept-thread.ts';
import type { Methods } from '../workers/protocol.ts';
import { startThread, type Thread } from '../workers/thread.ts';

export type { NewRecord } from '../sql/items.ts';
export type { NewOperation, Transition } from '../sql/operation-changes.ts';
export type { StoredOperation } from '../sql/operations.ts';
export type { Rate } from '../sql/rate.ts';
export type { ScheduleContent, StoredSchedule } from '../sql/schedules.ts';
export type { TemplateContent } from '../sql/templates.ts';

/** Two readers: more take more from the writer than they give to the window (measured on two cores). */
const readerCount = 2;

/** The database as the rest of the console sees it: one writer, and readers that share the reading. */
export interface Store {
  readonly file: string;
  write: Thread<WriterMethods>['call'];
  /** Goes to the reader with the least to do. */
  read: Thread<ReaderMethods>['call'];
  close(): Promise<void>;
}

/**
 * Opens the database file and its threads. A thread that dies is started again for later calls; `onLost` is told of it.
 */
export async function openStore(
  file: string,
  onLost: (error: Error, thread: string) => void = () => undefined,
): Promise<Store> {
  let starting: Promise<unknown> = Promise.resolve();

  /** One thread after the other: loading the native module twice at once is not safe. */
  function inTurn<T>(start: () => Promise<T>): Promise<T> {
    const started = starting.then(start);
    starting = started.catch(() => undefined);
    return started;
  }

  function keep<M extends Methods<never>>(name: 'writer' | 'reader'): Promise<KeptThread<M>> {
    return keepThread(
      () => inTurn(() => startThread<M>(name, file)),
      (error) => onLost(error, `${name} thread`),
    );
  }

  const writer = await keep<WriterMethods>('writer');
  const readers: KeptThread<ReaderMethods>[] = [];
  try {
    for (let count = 0; count < readerCount; count += 1) readers.push(await keep<ReaderMethods>('reader'));
  } catch (error) {
    await closeAll([...readers, writer]);
    throw error;
  }
  return {
    file,
    write: (method, ...args) => writer.call(method, ...args),
    read: (method, ...args) => leastBusy(readers).call(method, ...args),
    close: () => closeAll([...readers, writer]),
  };
}

function leastBusy<T extends { pending(): number }>(threads: readonly T[]): T {
  const [first, ...rest] = threads;
  if (!first) throw new Error('no reader thread');
  return rest.reduce((best, thread) => (thread.pending() < best.pending() ? thread : best), first);
}

/** The writer last, so that it is the one to truncate the write-ahead log. */
async function closeAll(threads: readonly { close(): Promise<void> }[]): Promise<void> {
  for (const thread of threads) await thread.close();
}
