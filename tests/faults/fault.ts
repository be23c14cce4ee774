import { BroadcastChannel } from 'node:worker_threads';

/** Something that goes wrong in a thread of a console, at a place that the test names. `sabotage.ts` makes it happen. */
export interface Fault {
  /** The thread's name; `main` is the console's own. */
  readonly thread: 'writer' | 'reader' | 'export' | 'backup' | 'main';
  /**
   * What is counted: statements, statements that write (COMMIT among them), calls that change a file or a folder, or
   * answers that the main thread gets.
   */
  readonly kind: 'statement' | 'write' | 'file' | 'answer';
  /** Counts only what a call of this name does, `applyChunk` for example. */
  readonly method?: string;
  /** Counts only what begins so: a statement's text or the name of a call of `node:fs`. */
  readonly text?: string;
  /** The first that is hit, from 1. */
  readonly nth: number;
  /** How many in a row are hit; 1 unless said otherwise. */
  readonly times?: number;
  /** A kill before or after it, the end of the thread before or after it, or the code of an error that it throws. */
  readonly how: 'kill' | 'kill-after' | 'throw' | 'exit' | 'exit-after' | 'memory' | SystemError;
}

export type SystemError =
  | 'SQLITE_FULL'
  | 'SQLITE_BUSY'
  | 'SQLITE_IOERR'
  | 'ENOSPC'
  | 'EIO'
  | 'EACCES'
  | 'EPERM'
  | 'EXDEV'
  | 'EROFS';

/** The environment variable that makes threads ready for faults: a fault as JSON, or `null` for one to come later. */
export const sabotageVariable = 'BULKHEAD_SABOTAGE';
export const sabotageChannel = 'bulkhead-sabotage';

/** What goes over the channel: a fault to a thread, a thread's word that it has begun, and that it took its fault. */
export type SabotageMessage =
  | { readonly to: Fault['thread']; readonly fault: Fault | null }
  | { readonly from: string; readonly isNew: boolean };

/** Threads that are started from now on meet this fault; with null they are ready for one that `arm` brings. */
export function sabotageNewThreads(fault: Fault | null): void {
  process.env[sabotageVariable] = JSON.stringify(fault);
}

/** Threads that are started from now on run as they are. */
export function leaveNewThreadsAlone(): void {
  delete process.env[sabotageVariable];
}

/** Gives a thread a fault to meet, or takes it back with null. Resolves when a thread of that name knows. */
export function arm(thread: Fault['thread'], fault: Fault | null): Promise<void> {
  const channel = new BroadcastChannel(sabotageChannel);
  const post = () => channel.postMessage({ to: thread, fault } satisfies SabotageMessage);
  return new Promise((resolve) => {
    channel.onmessage = (event) => {
      const message: SabotageMessage = event.data;
      if (!('from' in message) || message.from !== thread) return;
      // One that has just begun has not heard what was said before.
      if (message.isNew) return post();
      channel.close();
      resolve();
    };
    post();
  });
}
