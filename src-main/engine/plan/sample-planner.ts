import { type CollectionName, collections } from '../../../src-shared/collections/index.ts';
import { formatNumber } from '../../../src-shared/domain/number-words.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { warningsOf } from '../../actions/warnings.ts';
import { toNewRecord } from '../../files/import-items.ts';
import type { ImportedRecord } from '../../files/types.ts';
import { packRows } from '../../platform/packed-rows.ts';
import type { PlainCollection } from '../../sample/sample-records.ts';
import type { Asker, EnginePorts } from '../ports.ts';
import { fillDraft } from './draft.ts';
import { spaceForNewRecords } from './space.ts';

/** Sample records per transaction; making more at once would hold up the main thread. */
const sampleBatch = 500;

export interface SamplePorts extends EnginePorts {
  readonly sampleTickets: (count: number, seed: number, nowMs: number) => Iterable<ImportedRecord>;
  readonly sampleRecords: (
    collection: PlainCollection,
    count: number,
    seed: number,
    nowMs: number,
  ) => Iterable<Record<string, string | number | null>>;
}

/** Makes a draft of so many made-up records of a collection, always the same for a seed. */
export function planSample(
  ports: SamplePorts,
  collection: CollectionName,
  count: number,
  seed: number,
  { client, actor }: Asker,
): Promise<Operation> {
  const { store, clock, emit } = ports;
  const nowMs = clock.now();
  const draft = {
    action: 'import',
    collection,
    title: `Create ${formatNumber(count)} sample ${collections[collection].many}`,
    details: [],
    selection: null,
    input: { count, seed },
    effect: { kind: 'create' } as const,
    actor,
    nowMs,
    undoOf: null,
    retryOf: null,
  };
  const outlook = {
    reversible: true,
    warnings: warningsOf({ kind: 'create' }, collections[collection]),
    space: spaceForNewRecords(count),
  };
  return fillDraft(ports, draft, outlook, async (operationId) => {
    const told = (made: number) =>
      emit({ name: 'operation.planning', payload: { planned: made, total: count } }, client);
    if (collection === 'tickets') {
      await inBatches(ports.sampleTickets(count, seed, nowMs), told, (records) =>
        store.write('planCreate', {
          operationId,
          records: packRows(records.map((record) => toNewRecord(record, 'sample'))),
          rejected: [],
        }),
      );
    } else {
      await inBatches(ports.sampleRecords(collection, count, seed, nowMs), told, (records) =>
        store.write('planNew', { operationId, records }),
      );
    }
  });
}

async function inBatches<T>(
  records: Iterable<T>,
  told: (made: number) => void,
  write: (batch: readonly T[]) => Promise<void>,
): Promise<void> {
  let batch: T[] = [];
  let made = 0;
  const flush = async () => {
    await write(batch);
    made += batch.length;
    batch = [];
    told(made);
  };
  for (const record of records) {
    batch.push(record);
    if (batch.length === sampleBatch) await flush();
  }
  await flush();
}
