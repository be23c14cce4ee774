import type { RecordChange } from '../../../src-shared/domain/delivery.ts';
import type { Http } from '../../remotes/http.ts';
import type { Batch, BulkWay, Outcome } from '../../remotes/remote.ts';
import { type BulkCall, sendInBulk } from './bulk-way.ts';
import { notSent } from './choose.ts';
import type { Feed } from './feed.ts';
import { followOperation } from './follow.ts';
import { getRecords, patchRecords } from './records.ts';

/** What can be told of many videos by one call. */
export const videoCalls: readonly BulkWay[] = [
  { collection: 'videos', change: 'deletedAt', max: 100, values: 'any_but_none' },
];

/** The call that makes a change of videos; null if there is none. */
export function videoPath(change: RecordChange): string | null {
  if (change.kind !== 'fields') return null;
  const { deletedAt, ...others } = change.after;
  return deletedAt != null && Object.keys(others).length === 0 ? '/api/bulk/delete' : null;
}

/**
 * Tells of a batch of videos by one call, which is about one creator's and takes their key or that of an admin; others
 * are told of one by one.
 */
export async function* sendVideos(
  { http, feed }: { readonly http: Http; readonly feed: Feed },
  batch: Batch,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<Outcome, void, void> {
  const creators = new Set<string>();
  try {
    const keys = batch.deliveries.map(({ recordKey }) => recordKey);
    for await (const { fields, isDeleted } of getRecords(http, batch.collection, keys, signal))
      if (!isDeleted) creators.add(String(fields['creator'] ?? ''));
  } catch (error) {
    // A batch that was sent before is still in doubt.
    if (batch.cursor !== null) throw error;
    yield* notSent(batch.deliveries, error);
    return;
  }
  const [creator] = creators;
  if (batch.cursor === null && (creators.size !== 1 || creator === '')) {
    yield* patchRecords(http, batch, signal);
    return;
  }
  // Whose they were is not to be seen any more where they are gone: then they tell themselves.
  if (creator === undefined) return;
  const barred = new Set<string>();
  for await (const outcome of sendInBulk({ http, feed }, batch, videoCall(http, path, creator), signal))
    if (outcome.kind === 'refused' && outcome.code === 'forbidden') barred.add(outcome.key);
    else yield outcome;
  const deliveries = batch.deliveries.filter(({ key }) => barred.has(key));
  yield* patchRecords(http, { ...batch, deliveries }, signal);
}

function videoCall(http: Http, path: string, creator: string): BulkCall {
  return {
    path,
    body: (ids) => ({ creator_id: creator, video_ids: ids }),
    follow: (operationId, signal) => followOperation({ http, collection: 'videos' }, operationId, signal),
  };
}
