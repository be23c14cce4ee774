import { Worker } from 'node:worker_threads';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import {
  type AnswerMessage,
  type CallMessage,
  handedOver,
  type Methods,
  type ReadyMessage,
} from './protocol.ts';

/** The functions of a thread as promises, called by name: `thread.call('getRecord', { collection, id })`. */
export interface Thread<M extends Methods<never>> {
  call<K extends keyof M & string>(
    method: K,
    ...args: Parameters<M[K]> extends [unknown, infer A] ? [args: A] : []
  ): Promise<Awaited<ReturnType<M[K]>>>;
  /** Calls that were not answered yet. */
  pending(): number;
  /** True from the moment the thread is known to have ended; every call then rejects. */
  isLost(): boolean;
  /** Resolves with the reason when the thread is gone and its locks and files are free, also after `close`. */
  readonly lost: Promise<Error>;
  /** Lets running calls end, closes the connection and waits for the thread to be gone. */
  close(): Promise<void>;
}

/** The entry of a thread by name, beside this file: `.ts` when run from source, `.cjs` in a bundle. */
function threadEntry(name: string): URL {
  return new URL(`./${name}.worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'cjs'}`, import.meta.url);
}

/** What a thread makes lives briefly: a small nursery keeps several of them from growing the process. */
const smallNurseryMb = 16;

/** Starts the thread with this entry. */
export function openWorker(name: string, workerData: unknown, nurseryMb = smallNurseryMb): Worker {
  return new Worker(threadEntry(name), {
    workerData,
    name,
    resourceLimits: { maxYoungGenerationSizeMb: nurseryMb },
  });
}

/**
 * Starts a database thread, given what its entry takes, and waits until it is ready. Rejects with the thread's own error
 * when it cannot open.
 */
export async function startThread<M extends Methods<never>>(
  name: string,
  workerData: unknown,
): Promise<Thread<M>> {
  const worker = openWorker(name, workerData);
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  let failure: Error | null = null;
  let lastId = 0;

  await new Promise<void>((resolve, reject) => {
    let refusal: Error | null = null;
    worker.once('message', (message: ReadyMessage) => {
      if (message.ready) resolve();
      else refusal = BulkheadError.fromDto(message.error);
    });
    worker.once('error', (error: Error) => {
      refusal = error;
    });
    // Not before the thread is gone: whoever tries again must not meet its locks.
    worker.once('exit', () => reject(refusal ?? lossOf(name, null)));
  });

  worker.on('message', (answer: AnswerMessage) => {
    const call = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (answer.ok) call?.resolve(answer.value as never);
    else call?.reject(Object.assign(BulkheadError.fromDto(answer.error), { stack: answer.stack }));
  });
  worker.on('error', (error: Error) => {
    failure = error;
  });
  const lost = new Promise<Error>((resolve) => {
    worker.on('exit', () => {
      const error = lossOf(name, failure);
      failure = error;
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
      resolve(error);
    });
  });

  function post(method: string, args: unknown): Promise<never> {
    if (failure) return Promise.reject(failure);
    lastId += 1;
    const id = lastId;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      worker.postMessage({ id, method, args } satisfies CallMessage, handedOver(args));
    });
  }

  return {
    call: (method, ...args) => post(method, args[0]),
    pending: () => waiting.size,
    isLost: () => failure !== null,
    lost,
    close: async () => {
      // One that dies of it, or meanwhile, is gone as well.
      if (!failure)
        await post('close', undefined).catch((error: unknown) => {
          if (error !== failure) throw error;
        });
      await lost;
    },
  };
}

function lossOf(name: string, cause: Error | null): BulkheadError {
  return new BulkheadError(
    'worker_lost',
    `The ${name} thread of the database ended unexpectedly. Nothing is half done.`,
    {
      cause,
    },
  );
}
