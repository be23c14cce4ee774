import { parentPort } from 'node:worker_threads';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import { openFile } from '../files/dry-run.ts';
import { toNewRecord } from '../files/import-items.ts';
import type { ImportAnswers, ImportAsk, ImportReply, ImportRequest } from '../files/import-protocol.ts';
import { type Inspected, inspectFile } from '../files/inspect.ts';
import type { ImportBatch, PackedBatch } from '../files/types.ts';
import { packRows } from '../platform/packed-rows.ts';
import { handedOver, toBulkheadError } from './protocol.ts';

/** How often the progress of an inspection is told. */
const progressEveryMs = 50;

/** Of the latest file, which is most likely the one to be read. */
let inspected: Inspected | undefined;
let batches: Generator<PackedBatch, void, void> | null = null;
/** The batch after the one that was sent, made while that one is being used; or why it could not be made. */
let ahead: (() => PackedBatch) | null = null;

function answer(request: ImportRequest): ImportAnswers[ImportAsk] {
  switch (request.ask) {
    case 'inspect':
      inspected = inspectFile(request.path, tellBytes(request.id));
      return inspected.inspection;
    case 'open': {
      const run = openFile(request.path, request.mapping, Date.now(), inspected);
      batches?.return();
      batches = packed(run.batches, request.mapping.source);
      return run.opened;
    }
    case 'next':
      return (ahead ?? readNext())();
  }
}

function* packed(
  run: Generator<ImportBatch, void, void>,
  source: string,
): Generator<PackedBatch, void, void> {
  for (const { records, ...batch } of run) {
    yield { ...batch, records: packRows(records.map((record) => toNewRecord(record, source))) };
  }
}

function readNext(): () => PackedBatch {
  try {
    const step = batches?.next();
    if (step && !step.done) return () => step.value;
    throw new BulkheadError('wrong_state', 'The file was read to its end, or no file was opened.');
  } catch (cause) {
    return () => {
      throw cause;
    };
  }
}

function tellBytes(id: number): (bytes: number, total: number) => void {
  let toldAt = 0;
  return (bytes, total) => {
    const now = performance.now();
    if (now - toldAt < progressEveryMs && bytes < total) return;
    toldAt = now;
    reply({ say: 'bytes', id, bytes, total });
  };
}

function reply(message: ImportReply): void {
  parentPort?.postMessage(message, message.say === 'answer' ? handedOver(message.answer) : []);
}

parentPort?.on('message', (request: ImportRequest) => {
  try {
    reply({ say: 'answer', id: request.id, answer: answer(request) });
    ahead = request.ask === 'next' || request.ask === 'open' ? readNext() : null;
  } catch (cause) {
    reply({ say: 'error', id: request.id, error: toBulkheadError(cause).toDto() });
  }
});
