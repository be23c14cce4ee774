import type { Worker } from 'node:worker_threads';

/**
 * What a thread said last, once it is gone and its files and locks are free; null where that was nothing. Rejects, also
 * then only, with the error that ended it.
 */
export function lastWord<Message>(worker: Worker): Promise<Message | null> {
  let last: Message | null = null;
  worker.on('message', (message: Message) => {
    last = message;
  });
  return new Promise((resolve, reject) => {
    let settle = (): void => resolve(last);
    worker.once('error', (error) => {
      settle = () => reject(error);
    });
    worker.once('exit', () => settle());
  });
}
