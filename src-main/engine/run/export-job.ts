import { Worker } from 'node:worker_threads';
import { BulkheadError, type ErrorDto } from '../../../src-shared/contract/errors.ts';
import type { ExportedFile } from '../../../src-shared/domain/operation.ts';
import type { Selection } from '../../../src-shared/domain/selection.ts';
import type { Effect } from '../../actions/effect.ts';
import { threadEntry } from '../../workers/thread.ts';

/** Rows live for one page only: a small nursery keeps a long export from growing the process. */
const maxYoungGenerationSizeMb = 16;

/** What the export thread is given. `control[0]` becomes 1 when it is to stop. */
export interface ExportOrder {
  readonly databaseFile: string;
  readonly collection: string;
  readonly effect: Extract<Effect, { kind: 'export' }>;
  readonly selection: Selection;
  readonly nowMs: number;
  readonly control: Int32Array;
}

export type ExportMessage =
  | { readonly kind: 'rows'; readonly rows: number }
  | { readonly kind: 'done'; readonly file: ExportedFile; readonly runMs: number }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'error'; readonly error: ErrorDto };

export interface ExportJob {
  /** Resolves with what was written, or null when it was stopped: then no file is left behind. */
  readonly done: Promise<{ file: ExportedFile; runMs: number } | null>;
  stop(): void;
}

/** Writes the records of an export to its file in a thread of its own. */
export function startExport(order: Omit<ExportOrder, 'control'>, onRows: (rows: number) => void): ExportJob {
  const control = new Int32Array(new SharedArrayBuffer(4));
  const workerData: ExportOrder = { ...order, control };
  const worker = new Worker(threadEntry('export'), {
    workerData,
    name: 'export',
    resourceLimits: { maxYoungGenerationSizeMb },
  });
  const done = new Promise<Awaited<ExportJob['done']>>((resolve, reject) => {
    worker.on('message', (message: ExportMessage) => {
      if (message.kind === 'rows') onRows(message.rows);
      else if (message.kind === 'done') resolve({ file: message.file, runMs: message.runMs });
      else if (message.kind === 'stopped') resolve(null);
      else reject(BulkheadError.fromDto(message.error));
    });
    worker.once('error', reject);
    worker.once('exit', () =>
      reject(new BulkheadError('worker_lost', 'The export ended unexpectedly; no file was written.')),
    );
  });
  return { done, stop: () => void Atomics.store(control, 0, 1) };
}
