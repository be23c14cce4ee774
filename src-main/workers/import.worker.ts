import { parentPort } from 'node:worker_threads';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import type { EditedRow } from '../actions/plan-edit.ts';
import { openFile } from '../files/dry-run.ts';
import { openExport } from '../files/edited-export.ts';
import { type PackedBatch, toNewRecord } from '../files/import-batches.ts';
import type { ImportAnswers, ImportAsk, ImportReply, ImportRequest } from '../files/import-protocol.ts';
import { type Inspected, inspectFile } from '../files/inspect.ts';
import { toBulkheadError } from '../platform/coded-error.ts';
import { packRows } from '../platform/packed-rows.ts';
import { handedOver } from './protocol.ts';

/** Of an import, or of an edited export. */
type AnyBatch = PackedBatch | PackedBatch<EditedRow>;

/** How often the progress of an inspection is told. */
const progressEveryMs = 50;

/** Of the latest file, which is most likely the one to be read. */
let inspected: Inspected | undefined;
let batches: Generator<AnyBatch, void, void> | null = null;
/** The batch after the one that was sent, made while that one is being used; or why it could not be made. */
let ahead: (() => AnyBatch) | null = null;

function answer(request: ImportRequest): ImportAnswers[ImportAsk] {
  switch (request.ask) {
    case 'inspect':
      inspected = inspectFile(request.path, tellBytes(request.id));
      return inspected.inspection;
    case 'open': {
      const run = openFile(request.path, request.mapping, Date.now(), inspected);
      const { source } = request.mapping;
      batches?.return();
      batches = packed(run.batches, (record) => toNewRecord(record, source));
      return run.opened;
    }
    case 'openExport': {
      const run = openExport(request.path, request.collection);
      batches?.return();
      batches = packed(run.batches, (row) => row);
      return run.opened;
    }
    case 'next':
    case 'nextEdits':
      return (ahead ?? readNext())();
  }
}

function* packed<Read, Row extends object>(
  run: Generator<Omit<PackedBatch, 'records'> & { readonly records: readonly Read[] }, void, void>,
  toRow: (read: Read) => Row,
): Generator<PackedBatch<Row>, void, void> {
  for (const { records, ...batch } of run) yield { ...batch, records: packRows(records.map(toRow)) };
}

function readNext(): () => AnyBatch {
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
    ahead = request.ask === 'inspect' ? null : readNext();
  } catch (cause) {
    reply({ say: 'error', id: request.id, error: toBulkheadError(cause).toDto() });
  }
});
