import { BulkheadError } from '../../src-shared/contract/errors.ts';
import type { WriterStart } from '../sql/care/rescue.ts';
import type { ReaderMethods } from '../sql/reader.ts';
import type { WriterMethods } from '../sql/writer.ts';
import { type KeptThread, keepThread } from '../workers/kept-thread.ts';
import type { Methods } from '../workers/protocol.ts';
import { startThread, type Thread } from '../workers/thread.ts';

export type { WrittenFile } from '../sql/care/retention.ts';
export type { ClaimedBatch } from '../sql/delivery/claim.ts';
export type { HeldDelivery } from '../sql/delivery/held-deliveries.ts';
export type { Settlement } from '../sql/delivery/settling.ts';
export type { SettledSlice } from '../sql/mirror/conflicts.ts';
export type { MirrorRef } from '../sql/mirror/incoming.ts';
export type { KeptChanges } from '../sql/mirror/kept-changes.ts';
export type { MirrorState } from '../sql/mirror/pull.ts';
export type { StoredRemote } from '../sql/mirror/remotes.ts';
export type { NewOperation } from '../sql/operations/drafts.ts';
export type { Transition } from '../sql/operations/operation-changes.ts';
export type { StoredOperation } from '../sql/operations/operations.ts';
export type { NewRecord } from '../sql/operations/plan-new.ts';
export type { Rate } from '../sql/operations/rate.ts';
export type { ScheduleContent, StoredSchedule } from '../sql/schedule/schedules.ts';
export type { TemplateContent } from '../sql/schedule/templates.ts';
export type { OperationKey } from '../sql/server/operation-keys.ts';

/** Two readers: more take more from the writer than they give to the window (measured on two cores). */
const readerCount = 2;
/** So many calls wait for a reader before the next one begins, which takes as long as many a small answer. */
const waitingPerReader = 4;

/** The database as the rest of the console sees it: one writer, and readers that share the reading. */
export interface Store {
  readonly file: string;
  write: Thread<WriterMethods>['call'];
  /** Goes to the reader with the least to do. */
  read: Thread<ReaderMethods>['call'];
  /**
   * Replaces the database. Writes are refused from the start (`restoring`); once those in progress have ended, `make`
   * answers the file that replaces it, and only while that is put in place reads are refused, too. Rejects, with the
   * old database intact, if `make` does or the file cannot be put in place.
   */
  replace(make: () => Promise<string>): Promise<void>;
  /** From now on nothing is written: every write rejects with this error. */
  refuseWrites(error: BulkheadError): void;
  /** Not while `replace` is under way. */
  close(): Promise<void>;
}

interface Threads {
  readonly writer: KeptThread<WriterMethods>;
  readonly readers: readonly KeptThread<ReaderMethods>[];
}

/**
 * Opens the database file and its threads, restoring a damaged one. A thread that dies is started again for later
 * calls; `onLost` is told of it. Throws `workspace_*` errors.
 */
export async function openStore(
  file: string,
  nowMs: number,
  onLost: (error: Error, thread: string) => void = () => undefined,
): Promise<Store> {
  let starting: Promise<unknown> = Promise.resolve();
  let threads = keepThreads({ file, how: 'first', nowMs });
  await threads.writer.start();
  const writing = new Set<Promise<unknown>>();
  let refusal: BulkheadError | null = null;
  let isSwapping = false;

  /** One thread after the other: loading the native module twice at once is not safe. */
  function inTurn<T>(start: () => Promise<T>): Promise<T> {
    const started = starting.then(start);
    starting = started.catch(() => undefined);
    return started;
  }

  function keep<M extends Methods<never>>(name: 'writer' | 'reader', data: () => unknown): KeptThread<M> {
    return keepThread(
      () => inTurn(() => startThread<M>(name, data())),
      (error) => onLost(error, `${name} thread`),
    );
  }

  function keepThreads(first: WriterStart): Threads {
    let next = first;
    const writer = keep<WriterMethods>('writer', () => {
      const start = next;
      next = { file, how: 'again' };
      return start;
    });
    const readers = Array.from({ length: readerCount }, () => keep<ReaderMethods>('reader', () => file));
    return { readers, writer };
  }

  async function replace(make: () => Promise<string>): Promise<void> {
    const before = refusal;
    refusal = restoring();
    try {
      await Promise.allSettled(writing);
      const by = await make();
      isSwapping = true;
      await closeThreads(threads);
      threads = keepThreads({ file, how: 'replace', by });
      await threads.writer.start();
      refusal = null;
    } catch (error) {
      refusal = before;
      if (isSwapping) {
        // Kept whether or not it can begin now: who writes next begins it anew.
        threads = keepThreads({ file, how: 'again' });
        await threads.writer.start();
      }
      throw error;
    } finally {
      isSwapping = false;
    }
  }

  return {
    file,
    write: (method, ...args) => {
      if (refusal) return Promise.reject(refusal);
      const written = threads.writer.call(method, ...args);
      writing.add(written);
      const forget = (): boolean => writing.delete(written);
      void written.then(forget, forget);
      return written;
    },
    read: (method, ...args) =>
      isSwapping ? Promise.reject(restoring()) : readerFor(threads.readers).call(method, ...args),
    replace,
    refuseWrites: (error) => {
      refusal ??= error;
    },
    close: () => closeThreads(threads),
  };
}

function restoring(): BulkheadError {
  return new BulkheadError('restoring', 'A backup is being put in place. This was not carried out.');
}

/** The one with the least to do; one that has not begun yet where all others have enough. */
function readerFor(readers: Threads['readers']): KeptThread<ReaderMethods> {
  const [best] = readers
    .filter((reader) => reader.isStarted())
    .toSorted((one, other) => one.pending() - other.pending());
  if (best && best.pending() < waitingPerReader) return best;
  const next = readers.find((reader) => !reader.isStarted()) ?? best;
  if (!next) throw new Error('no reader thread');
  return next;
}

/** The writer last, so that it is the one to truncate the write-ahead log. */
async function closeThreads({ readers, writer }: Threads): Promise<void> {
  for (const thread of [...readers, writer]) await thread.close();
}
