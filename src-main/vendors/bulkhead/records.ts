import { z } from 'zod';
import type { CollectionName } from '../../../src-shared/collections/index.ts';
import type { Delivery, RemoteRecord } from '../../../src-shared/domain/delivery.ts';
import type { Http } from '../../remotes/http.ts';
import { HttpFailure } from '../../remotes/http-failure.ts';
import type { Batch, ItemOutcome, ReadBack } from '../../remotes/remote.ts';
import { type Ended, untilEndedUnder } from './follow.ts';
import { afterFailure, beforeSending, foundAt, heardOf, isHeld, lookedUp } from './judgement.ts';
import { inParallel } from './pool.ts';
import { isReprocessing, reprocess } from './reprocess.ts';
import { expectBody, toPatch, toRecord, WireError, WireRecord } from './wire.ts';

/** Records that are asked for at a time, of one batch or one reading. */
const readsAtOnce = 8;
/**
 * Changes of single records that are under way at a time, of one batch. Each is an operation there, and a Bulkhead lets a
 * user have 20 of them under way.
 */
export const changesAtOnce = 4;

const GoneDetails = z.object({ version: z.int().positive() });

/** A record as it is now, a deleted one without its fields; undefined for one that never was. Throws `HttpFailure`. */
export async function getRecord(
  http: Http,
  collection: CollectionName,
  key: string,
  signal: AbortSignal,
): Promise<RemoteRecord | undefined> {
  try {
    const { body } = await http.ask({ method: 'GET', path: pathOf(collection, key) }, signal);
    const record = toRecord(collection, expectBody(WireRecord, body, 'a record'));
    if (record.key === key) return record;
    throw new HttpFailure(
      'unexpected_answer',
      `The remote answered with record ${record.key} for record ${key}.`,
    );
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error;
    if (error.wrong === 404) return undefined;
    if (error.wrong === 410) return { key, version: versionOf(error), isDeleted: true, fields: {} };
    throw error;
  }
}

/** The version of a deleted record; 1, which no change is taken to be made on, where it is not said. */
function versionOf({ body }: HttpFailure): number {
  const details = GoneDetails.safeParse(WireError.safeParse(body).data?.error.details);
  return details.success ? details.data.version : 1;
}

