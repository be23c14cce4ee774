import { Worker } from 'node:worker_threads';
import { BulkheadError, type ErrorDto } from '../../../src-shared/contract/errors.ts';
import type { Verification } from '../../../src-shared/contract/history.ts';
import { lastWord } from '../../workers/last-word.ts';
import { threadEntry } from '../../workers/thread.ts';

/** What the history thread is given. `control[0]` becomes 1 when it is to stop. */
export interface HistoryOrder {
  readonly databaseFile: string;
  readonly nowMs: number;
  /** What to write when the history was checked, or null. */
  readonly report: ReportOrder | null;
  readonly control: Int32Array;
}

export interface ReportOrder {
  /** Null for the whole history. */
  readonly operationId: number | null;
  readonly format: 'csv' | 'json';
  readonly signedBy: string;
  readonly path: string;
}

export type HistoryMessage =
  | { readonly kind: 'checked'; readonly checked: number; readonly total: number }
  | { readonly kind: 'done'; readonly verification: Verification; readonly bytes: number | null }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'error'; readonly error: ErrorDto };

export interface HistoryJob {
  /**
   * Settles when the thread has let go of the database. Bytes is the size of the report, or null where none was asked for.
   * Rejects with `stopped` when it was.
   */
  readonly done: Promise<{ verification: Verification; bytes: number | null }>;
  stop(): void;
}

/** Checks the history, and writes a report of it, in a thread of its own. `onChecked` is told at most ten times a second. */
export function startHistoryJob(
  order: Omit<HistoryOrder, 'control'>,
  onChecked: (progress: { checked: number; total: number }) => void,
): HistoryJob {
  const control = new Int32Array(new SharedArrayBuffer(4));
  const workerData: HistoryOrder = { ...order, control };
  const worker = new Worker(threadEntry('history'), { workerData, name: 'history' });
  worker.on('message', (message: HistoryMessage) => {
    if (message.kind === 'checked') onChecked({ checked: message.checked, total: message.total });
  });
  const done = lastWord<HistoryMessage>(worker).then((message) => {
    switch (message?.kind) {
      case 'done':
        return message;
      case 'stopped':
        throw new BulkheadError('stopped', 'Checking the history was stopped. Nothing was changed.');
      case 'error':
        throw BulkheadError.fromDto(message.error);
      default:
        throw new BulkheadError(
          'worker_lost',
          'Checking the history ended unexpectedly. Nothing was changed.',
        );
    }
  });
  return { done, stop: () => void Atomics.store(control, 0, 1) };
}
