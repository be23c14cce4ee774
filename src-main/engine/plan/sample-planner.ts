import { type CollectionName, collections } from '../../../src-shared/collections/index.ts';
import { formatNumber } from '../../../src-shared/domain/number-words.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { toNewRecord } from '../../files/import-items.ts';
import type { ImportedRecord } from '../../files/types.ts';
import { packRows } from '../../platform/packed-rows.ts';
import type { PlainCollection } from '../../sample/sample-records.ts';
import type { Asker, EnginePorts } from '../ports.ts';
import { fillImport, inBatches } from './import-draft.ts';
import { spaceForNewRecords } from './space.ts';

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
  const title = `Create ${formatNumber(count)} sample ${collections[collection].many}`;
  const space = spaceForNewRecords(count);
  const draft = { collection, title, input: { count, seed }, actor, nowMs, space };
  const tell = (planned: number) =>
    emit({ name: 'operation.planning', payload: { planned, total: count } }, client);
  return fillImport(ports, draft, (operationId) =>
    collection === 'tickets'
      ? inBatches(
          ports.sampleTickets(count, seed, nowMs),
          (tickets) => {
            const records = packRows(tickets.map((ticket) => toNewRecord(ticket, 'sample')));
            return store.write('planCreate', { operationId, records, rejected: [] });
          },
          tell,
        )
      : inBatches(
          ports.sampleRecords(collection, count, seed, nowMs),
          (records) => store.write('planNew', { operationId, records }),
          tell,
        ),
  );
}
