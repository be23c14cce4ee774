import { BulkheadError, type ErrorDto } from '../../src-shared/contract/errors.ts';
import { openWorker } from './thread.ts';

/** What the thread of a job is given. `control[0]` becomes 1 when it is to stop. */
export interface JobData<Order> {
  readonly order: Order;
  readonly control: Int32Array;
}

/** What it says: now and then how far it is, and last what came of it, or why nothing did. */
export type JobMessage<Result, Progress> =
  | { readonly say: 'progress'; readonly progress: Progress }
  | { readonly say: 'done'; readonly result: Result }
  | { readonly say: 'error'; readonly error: ErrorDto };

/** One task in a thread of its own. */
export interface Job<Result> {
  /** Settles when the thread is gone and its files and locks are free. Rejects with `stopped` when it was, with `worker_lost` when it ended unexpectedly. */
  readonly done: Promise<Result>;
  stop(): void;
}

/** Starts the thread of this name; `doJob` makes its answer. `lost` is the error message if it ends unexpectedly. */
export function startJob<Order, Result, Progress = never>(
  name: string,
  order: Order,
  lost: string,
  onProgress: (progress: Progress) => void = () => undefined,
): Job<Result> {
  const control = new Int32Array(new SharedArrayBuffer(4));
  const worker = openWorker(name, { order, control } satisfies JobData<Order>);
  const done = new Promise<Result>((resolve, reject) => {
    let settle = (): void => reject(new BulkheadError('worker_lost', lost));
    worker.on('message', (message: JobMessage<Result, Progress>) => {
      if (message.say === 'progress') onProgress(message.progress);
      else if (message.say === 'done') settle = () => resolve(message.result);
      else settle = () => reject(BulkheadError.fromDto(message.error));
    });
    worker.once('error', (error) => {
      settle = () => reject(error);
    });
    worker.once('exit', () => settle());
  });
  return { done, stop: () => void Atomics.store(control, 0, 1) };
}
