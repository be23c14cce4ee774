import { crashLimit, type RemoteRecord } from '../../../src-shared/domain/delivery.ts';
import type { RunOptions } from '../../../src-shared/domain/run-options.ts';
import { backoffMs } from '../../platform/backoff.ts';
import type { Capabilities, ItemOutcome, ReadBack } from '../../remotes/remote.ts';
import type { HeldDelivery, Settlement } from '../../store/store.ts';

/** What the verdict on a delivery depends on besides what happened to it. */
export interface Circumstances {
  /** Null where the console does not know the remote: then nothing is repeated. */
  readonly capabilities: Pick<
    Capabilities,
    'idempotency' | 'keyWindowMs' | 'keysSinceAt' | 'settleMs'
  > | null;
  readonly retry: RunOptions['retry'];
  /** The latest that it may be by now (epoch ms). */
  readonly possibleMs: number;
  readonly random: () => number;
}

/** True for what may be sent though it may have arrived before: it surely has not, or the remote takes a repetition for what it is. */
export function mayBeSent(
  { change, doubtAt }: Pick<HeldDelivery, 'change' | 'doubtAt'>,
  { capabilities, possibleMs }: Pick<Circumstances, 'capabilities' | 'possibleMs'>,
): boolean {
  if (doubtAt === null) return true;
  if (capabilities?.idempotency === 'natural') return change.kind !== 'comment';
  if (capabilities?.idempotency !== 'keys') return false;
  if (doubtAt <= (capabilities.keysSinceAt ?? Number.NEGATIVE_INFINITY)) return false;
  const doubtMs = possibleMs - doubtAt;
  // Less than nothing: the clock was set back, and how old the key is nobody knows.
  return doubtMs >= 0 && doubtMs < capabilities.keyWindowMs;
}

/** True where the remote tells requests by their keys and may not know this one's any more, nor what it does under it. */
function isKeyLost(held: HeldDelivery, given: Circumstances): boolean {
  return given.capabilities?.idempotency === 'keys' && !mayBeSent(held, given);
}

/** What becomes of a delivery that was sent. */
export function afterSending(held: HeldDelivery, outcome: ItemOutcome, given: Circumstances): Settlement {
  switch (outcome.kind) {
    case 'confirmed':
      return confirmed(held, outcome.version);
    case 'refused':
    case 'conflict': {
      const code = outcome.kind === 'refused' ? outcome.code : null;
      // Only a remote that knows the key, and has looked at it, answers for the first time that it was sent, too.
      const isKeySeen =
        given.capabilities?.idempotency === 'keys' &&
        !(outcome.kind === 'refused' && outcome.isTurnedAway === true);
      const isAboutAll = held.doubtAt === null || isKeySeen;
      if (!isAboutAll) return toBeChecked(held, code, given);
      if (outcome.kind === 'refused') return settled(held, 'refused', code);
      if (held.change.kind === 'fields') return inConflict(held, outcome.theirs);
      // A comment overwrites nothing: it may be told of the record as it is now, in another request.
      return isTriedEnough(held, given)
        ? settled(held, 'refused', 'changed_since')
        : toBeSentAgain({ ...held, doubtAt: null }, 'changed_since', waitMs(held, given));
    }
    case 'retry':
      if (isTriedEnough(held, given)) {
        return held.doubtAt === null
          ? settled(held, 'refused', outcome.code)
          : toBeChecked(held, outcome.code, given);
      }
      return toBeSentAgain(held, outcome.code, Math.max(waitMs(held, given), outcome.retryAfterMs ?? 0));
    case 'held':
      return {
        ...toBeSentAgain(held, outcome.code, waitMs(held, given)),
        attempts: Math.max(0, held.attempts - 1),
      };
    case 'unknown': {
      const inDoubt = { ...held, doubtAt: held.doubtAt ?? held.sentAt };
      return mayBeSent(inDoubt, given) && !isTriedEnough(held, given)
        ? toBeSentAgain(inDoubt, 'no_answer', waitMs(held, given))
        : toBeChecked(inDoubt, 'no_answer', given);
    }
  }
}

/** What becomes of a delivery that may not be sent as it stands: the remote is asked about the time before. */
export function insteadOfSending(held: HeldDelivery, given: Circumstances): Settlement {
  return toBeChecked(held, held.code ?? 'no_answer', given);
}

