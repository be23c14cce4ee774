import type { FieldValue } from '../../../src-shared/domain/condition.ts';
import type { Delivery, RemoteRecord } from '../../../src-shared/domain/delivery.ts';
import type { Changes } from '../../../src-shared/domain/item.ts';
import { classOf, type HttpFailure } from '../../remotes/http-failure.ts';
import type { ItemOutcome, ReadBack } from '../../remotes/remote.ts';
import { refusalOf } from './wire.ts';

/** True where a record stands as a change wanted it. Of comments nobody can tell by looking at the record. */
export function isAsWanted(record: RemoteRecord, { change }: Delivery): boolean {
  return change.kind === 'fields' && standsAt(record, change.after);
}

/** True where nothing happened to a record since the change was made on it. */
export function isUntouched(record: RemoteRecord, { change, version }: Delivery): boolean {
  if (version !== null) return record.version === version;
  return change.kind !== 'fields' || standsAt(record, change.before);
}

/** Of a deleted record nothing but that counts. */
function standsAt({ isDeleted, fields }: RemoteRecord, values: Changes): boolean {
  if ((values['deletedAt'] ?? null) !== null) return isDeleted;
  return Object.entries(values).every(([name, value]) => {
    if (name === 'deletedAt') return isDeleted === (value !== null);
    return !isDeleted && isSame(fields[name] ?? null, value);
  });
}

function isSame(one: FieldValue, other: FieldValue): boolean {
  return one === other || (one !== null && other !== null && String(one) === String(other));
}

/** What is known of a delivery before it is sent: an outcome where sending it makes no sense, else null. */
export function beforeSending(delivery: Delivery, record: RemoteRecord | undefined): ItemOutcome | null {
  const { key } = delivery;
  if (!record) return { key, kind: 'refused', code: 'not_found' };
  if (isAsWanted(record, delivery)) return { key, kind: 'confirmed', version: record.version };
  return isUntouched(record, delivery) ? null : { key, kind: 'conflict', theirs: record };
}

/** What a record says about a delivery of which nobody knows whether it arrived. */
export function lookedUp(delivery: Delivery, record: RemoteRecord | undefined): ReadBack {
  const { key, change } = delivery;
  if (!record) return { key, kind: 'absent' };
  if (isAsWanted(record, delivery)) return { key, kind: 'confirmed', version: record.version };
  if (change.kind !== 'fields')
    return { key, kind: isUntouchedSurely(record, delivery) ? 'absent' : 'unclear' };
  return isUntouched(record, delivery) ? { key, kind: 'absent' } : { key, kind: 'conflict', theirs: record };
}

/** A comment changes the record's version too; where no version is known, nothing is. */
function isUntouchedSurely(record: RemoteRecord, { version }: Delivery): boolean {
  return version !== null && record.version === version;
}

/** Statuses that are about this one request and not about the host, though it may be made again. */
const triedAgain: readonly unknown[] = [408, 421, 425, 503, 'no_more_sockets'];
/** Refusals that leave open what happened. */
const doubtful: readonly string[] = ['idempotency_key_reused'];

/** What became of a delivery whose request failed. */
export function afterFailure({ key }: Delivery, failure: HttpFailure): ItemOutcome {
  const { wrong, retryAfterMs } = failure;
  const code = refusalOf(failure);
  switch (classOf(wrong)) {
    case 'permanent':
      return doubtful.includes(code) ? { key, kind: 'unknown' } : { key, kind: 'refused', code };
    case 'retry':
      return triedAgain.includes(wrong) && retryAfterMs === null
        ? { key, kind: 'retry', code }
        : { key, kind: 'held', code };
    case 'auth':
      return { key, kind: 'held', code };
    default:
      return { key, kind: 'unknown' };
  }
}
