import { basename } from 'node:path';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import type { ImportInspection, ImportMapping } from '../../src-shared/domain/import.ts';
import type { Operation } from '../../src-shared/domain/operation.ts';
import { warningsOf } from '../actions/warnings.ts';
import { toNewRecord } from '../files/import-items.ts';
import type { ImportedRecord, ImportReader } from '../files/types.ts';
import type { NewOperation } from '../store/store.ts';
import { fillDraft } from './draft.ts';
import type { EnginePorts } from './ports.ts';
import { spaceForImport, spaceForNewTickets } from './space.ts';

/** Sample tickets per transaction; making more at once would hold up the main thread. */
const sampleBatch = 500;

/** What a started or planned import remembers of its file. */
export interface ImportInput {
  readonly name: string;
  /** The header line as it stands in the file, for the error file. */
  readonly header: string;
  readonly mapping: ImportMapping;
}

/** Makes drafts of records that come from outside. One file at a time per window. */
export interface ImportPlanner {
  inspect(client: string, path: string): Promise<ImportInspection>;
  plan(client: string, path: string, mapping: ImportMapping): Promise<Operation>;
  planSample(count: number, seed: number): Promise<Operation>;
  /** Ends what the window is reading; that call then rejects with `stopped`. */
  stop(client: string): Promise<void>;
}

export interface ImportPorts extends EnginePorts {
  readonly createReader: () => ImportReader;
  readonly sampleRecords: (count: number, seed: number, nowMs: number) => Iterable<ImportedRecord>;
}

export function createImportPlanner(ports: ImportPorts): ImportPlanner {
  const { store, clock, actor, emit } = ports;
  const reading = new Map<string, { reader: ImportReader; isStopped: boolean }>();

  /** Gives `use` a reader of its own and ends its thread afterwards, whatever happened. */
  async function withReader<T>(client: string, use: (reader: ImportReader) => Promise<T>): Promise<T> {
    await stop(client);
    const entry = { reader: ports.createReader(), isStopped: false };
    reading.set(client, entry);
    try {
      return await use(entry.reader);
    } catch (error) {
      if (entry.isStopped)
        throw new BulkheadError('stopped', 'Reading the file was stopped. Nothing was changed.');
      throw error;
    } finally {
      if (reading.get(client) === entry) reading.delete(client);
      await entry.reader.close();
    }
  }

  async function stop(client: string): Promise<void> {
    const entry = reading.get(client);
    if (!entry) return;
    entry.isStopped = true;
    await entry.reader.close();
  }

  function draftOf(title: string, input: unknown): NewOperation {
    return {
      action: 'import',
      collection: 'tickets',
      title,
      details: [],
      selection: null,
      input,
      effect: { kind: 'create' },
      actor,
      nowMs: clock.now(),
      undoOf: null,
      retryOf: null,
    };
  }

  const outlook = { reversible: true, warnings: warningsOf({ kind: 'create' }) };

  return {
    inspect: (client, path) =>
      withReader(client, (reader) =>
        reader.inspect(path, (bytes, totalBytes) =>
          emit({ name: 'import.progress', payload: { phase: 'inspect', bytes, totalBytes } }),
        ),
      ),

    plan: (client, path, mapping) =>
      withReader(client, async (reader) => {
        const { totalBytes, header } = await reader.open(path, mapping);
        const input: ImportInput = { name: basename(path), header, mapping };
        const draft = draftOf(`Import ${mapping.source}`, input);
        const space = spaceForImport(totalBytes);
        return fillDraft(ports, draft, { ...outlook, space }, async (operationId) => {
          let batch = await reader.next();
          for (;;) {
            const ahead = batch.isEnd ? null : reader.next();
            // The read ahead may fail while this batch is written; its error is met when it is awaited below.
            ahead?.catch(() => undefined);
            const records = batch.records.map((record) => toNewRecord(record, mapping.source));
            await store.write('planCreate', { operationId, records, rejected: batch.rejected });
            emit({ name: 'import.progress', payload: { phase: 'plan', bytes: batch.bytesRead, totalBytes } });
            if (!ahead) return;
            batch = await ahead;
          }
        });
      }),

    planSample: (count, seed) => {
      const title = `Create ${count.toLocaleString('en')} sample tickets`;
      const draft = draftOf(title, { count, seed });
      const space = spaceForNewTickets(count);
      return fillDraft(ports, draft, { ...outlook, space }, async (operationId) => {
        let records: ImportedRecord[] = [];
        let made = 0;
        const flush = async () => {
          await store.write('planCreate', {
            operationId,
            records: records.map((record) => toNewRecord(record, 'sample')),
            rejected: [],
          });
          made += records.length;
          records = [];
          emit({ name: 'operation.planning', payload: { planned: made, total: count } });
        };
        for (const record of ports.sampleRecords(count, seed, clock.now())) {
          records.push(record);
          if (records.length === sampleBatch) await flush();
        }
        await flush();
      });
    },

    stop,
  };
}
