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
 * Looks at the records of a batch before a call that knows no versions, and answers which of them are as expected, and
 * the outcomes of the others. Null if the records could not be looked at.
 */
export async function* chooseBefore(
  feed: Feed,
  batch: Batch,
  signal: AbortSignal,
): AsyncGenerator<ItemOutcome, string[] | null, void> {
  try {
    const chosen: string[] = [];
    for (const [{ recordKey }, outcome] of await lookAt(feed, batch, signal)) {
      if (outcome) yield outcome;
      else chosen.push(recordKey);
    }
    return chosen;
  } catch (error) {
    yield* notSent(batch.deliveries, error);
    return null;
  }
}

/**
 * Looks at the records again before a call is repeated because nobody knows whether it arrived. True if each is either
 * unchanged or as the call wants it: otherwise the call might overwrite what somebody did meanwhile.
 */
export async function* mayRepeat(
  feed: Feed,
  batch: Batch,
  signal: AbortSignal,
): AsyncGenerator<ItemOutcome, boolean, void> {
  // Comments overwrite nothing.
  if (batch.deliveries.every(({ change }) => change.kind === 'comment')) return true;
  try {
    const looks = await lookAt(feed, batch, signal);
    return [...looks.values()].every((outcome) => outcome === null || outcome.kind === 'confirmed');
  } catch (error) {
    // A refusal to show records says nothing of the call.
    for (const outcome of sendingFailed(batch.deliveries, error))
      if (outcome.kind !== 'refused') yield outcome;
    return false;
  }
}

/** What is known of each delivery before it is sent. Throws `HttpFailure`. */
async function lookAt(
  feed: Feed,
  { collection, deliveries }: Batch,
  signal: AbortSignal,
): Promise<Map<Delivery, ItemOutcome | null>> {
  const asPulled = deliveries.filter(({ isAsPulled }) => isAsPulled);
  const changed = asPulled.length > 0 ? await feed.changed(collection, keysOf(asPulled), signal) : null;
  const others = changed ? deliveries.filter(({ isAsPulled }) => !isAsPulled) : deliveries;
  const found = await feed.now(collection, keysOf(others), signal);
  return new Map(
    deliveries.map((delivery) => {
      const record = changed?.get(delivery.recordKey) ?? found.get(delivery.recordKey);
      // What did not change since it was pulled stands as it was known.
      const isUnchanged = changed !== null && delivery.isAsPulled && !record;
      return [delivery, isUnchanged ? null : beforeSending(delivery, record)];
    }),
  );
}

function keysOf(deliveries: readonly Delivery[]): Set<string> {
  return new Set(deliveries.map(({ recordKey }) => recordKey));
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
