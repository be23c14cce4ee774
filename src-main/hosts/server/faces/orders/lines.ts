import type { Item, Reason } from '../../../../../src-shared/domain/item.ts';
import { failureOf, isFineOn, isoTime } from '../operations/standing.ts';
import { cursorOf, type StreamPosition } from './cursor.ts';
import type { Line, StreamCode, StreamOperation } from './schemas.ts';

const codes: Partial<Record<Reason, StreamCode>> = {
  illegal_transition: 'INVALID_STATUS_TRANSITION',
  already_so: 'INVALID_STATUS_TRANSITION',
  not_found: 'RECORD_NOT_FOUND',
  deleted: 'RECORD_NOT_FOUND',
  already_archived: 'ALREADY_ARCHIVED',
  locked: 'LOCKED_RECORD',
  has_invoices: 'FOREIGN_KEY_VIOLATION',
};

/** What may go well when the same is asked again. */
const passing: ReadonlySet<Reason> = new Set(['changed_since', 'storage_error', 'quarantined']);

/** What became of one order, or null while that is open or where it was not started. */
export function lineOf(item: Item, operation: StreamOperation, nowMs: number): Line | null {
  const recordId = String(item.recordId);
  const failure = failureOf(item, isFineOn('orders'));
  if (failure) {
    const error = (item.reason && codes[item.reason]) ?? 'VALIDATION_ERROR';
    const retryable = failure.code === 'unknown' || (item.reason !== null && passing.has(item.reason));
    return { type: 'error', recordId, error, message: failure.message, retryable };
  }
  if (item.state !== 'done' || item.delivery?.state === 'cancelled') return null;
  const timestamp = isoTime(item.finishedAt ?? nowMs);
  if (operation !== 'status-update') return { type: 'success', recordId, action: operation, timestamp };
  return { type: 'success', recordId, updatedFields: Object.keys(item.after ?? {}), timestamp };
}

/** What a stream has told so far, since this connection began. */
export interface Tally {
  successful: number;
  readonly errors: Map<string, number>;
  /** Moment of the beginning, ms of a steady clock. */
  readonly startedMs: number;
}

export function errorsIn({ errors }: Tally): number {
  return [...errors.values()].reduce((sum, count) => sum + count, 0);
}

export function progressLine(tally: Tally, position: StreamPosition, steadyMs: number): Line {
  const errors = errorsIn(tally);
  const processed = tally.successful + errors;
  const seconds = Math.max(steadyMs - tally.startedMs, 1) / 1_000;
  const rate = processed / seconds;
  const told = position.before + position.seq;
  const share = position.total === 0 ? 1 : told / position.total;
  const left = position.total - told;
  return {
    type: 'progress',
    processed,
    successful: tally.successful,
    errors,
    cursor: cursorOf({ ...position, errors: position.errors + errors }),
    percentComplete: Math.floor(share * 1_000) / 10,
    estimatedTimeRemaining: left > 0 && rate === 0 ? null : isoDuration(left && left / rate),
    processingRate: Math.round(rate * 10) / 10,
  };
}

export function summaryLine(
  tally: Tally,
  position: StreamPosition,
  steadyMs: number,
  isEarly: boolean,
): Line {
  const errors = errorsIn(tally);
  return {
    type: 'summary',
    processed: tally.successful + errors,
    successful: tally.successful,
    errors,
    errorBreakdown: Object.fromEntries(tally.errors),
    duration: isoDuration((steadyMs - tally.startedMs) / 1_000),
    ...(isEarly && { stoppedEarly: true, cursor: cursorOf({ ...position, errors: 0 }) }),
  };
}

function isoDuration(seconds: number): string {
  return `PT${Number(Math.max(0, seconds).toFixed(3))}S`;
}
