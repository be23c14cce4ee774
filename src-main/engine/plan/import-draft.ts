import { collectionOf } from '../../../src-shared/collections/index.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { warningsOf } from '../../actions/warnings.ts';
import type { NewOperation } from '../../store/store.ts';
import { type DraftPorts, fillDraft, plainDraft } from './draft.ts';
import type { Space } from './space.ts';

/** Records per transaction where they come one by one; more at once would hold up the main thread. */
const batchSize = 500;

/** What is to create records, and the space that these take. */
export type NewImport = Pick<NewOperation, 'collection' | 'title' | 'input' | 'actor' | 'nowMs'> & {
  readonly space: Space;
};

/** Makes a draft that creates the records it is filled with. Throws as `fillDraft` does. */
export function fillImport(
  ports: DraftPorts,
  { space, ...said }: NewImport,
  fill: (operationId: number) => Promise<unknown>,
): Promise<Operation> {
  const effect = { kind: 'create' } as const;
  const draft = { ...plainDraft, action: 'import', effect, ...said };
  const warnings = warningsOf(effect, collectionOf(said.collection));
  return fillDraft(ports, draft, { reversible: true, warnings, space }, fill);
}

/** Writes records a batch at a time and tells after each how many are written; answers how many in all. */
export async function inBatches<T>(
  records: Iterable<T> | AsyncIterable<T>,
  write: (batch: readonly T[]) => Promise<void>,
  tell: (written: number) => void,
): Promise<number> {
  let batch: T[] = [];
  let written = 0;
  const flush = async (): Promise<void> => {
    await write(batch);
    written += batch.length;
    batch = [];
    tell(written);
  };
  for await (const record of records) {
    batch.push(record);
    if (batch.length === batchSize) await flush();
  }
  if (batch.length > 0) await flush();
  return written;
}
