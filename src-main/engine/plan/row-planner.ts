import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { CollectionName } from '../../../src-shared/collections/index.ts';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import type { Changes } from '../../../src-shared/domain/item.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { fileError } from '../../files/file-error.ts';
import { readNdjson, refusedLine } from '../../files/ndjson.ts';
import type { Asker, EnginePorts } from '../ports.ts';
import type { DraftPorts } from './draft.ts';
import { fillImport, inBatches } from './import-draft.ts';
import { newRecordOf } from './row-fields.ts';
import { spaceForImport } from './space.ts';

export interface RowImport {
  /** Not tickets, whose files are understood by their columns. */
  readonly collection: Exclude<CollectionName, 'tickets'>;
  /** NDJSON: an object of the collection's fields a line. */
  readonly path: string;
  readonly source: string;
}

/** Makes a draft of the records of a file. Throws `invalid_request` that names the first line that is none, and `file_not_found` and `file_not_readable`; then there is no draft. */
export async function planRows(
  ports: DraftPorts & Pick<EnginePorts, 'emit'>,
  { collection, path, source }: RowImport,
  { client, actor }: Asker,
): Promise<Operation> {
  const { store, clock, emit } = ports;
  const nowMs = clock.now();
  const space = spaceForImport(await bytesOf(path));
  const draft = { collection, title: `Import ${source}`, input: { source }, actor, nowMs, space };
  return fillImport(ports, draft, async (operationId) => {
    const made = await inBatches(
      recordsOf(collection, path, { source, nowMs }),
      (records) => store.write('planNew', { operationId, records }),
      (planned) => emit({ name: 'operation.planning', payload: { planned, total: null } }, client),
    );
    if (made === 0)
      throw new BulkheadError('file_empty', 'There is no record in what was sent. Nothing was changed.');
  });
}

/** The records of a file, of which no two have one key. */
async function* recordsOf(
  collection: RowImport['collection'],
  path: string,
  context: { source: string; nowMs: number },
): AsyncGenerator<Changes> {
  const keys = new Set<string>();
  for await (const rows of readNdjson(contentOf(path)))
    for (const { line, row } of rows) {
      const record = newRecordOf(collection, row, { ...context, line });
      const key = String(record['key']);
      if (keys.has(key)) throw refusedLine(line, `has the key "${key.slice(0, 60)}" of a line before it`);
      keys.add(key);
      yield record;
    }
}

async function bytesOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (cause) {
    throw fileError(cause, path);
  }
}

async function* contentOf(path: string): AsyncGenerator<Buffer> {
  try {
    for await (const piece of createReadStream(path)) if (Buffer.isBuffer(piece)) yield piece;
  } catch (cause) {
    throw fileError(cause, path);
  }
}
