import {
  type Decision,
  decisionOf,
  deliveryOpen,
  isDeliveryOpen,
} from '../../../../../src-shared/domain/delivery.ts';
import { type Item, type Reason, reasons } from '../../../../../src-shared/domain/item.ts';
import {
  countsOfBoth,
  isFinal,
  type Operation,
  type Progress,
} from '../../../../../src-shared/domain/operation.ts';

/** The states that an operation has for those who ask from outside: a pause is part of being in progress. */
export const wireStates = ['pending', 'in_progress', 'completed', 'partial', 'failed', 'cancelled'] as const;
export type WireState = (typeof wireStates)[number];

/** Whether a record that was left alone for this reason stands as it was asked to. */
export type IsFine = (reason: Reason) => boolean;

const asAsked: IsFine = (reason) => reason === 'already_so';
const nothingIsFine: IsFine = () => false;

/** How the APIs of a collection see it: for those of sessions and orders a record that stands so already is an error. */
export function isFineOn(collection: string): IsFine {
  return collection === 'sessions' || collection === 'orders' ? nothingIsFine : asAsked;
}

/** How an operation stands, as every face tells it. */
export interface Standing {
  readonly status: WireState;
  readonly total: number;
  readonly processed: number;
  readonly successful: number;
  readonly failed: number;
  /** 0 to 100, with one decimal place; 100 only once it is over. */
  readonly percentage: number;
}

/**
 * Counts of an operation. A record that the plan left alone counts as failed unless it already was as asked; a
 * cancelled one was not processed. A record of a remote is processed when the remote has answered.
 */
export function standingOf(operation: Operation): Standing {
  const isFine = isFineOn(operation.collection);
  const counts = countsOfBoth(operation);
  const open = operation.delivery ? deliveryOpen(operation.delivery) : 0;
  const fine = operation.tallies
    .filter(({ state, reason }) => state === 'skipped' && reason !== null && isFine(reason))
    .reduce((sum, { count }) => sum + count, 0);
  const isBegun = operation.state !== 'draft' && operation.state !== 'pending';
  const successful = counts.done - open + (isBegun ? fine : 0);
  const failed = counts.failed + counts.unknown + (isBegun ? counts.skipped - fine : 0);
  const processed = successful + failed;
  const status = statusOf(operation, { successful, failed });
  return {
    status,
    total: counts.total,
    processed,
    successful,
    failed,
    percentage: percentOf(operation, processed, counts.total),
  };
}

function statusOf(
  { state, stoppedBy }: Operation,
  { successful, failed }: { successful: number; failed: number },
): WireState {
  switch (state) {
    case 'draft':
    case 'pending':
      return 'pending';
    case 'in_progress':
    case 'paused':
      return 'in_progress';
    case 'cancelled':
      return 'cancelled';
    case 'completed':
    case 'partial':
    case 'failed':
      if (stoppedBy) return 'failed';
      if (failed === 0) return 'completed';
      return successful > 0 ? 'partial' : 'failed';
  }
}

function percentOf({ state }: Operation, processed: number, total: number): number {
  if (isFinal(state) && state !== 'cancelled') return 100;
  return total === 0 ? 0 : Math.min(99.9, Math.floor((processed / total) * 1_000) / 10);
}

/** When it will probably be over, or was; null where nothing comparable was measured. */
export function completionOf(operation: Operation, progress: Progress | null, nowMs: number): string | null {
  const { endedAt, startedAt, createdAt, forecast } = operation;
  if (endedAt !== null) return isoTime(endedAt);
  if (progress?.etaMs != null) return isoTime(nowMs + progress.etaMs);
  return forecast.durationMs === null
    ? null
    : isoTime(Math.max(nowMs, (startedAt ?? createdAt) + forecast.durationMs));
}

export function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

export function isoTimeOrNull(epochMs: number | null): string | null {
  return epochMs === null ? null : isoTime(epochMs);
}

/** True while it is not known what becomes of an item, here or at the remote that its record belongs to. */
export function isOpen({ state, delivery }: Item): boolean {
  return state === 'planned' || state === 'applying' || (delivery !== null && isDeliveryOpen(delivery.state));
}

export interface FailureWords {
  readonly code: string;
  readonly message: string;
}

const unknown: FailureWords = {
  code: 'unknown',
  message: 'No answer came; the outcome is being looked up',
};

const decisionWords: Readonly<Record<Decision, string>> = {
  kept_mine: 'it was decided to make the change again on top of that',
  kept_theirs: 'it was decided to leave it as it is there',
  decided: 'that was decided',
};

/** Why a record is not as it was asked to be, or null where it is, or is not settled. */
export function failureOf(
  { state, reason, delivery }: Pick<Item, 'state' | 'reason' | 'delivery'>,
  isFine: IsFine = asAsked,
): FailureWords | null {
  if (state === 'unknown' || delivery?.state === 'unknown') return unknown;
  if (delivery?.state === 'refused')
    return { code: delivery.code ?? 'refused', message: 'The remote that it belongs to refused the change' };
  if (delivery?.state === 'conflict') {
    const decision = decisionOf(delivery);
    const words = decision ? decisionWords[decision] : 'somebody has to decide';
    return { code: 'conflict', message: `It was changed at its remote meanwhile; ${words}` };
  }
  if (state !== 'failed' && state !== 'skipped') return null;
  if (reason === null) return { code: 'failed', message: 'It failed' };
  if (state === 'skipped' && isFine(reason)) return null;
  return { code: reason, message: reasons[reason] };
}
