import { BulkheadError } from '../../src-shared/contract/errors.ts';
import { openWorker } from '../workers/thread.ts';
import type { ImportReader } from './import-batches.ts';
import type { ImportAnswers, ImportAsk, ImportReply, ImportRequest } from './import-protocol.ts';

interface Waiting {
  resolve(answer: ImportAnswers[ImportAsk]): void;
  reject(error: Error): void;
  onBytes?: (bytes: number, total: number) => void;
}
type Question = ImportRequest extends infer R ? (R extends ImportRequest ? Omit<R, 'id'> : never) : never;

/**
 * Starts a thread that reads files to import. Calls under way reject with `worker_lost` when it
 * ends by itself, with `stopped` after `close`.
 */
export function createImportReader(): ImportReader {
  // Rows live briefly. With room for them few are copied around before they die, and V8 does not come to put what they
  // are made of among what lives long.
  const worker = openWorker('import', null, 32);
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let ended: BulkheadError | null = null;

  worker.on('message', (message: ImportReply) => {
    const call = waiting.get(message.id);
    if (message.say === 'bytes') {
      call?.onBytes?.(message.bytes, message.total);
      return;
    }
    waiting.delete(message.id);
    if (message.say === 'error') call?.reject(BulkheadError.fromDto(message.error));
    else call?.resolve(message.answer);
  });
  worker.on('error', (cause) => end('The thread that reads the file failed. Nothing was changed.', cause));
  worker.on('messageerror', (cause) => end('An answer of the thread that reads the file was lost.', cause));
  worker.on('exit', () => end('The thread that reads the file ended. Nothing was changed.'));

  function end(message: string, cause?: unknown, code: 'worker_lost' | 'stopped' = 'worker_lost'): void {
    ended ??= new BulkheadError(code, message, { cause });
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  }

  function ask<A extends ImportAsk>(
    question: Question & { ask: A },
    onBytes?: (bytes: number, total: number) => void,
  ): Promise<ImportAnswers[A]> {
    if (ended) return Promise.reject(ended);
    const id = ++lastId;
    return new Promise((resolve, reject) => {
      // The thread answers a question with the answer of its own kind; `import-protocol.ts` pairs them.
      const settle = (answer: ImportAnswers[ImportAsk]) => resolve(answer as ImportAnswers[A]);
      waiting.set(id, { resolve: settle, reject, ...(onBytes ? { onBytes } : {}) });
      worker.postMessage({ ...question, id });
    });
  }

  return {
    inspect: (path, onBytes) => ask({ ask: 'inspect', path }, onBytes),
    open: (path, mapping) => ask({ ask: 'open', path, mapping }),
    next: () => ask({ ask: 'next' }),
    openExport: (path, collection) => ask({ ask: 'openExport', path, collection }),
    nextEdits: () => ask({ ask: 'nextEdits' }),
    close: async () => {
      end('Reading the file was stopped. Nothing was changed.', undefined, 'stopped');
      await worker.terminate();
    },
  };
}
