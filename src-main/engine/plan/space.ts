import { dirname } from 'node:path';
import type { Effect } from '../../actions/effect.ts';
import { assertFreeSpace } from '../../platform/disk.ts';
import type { Store } from '../../store/store.ts';

/** An item with what it says before and after, and its part of the indexes. */
const itemBytes = 900;
/** Its record's pages in the log, which is merged before it is longer than `longestLog`. */
const loggedBytes = 4_000;
const longestLog = 80_000_000;
/** A new record: read, kept as a plan, stored and indexed. */
const newRecordBytes = 2_500;
/** An imported file's bytes are in the plan, in the tickets, in their words, and in the log meanwhile. */
const importFactor = 8;

/**
 * Bytes that an operation may write, and where when that is not in the workspace. Estimates for tickets of usual size;
 * where they do not hold, the operation is paused by a full disk and goes on later.
 */
export interface Space {
  readonly bytes: number;
  readonly folder?: string;
}

/** For items that are all given the same: what is done to them says how much of it there is. */
export function spaceForItems(count: number, change: { readonly kind: string }): Space {
  if (change.kind === 'create') return spaceForNewRecords(count);
  const given = Buffer.byteLength(JSON.stringify(change));
  return { bytes: count * (itemBytes + given) + Math.min(longestLog, count * (loggedBytes + given)) };
}

export function spaceForNewRecords(count: number): Space {
  return { bytes: count * newRecordBytes };
}

export function spaceForImport(fileBytes: number): Space {
  return { bytes: fileBytes * importFactor };
}

/** For a file of so many records, by how wide those in the workspace are. */
export async function spaceForExport(
  store: Store,
  {
    collection,
    effect,
  }: { readonly collection: string; readonly effect: Extract<Effect, { kind: 'export' }> },
  count: number,
): Promise<Space> {
  const width = await store.read('rowWidth', { collection, fields: effect.columns });
  return { bytes: Math.ceil(count * width), folder: dirname(effect.path) };
}

/** Throws `not_enough_space`, with the bytes needed and free. */
export async function assertSpace({ file }: Pick<Store, 'file'>, space: Space): Promise<void> {
  await assertFreeSpace(space.folder ?? dirname(file), space.bytes);
}
