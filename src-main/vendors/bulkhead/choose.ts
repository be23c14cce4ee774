import type { Delivery, RecordChange } from '../../../src-shared/domain/delivery.ts';
import { HttpFailure } from '../../remotes/http-failure.ts';
import type { Batch, ItemOutcome, Outcome } from '../../remotes/remote.ts';
import type { Feed } from './feed.ts';
import { afterFailure, beforeSending } from './judgement.ts';

/** The change of a batch that is the same for all that it is made of; null where they differ. */
export function sharedChange({ members: [first, ...others] }: Batch): RecordChange | null {
  if (!first) return null;
  const text = textOf(first.change);
  return others.every(({ change }) => textOf(change) === text) ? first.change : null;
}

const byName = ([one]: [string, unknown], [other]: [string, unknown]): number => (one < other ? -1 : 1);

/** What a change makes of a record, whatever stood there before. */
function textOf(change: RecordChange): string {
  return JSON.stringify(change.kind === 'fields' ? Object.entries(change.after).toSorted(byName) : change);
}

/**
 * Looks at the records of a batch before they are told of by a call that knows no versions, and answers which of them
 * stand as expected; what becomes of the others is known. Null where the records could not be looked at.
 */
export async function* chooseBefore(
  feed: Feed,
  { collection, deliveries }: Batch,
  signal: AbortSignal,
): AsyncGenerator<ItemOutcome, string[] | null, void> {
  const keys = new Set(deliveries.map(({ recordKey }) => recordKey));
  const isKnown = deliveries.every(({ version }) => version !== null);
  try {
    const changed = isKnown ? await feed.changed(collection, keys, signal) : null;
    const found = changed ?? (await feed.now(collection, keys, signal));
    const chosen: string[] = [];
    for (const delivery of deliveries) {
      const record = found.get(delivery.recordKey);
      // What did not change since it was pulled stands as it was known.
      const outcome = changed !== null && !record ? null : beforeSending(delivery, record);
      if (outcome) yield outcome;
      else chosen.push(delivery.recordKey);
    }
    return chosen;
  } catch (error) {
    yield* notSent(deliveries, error);
    return null;
  }
}

/** What becomes of deliveries whose request failed on its way. Throws what is no failure of a request. */
export function* sendingFailed(
  deliveries: Iterable<Delivery>,
  error: unknown,
): Generator<ItemOutcome, void, void> {
  if (!(error instanceof HttpFailure)) throw error;
  for (const delivery of deliveries) yield afterFailure(delivery, error);
}

/** The same for a failure before anything was sent: whatever it was, nothing happened. */
export function* notSent(
  deliveries: readonly Delivery[],
  error: unknown,
): Generator<ItemOutcome, void, void> {
  for (const outcome of sendingFailed(deliveries, error))
    yield outcome.kind === 'unknown' ? { key: outcome.key, kind: 'retry', code: 'not_sent' } : outcome;
}

/** So that a cursor is written down together with how far a batch has come. */
export function cursorOf(cursor: object): Outcome {
  return { kind: 'cursor', cursor: JSON.stringify(cursor) };
}
