import { type Delivery, type RemoteRecord, standsAs } from '../../../src-shared/domain/delivery.ts';
import type { HttpFailure } from '../../remotes/http-failure.ts';
import type { ItemOutcome, ReadBack } from '../../remotes/remote.ts';
import type { Ended } from './follow.ts';
import { refusalOf } from './wire.ts';

/** True where a record stands as a change wanted it. Of comments nobody can tell by looking at the record. */
export function isAsWanted(record: RemoteRecord, { change }: Delivery): boolean {
  return change.kind === 'fields' && standsAs(record, change.after);
}

/** True where nothing happened to a record that a change would overwrite. A comment overwrites nothing. */
function isUntouched(record: RemoteRecord, { change, version }: Delivery): boolean {
  if (change.kind !== 'fields') return true;
  return version === null ? standsAs(record, change.before) : record.version === version;
}

/**
 * The record has the wanted values there. The version is given only if it is that of this change; a later one includes
 * changes of others, which have to be known here before the next change is made on it.
 */
export function confirmedAt(
  record: RemoteRecord,
  { key, version }: Delivery,
): Extract<ItemOutcome & ReadBack, { kind: 'confirmed' }> {
  const isOfChange = version === null || record.version <= version + 1;
  return { key, kind: 'confirmed', ...(isOfChange && { version: record.version }) };
}

/** What became of a delivery that changed its record, or that came too late for it. */
export function foundAt(record: RemoteRecord, delivery: Delivery): ItemOutcome {
  return isAsWanted(record, delivery)
    ? confirmedAt(record, delivery)
    : { key: delivery.key, kind: 'conflict', theirs: record };
}

/** What is known of a delivery before it is sent: an outcome where sending it makes no sense, else null. */
export function beforeSending(delivery: Delivery, record: RemoteRecord | undefined): ItemOutcome | null {
  const { key } = delivery;
  if (!record) return { key, kind: 'refused', code: 'not_found' };
  if (isAsWanted(record, delivery)) return confirmedAt(record, delivery);
  return isUntouched(record, delivery) ? null : { key, kind: 'conflict', theirs: record };
}

/** What a record says about a delivery of which nobody knows whether it arrived. */
export function lookedUp(delivery: Delivery, record: RemoteRecord | undefined): ReadBack {
  const { key, change } = delivery;
  if (!record) return { key, kind: 'absent' };
  if (isAsWanted(record, delivery)) return confirmedAt(record, delivery);
  if (change.kind !== 'fields')
    return { key, kind: isUntouchedSurely(record, delivery) ? 'absent' : 'unclear' };
  return isUntouched(record, delivery) ? { key, kind: 'absent' } : { key, kind: 'conflict', theirs: record };
}

/** What the end of the request in which a comment was sent says of it; null where that leaves it open. */
export function heardOf({ key, recordKey }: Delivery, { isWhole, refused }: Ended): ReadBack | null {
  if (refused.has(recordKey)) return { key, kind: 'absent' };
  return isWhole ? { key, kind: 'confirmed' } : null;
}

/** A comment changes the record's version too; where no version is known, nothing is. */
function isUntouchedSurely(record: RemoteRecord, { version }: Delivery): boolean {
  return version !== null && record.version === version;
}

/** Statuses that are about this one request and not about the host, though it may be made again. */
const triedAgain: readonly unknown[] = [408, 421, 425, 503, 'no_more_sockets'];
/** Refusals that leave open what happened. */
const doubtful: readonly string[] = ['idempotency_key_reused'];

/** True for a failure that is not about this one request: the host cannot be asked now. */
export function isHeld({ wrong, retryAfterMs, outcomeClass }: HttpFailure): boolean {
  if (outcomeClass === 'retry') return retryAfterMs !== null || !triedAgain.includes(wrong);
  return outcomeClass === 'auth';
}

/** What became of a delivery whose request failed. */
export function afterFailure({ key }: Delivery, failure: HttpFailure): ItemOutcome {
  const { wrong, outcomeClass } = failure;
  const code = refusalOf(failure);
  if (isHeld(failure)) return { key, kind: 'held', code };
  switch (outcomeClass) {
    case 'permanent':
      if (doubtful.includes(code)) return { key, kind: 'unknown' };
      // Who may not do this is not asked under which key.
      return { key, kind: 'refused', code, ...(wrong === 403 && { isTurnedAway: true }) };
    case 'retry':
      return { key, kind: 'retry', code };
    default:
      return { key, kind: 'unknown' };
  }
}