/** Records as they are now, several at a time, in any order. Throws `HttpFailure`. */
export async function* getRecords(
  http: Http,
  collection: CollectionName,
  keys: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<RemoteRecord, void, void> {
  const get = (key: string) => getRecord(http, collection, key, signal);
  for await (const record of inParallel(keys, readsAtOnce, get)) if (record) yield record;
}

/**
 * What records say about deliveries of which nobody knows whether they arrived. One that stands as it did says so only
 * when nothing that was asked for it is under way there. Of comments, the end of what they were sent in says more.
 */
export async function* readBackRecords(
  http: Http,
  { collection, deliveries }: Batch,
  findEnding: () => Promise<Ended | null>,
  signal: AbortSignal,
): AsyncGenerator<ReadBack, void, void> {
  let ending: Promise<Ended | null> | undefined;
  const look = async (delivery: Delivery): Promise<ReadBack> =>
    lookedUp(delivery, await getRecord(http, collection, delivery.recordKey, signal));
  const ask = async (delivery: Delivery): Promise<ReadBack> => {
    ending ??= findEnding();
    const ended = await ending;
    const heard = ended && delivery.change.kind === 'comment' ? heardOf(delivery, ended) : null;
    if (heard) return heard;
    const answer = await look(delivery);
    if (answer.kind !== 'absent') return answer;
    let isBegun = false;
    for (const key of [delivery.key, undoKeyOf(delivery)])
      isBegun = (await untilEndedUnder(http, key, signal)) !== null || isBegun;
    return isBegun ? look(delivery) : answer;
  };
  // One that cannot be read is asked about again, and keeps none of the others from being known.
  const askOrNot = (delivery: Delivery): Promise<ReadBack | null> =>
    ask(delivery).catch((error: unknown): ReadBack | null => {
      if (!(error instanceof HttpFailure)) throw error;
      return isHeld(error) ? { key: delivery.key, kind: 'held' } : null;
    });
  for await (const answer of inParallel(deliveries, readsAtOnce, askOrNot)) if (answer) yield answer;
}

/** A request to take back what was done before is another one than that to do it. */
function undoKeyOf({ key }: Delivery): string {
  return `${key}-undo`;
}

/** Tells of each record by a request of its own, on the condition that nothing happened to it since. */
export async function* patchRecords(
  http: Http,
  { collection, deliveries }: Batch,
  signal: AbortSignal,
): AsyncGenerator<ItemOutcome, void, void> {
  yield* inParallel(deliveries, changesAtOnce, (delivery) => {
    const look = () => getRecord(http, collection, delivery.recordKey, signal);
    return isReprocessing(collection, delivery.change)
      ? toOutcome(delivery, () => reprocess(http, delivery, look, signal))
      : changeRecord(http, collection, delivery, 'patch', signal);
  });
}

/** What came of a delivery, also where it failed on the way. */
export async function toOutcome(delivery: Delivery, tell: () => Promise<ItemOutcome>): Promise<ItemOutcome> {
  try {
    return await tell();
  } catch (error) {
    if (error instanceof HttpFailure) return afterFailure(delivery, error);
    throw error;
  }
}

/** Changes one record, or has taken back what the user changed there last, where the record stands as it did then. */
export function changeRecord(
  http: Http,
  collection: CollectionName,
  delivery: Delivery,
  how: 'patch' | 'undo',
  signal: AbortSignal,
): Promise<ItemOutcome> {
  return toOutcome(delivery, async () => {
    const { key, recordKey, change: wanted } = delivery;
    if (wanted.kind !== 'fields') return { key, kind: 'refused', code: 'not_supported' };
    const version = delivery.version ?? (await versionToChange(http, collection, delivery, signal));
    if (typeof version !== 'number') return version;
    const path = pathOf(collection, recordKey);
    const request =
      how === 'patch'
        ? ({ method: 'PATCH', path, key } as const)
        : ({ method: 'POST', path: `${path}/undo`, key: undoKeyOf(delivery) } as const);
    try {
      const { body } = await http.ask(
        {
          method: request.method,
          path: request.path,
          headers: { 'if-match': `"${version}"`, 'idempotency-key': request.key },
          body: toPatch(collection, wanted.after),
        },
        signal,
      );
      const record = toRecord(collection, expectBody(WireRecord, body, 'the changed record'));
      if (record.key === recordKey) return foundAt(record, delivery);
      throw new HttpFailure(
        'unexpected_answer',
        `The remote answered with record ${record.key} for record ${recordKey}.`,
      );
    } catch (error) {
      if (!(error instanceof HttpFailure) || (error.wrong !== 412 && error.wrong !== 410)) throw error;
      // It moved on, perhaps by this very change, of which the answer was lost.
      const theirs = await getRecord(http, collection, recordKey, signal);
      if (!theirs) return { key, kind: 'refused', code: 'not_found' };
      return foundAt(theirs, delivery);
    }
  });
}

/** The version that a change without a known one may be made on; an outcome if it may not be made at all. */
async function versionToChange(
  http: Http,
  collection: CollectionName,
  delivery: Delivery,
  signal: AbortSignal,
): Promise<number | ItemOutcome> {
  const record = await getRecord(http, collection, delivery.recordKey, signal);
  if (!record) return { key: delivery.key, kind: 'refused', code: 'not_found' };
  return beforeSending(delivery, record) ?? record.version;
}

function pathOf(collection: CollectionName, key: string): string {
  return `/api/v1/${collection}/${encodeURIComponent(key)}`;
}
