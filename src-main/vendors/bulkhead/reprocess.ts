import type { CollectionName } from '../../../src-shared/collections/index.ts';
import type { Delivery, RecordChange, RemoteRecord } from '../../../src-shared/domain/delivery.ts';
import type { Http } from '../../remotes/http.ts';
import { HttpFailure } from '../../remotes/http-failure.ts';
import type { ItemOutcome } from '../../remotes/remote.ts';
import { followOperation, Numbered, untilEnded } from './follow.ts';
import { beforeSending, lookedUp } from './judgement.ts';
import { expectBody } from './wire.ts';

/** Text chunks are nothing that one writes: they are made there, of the same transcript. */
export function isReprocessing(collection: CollectionName, change: RecordChange): boolean {
  return collection === 'videos' && change.kind === 'fields' && change.after['chunks'] !== undefined;
}

/**
 * Has the chunks of one video made there too, and reads it back. A call of its own for each video: such a call is about
 * one creator's, and every video becomes another number of chunks. `look` answers the video as it is there. Throws
 * `HttpFailure`.
 */
export async function reprocess(
  http: Http,
  delivery: Delivery,
  look: () => Promise<RemoteRecord | undefined>,
  signal: AbortSignal,
): Promise<ItemOutcome> {
  const { key, recordKey, change } = delivery;
  // There is no way back to no chunks.
  if (change.kind !== 'fields' || change.after['chunks'] === 0)
    return { key, kind: 'refused', code: 'not_supported' };
  const before = await look();
  const known = beforeSending(delivery, before);
  if (known !== null) return known;
  const { body } = await http.ask(
    {
      method: 'POST',
      path: '/api/bulk/reprocess',
      headers: { 'idempotency-key': key },
      body: { creator_id: String(before?.fields['creator'] ?? ''), video_ids: [recordKey] },
    },
    signal,
  );
  const { operation_id: operationId } = expectBody(Numbered, body, 'the number of an operation');
  try {
    const following = followOperation({ http, collection: 'videos' }, operationId, signal);
    const { refused } = await untilEnded(following);
    const code = refused.get(recordKey);
    if (code !== undefined) return { key, kind: 'refused', code };
    const outcome = lookedUp(delivery, await look());
    return outcome.kind === 'confirmed' || outcome.kind === 'conflict' ? outcome : { key, kind: 'unknown' };
  } catch (error) {
    // It was taken: a question about it that fails says nothing of what became of it.
    if (error instanceof HttpFailure) return { key, kind: 'unknown' };
    throw error;
  }
}
