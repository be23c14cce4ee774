import { type CollectionName, collections } from '../../../src-shared/collections/index.ts';
import { formatNumber } from '../../../src-shared/domain/number-words.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { toNewRecord } from '../../files/import-batches.ts';
import { packRows } from '../../platform/packed-rows.ts';
import { sampleRecords } from '../../sample/sample-records.ts';
import { sampleTickets } from '../../sample/sample-tickets.ts';
import type { Asker, EnginePorts } from '../ports.ts';
import { fillImport, inBatches } from './import-draft.ts';
import { spaceForNewRecords } from './space.ts';

/** So many made-up records of a collection, always the same for a seed. */
export interface Sample {
  readonly collection: CollectionName;
  readonly count: number;
  readonly seed: number;
}

/** Makes a draft of a sample. */
export function planSample(
  ports: EnginePorts,
  { collection, count, seed }: Sample,
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
          sampleTickets(count, seed, nowMs),
          (tickets) => {
            const records = packRows(tickets.map((ticket) => toNewRecord(ticket, 'sample')));
            return store.write('planCreate', { operationId, records, rejected: [] });
          },
          tell,
        )
      : inBatches(
          sampleRecords(collection, count, seed, nowMs),
          (records) => store.write('planNew', { operationId, records }),
          tell,
        ),
  );
}