/** What becomes of a delivery that the remote was asked about; null when no answer came. */
export function afterReadBack(held: HeldDelivery, answer: ReadBack | null, given: Circumstances): Settlement {
  switch (answer?.kind) {
    case 'confirmed':
      return confirmed(held, answer.version);
    case 'conflict':
      return inConflict(held, answer.theirs);
    case 'absent': {
      const isLast = held.crashes >= crashLimit || isTriedEnough(held, given);
      // What waits there under a key that is not known any more may still be done. Fields of a record are told again all
      // the same, on condition of its version: whichever comes second changes nothing.
      if (isKeyLost(held, given) && (isLast || held.change.kind !== 'fields'))
        return settled(held, 'unknown', held.code);
      return isLast
        ? settled({ ...held, doubtAt: null }, 'refused', held.code)
        : toBeSentAgain({ ...held, doubtAt: null }, held.code, 0);
    }
    case 'unclear':
      return settled(held, 'unknown', held.code);
    case 'held':
      return { ...toBeAskedAgain(held, given), reads: held.reads - 1 };
    case undefined:
      return held.reads >= given.retry.attempts
        ? settled(held, 'unknown', held.code)
        : toBeAskedAgain(held, given);
  }
}

/** What becomes of a delivery that a process held when it ended. */
export function afterCrash(held: HeldDelivery, given: Circumstances): Settlement {
  if (held.state === 'checking') {
    // Where sending it ended the console before, asking may be what ends it now: it was asked once.
    return held.crashes >= crashLimit
      ? settled(held, 'unknown', held.code)
      : { ...of(held), state: 'checking', retryMs: null };
  }
  const crashed = { ...held, crashes: held.crashes + 1, doubtAt: held.doubtAt ?? held.sentAt };
  if (crashed.crashes >= crashLimit) return toBeChecked(crashed, 'quarantined', given);
  // From here on it goes alone, which is another request: the remote has to say first that it has not got it.
  return mayBeSent(crashed, given) && crashed.crashes < crashLimit - 1
    ? toBeSentAgain(crashed, held.code, 0)
    : toBeChecked(crashed, 'no_answer', given);
}

function of({
  operationId,
  seq,
  fence,
  attempts,
  crashes,
  reads,
  code,
  doubtAt,
}: HeldDelivery): Omit<Settlement, 'state' | 'retryMs'> {
  return { operationId, seq, fence, attempts, crashes, reads, code, doubtAt, version: null, theirs: null };
}

function confirmed(held: HeldDelivery, version: number | undefined): Settlement {
  return { ...settled(held, 'confirmed', null), version: version ?? null };
}

function inConflict(held: HeldDelivery, theirs: RemoteRecord | undefined): Settlement {
  return { ...settled(held, 'conflict', null), theirs: theirs ?? null };
}

function settled(
  held: HeldDelivery,
  state: 'confirmed' | 'refused' | 'conflict' | 'unknown',
  code: string | null,
): Settlement {
  return { ...of(held), state, code, retryMs: null };
}

function toBeSentAgain(held: HeldDelivery, code: string | null, waitedMs: number): Settlement {
  return { ...of(held), state: 'waiting', code, retryMs: waitedMs === 0 ? null : waitedMs };
}

/** Not before the request that got no answer can have no effect any more. */
function toBeChecked(held: HeldDelivery, code: string | null, { capabilities }: Circumstances): Settlement {
  return { ...of(held), state: 'checking', code, reads: 0, retryMs: capabilities?.settleMs ?? null };
}

function toBeAskedAgain(held: HeldDelivery, { retry, random }: Circumstances): Settlement {
  return { ...of(held), state: 'checking', retryMs: backoffMs(held.reads - 1, retry, random) };
}

/** Crashes are counted apart: they say nothing about the remote. */
function isTriedEnough({ attempts, crashes }: HeldDelivery, { retry }: Circumstances): boolean {
  return attempts - crashes >= retry.attempts;
}

function waitMs({ attempts, crashes }: HeldDelivery, { retry, random }: Circumstances): number {
  return backoffMs(Math.max(0, attempts - crashes - 1), retry, random);
}
