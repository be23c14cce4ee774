import type { MessagePort } from 'node:worker_threads';
import { toBulkheadError } from '../platform/coded-error.ts';
import type { Db } from '../sql/open.ts';
import { releaseWorkspace } from '../sql/owner.ts';
import { type Methods, type ReadyMessage, serve } from './protocol.ts';

/** Opens a connection and answers calls on it until the thread is told to close. */
export function serveDatabase(port: MessagePort | null, open: () => Db, methods: Methods<Db>): void {
  if (!port) throw new Error('this file is the entry of a thread');
  try {
    const db = open();
    serve(port, db, { ...methods, close: () => closeAll(db, port) });
    port.postMessage({ ready: true } satisfies ReadyMessage);
  } catch (error) {
    port.postMessage({ ready: false, error: toBulkheadError(error).toDto() } satisfies ReadyMessage);
    port.close();
  }
}

function closeAll(db: Db, port: MessagePort): void {
  db.close();
  releaseWorkspace();
  setImmediate(() => port.close());
}
