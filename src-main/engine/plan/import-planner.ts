import { basename } from 'node:path';
import { z } from 'zod';
import type { CollectionName } from '../../../src-shared/collections/index.ts';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import { ImportInspection, type ImportMapping } from '../../../src-shared/domain/import.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import type { ImportReader, PackedBatch } from '../../files/import-batches.ts';
import { createImportReader } from '../../files/import-reader.ts';
import type { Asker, EnginePorts } from '../ports.ts';
import { fillDraft } from './draft.ts';
import { fillImport } from './import-draft.ts';
import { planRows, type RowImport } from './row-planner.ts';
import { planSample, type Sample } from './sample-planner.ts';
import { spaceForImport } from './space.ts';
import { updateDraft } from './update-draft.ts';

/** What an operation remembers of the file that it was planned from. */
export const FileInput = z.object({
  name: z.string(),
  /** The file down to its header, as it stands there: how an error file begins. */
  header: z.string(),
  /** UTF-8 where nothing is said. */
  encoding: ImportInspection.shape.encoding.optional(),
});
export type FileInput = z.infer<typeof FileInput>;

/** Makes drafts of records that come from outside. One file at a time per window. */
export interface ImportPlanner {
  inspect(client: string, path: string): Promise<ImportInspection>;
  plan(by: Asker, path: string, mapping: ImportMapping): Promise<Operation>;
  /** Changes of records by an export of them that was edited. */
  planUpdate(by: Asker, collection: CollectionName, path: string): Promise<Operation>;
  /** Of any collection but tickets, out of NDJSON. */
  planRows(rows: RowImport, by: Asker): Promise<Operation>;
  planSample(sample: Sample, by: Asker): Promise<Operation>;
  /** Ends what the window is reading; that call then rejects with `stopped`. */
  stop(client: string): Promise<void>;
  /** Ends every thread that reads. */
  close(): Promise<void>;
}

interface Reading {
  readonly reader: ImportReader;
  isBusy: boolean;
  isStopped: boolean;
}

export function createImportPlanner(ports: EnginePorts): ImportPlanner {
  const { store, clock, emit } = ports;
  const readings = new Map<string, Reading>();

  /** Lets `use` read for a window, after what the window is reading already was stopped. */
  async function withReader<T>(
    client: string,
    isLast: boolean,
    use: (reader: ImportReader) => Promise<T>,
  ): Promise<T> {
    const before = readings.get(client);
    // The thread that inspected a file is kept for reading it: it has started and its code is compiled.
    const reading =
      before?.isBusy === false ? before : { reader: createImportReader(), isBusy: true, isStopped: false };
    reading.isBusy = true;
    readings.set(client, reading);
    if (before && before !== reading) await halt(client, before);
    try {
      const result = await use(reading.reader);
      reading.isBusy = false;
      if (isLast) await end(client, reading);
      return result;
    } catch (error) {
      await end(client, reading);
      if (reading.isStopped)
        throw new BulkheadError('stopped', 'Reading the file was stopped. Nothing was changed.');
      throw error;
    }
  }

  async function end(client: string, reading: Reading): Promise<void> {
    if (readings.get(client) === reading) readings.delete(client);
    await reading.reader.close();
  }

  async function halt(client: string, reading: Reading): Promise<void> {
    reading.isStopped = true;
    await end(client, reading);
  }

  async function stop(client: string): Promise<void> {
    const reading = readings.get(client);
    if (reading) await halt(client, reading);
  }

  /** Writes batch after batch, while the next one is read, and tells how far the file is. */
  async function pullBatches<Row>(
    client: string,
    totalBytes: number,
    next: () => Promise<PackedBatch<Row>>,
    write: (batch: PackedBatch<Row>) => Promise<void>,
  ): Promise<void> {
    let batch = await next();
    for (;;) {
      const ahead = batch.isEnd ? null : next();
      // The read ahead may fail while this batch is written; its error is met when it is awaited below.
      ahead?.catch(() => undefined);
      await write(batch);
      const payload = { phase: 'plan', bytes: batch.bytesRead, totalBytes } as const;
      emit({ name: 'import.progress', payload }, client);
      if (!ahead) return;
      batch = await ahead;
    }
  }

  return {
    inspect: (client, path) =>
      withReader(client, false, (reader) =>
        reader.inspect(path, (bytes, totalBytes) =>
          emit({ name: 'import.progress', payload: { phase: 'inspect', bytes, totalBytes } }, client),
        ),
      ),

    plan: ({ client, actor }, path, mapping) =>
      withReader(client, true, async (reader) => {
        const { totalBytes, header, encoding } = await reader.open(path, mapping);
        const input: FileInput & { mapping: ImportMapping } = {
          name: basename(path),
          header,
          encoding,
          mapping,
        };
        const draft = {
          collection: 'tickets',
          title: `Import ${mapping.source}`,
          input,
          actor,
          nowMs: clock.now(),
          space: spaceForImport(totalBytes),
        } as const;
        return fillImport(ports, draft, (operationId) =>
          pullBatches(client, totalBytes, reader.next, ({ records, rejected }) =>
            store.write('planCreate', { operationId, records, rejected }),
          ),
        );
      }),

    planUpdate: ({ client, actor }, collection, path) =>
      withReader(client, true, async (reader) => {
        const opened = await reader.openExport(path, collection);
        const { totalBytes, fields, isLossy } = opened;
        const { draft, outlook } = updateDraft(opened, {
          collection,
          name: basename(path),
          actor,
          nowMs: clock.now(),
        });
        return fillDraft(ports, draft, outlook, (operationId) =>
          pullBatches(client, totalBytes, reader.nextEdits, ({ records: rows, rejected }) =>
            store.write('planEdits', { operationId, fields, isLossy, rows, rejected, nowMs: draft.nowMs }),
          ),
        );
      }),

    planRows: (rows, by) => planRows(ports, rows, by),
    planSample: (sample, by) => planSample(ports, sample, by),

    stop,
    close: async () => {
      await Promise.all([...readings.keys()].map(stop));
    },
  };
}
