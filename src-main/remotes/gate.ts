import { type Backoff, backoffMs } from '../platform/backoff.ts';
import type { Clock, Timer } from '../platform/clock.ts';
import { type HttpFailure, isAtHost, type Wrong, wasNotReached } from './http-failure.ts';
import type { Gate, Shut } from './remote.ts';
import { absurdWaitMs } from './retry-after.ts';

/** So many failures in a row, and the host is left alone; fewer where it is not even reached. */
const failureLimit = 10;
const notReachedLimit = 3;
/** A host that fails is looked at again after a random time up to `base × 2^n`, at most `max`, never less than `shortest`. */
const wait = { baseMs: 500, maxMs: 5_000, shortestMs: 100 } as const;
/** The same where a host asks for a pause and does not say for how long, or for none at all. */
const pause = { baseMs: 2_000, maxMs: 60_000, shortestMs: 1_000 } as const;
/** Timers may ring a little early. */
const earlyMs = 10;
/** By so much may two consoles differ in what time it is: the clock of each is an hour off at most. */
const clockOffMs = 2 * 3_600_000;
const longestTimerMs = 2 ** 30;

/** A pause that a host asked for, as it is kept over restarts. */
export interface Pause {
  readonly untilAt: number;
  readonly waitMs: number;
}

/** In front of all requests to one host: while it is shut, none of them goes out but one probe at a time. */
export interface HostGate extends Gate {
  /** Takes note of the failure of a request, or null for one that was answered. */
  note(failure: HttpFailure | null): void;
  /** By the user's choice: shut until it is taken back, for probes as well. */
  setOffline(isOffline: boolean): void;
  /** The user has signed in, or wants it tried now whatever the host asked for. */
  open(): void;
  /** Shut for good. */
  close(): void;
}

export interface GateOptions {
  readonly clock: Clock;
  /** Milliseconds from any start, on a count that nobody sets. */
  readonly countMs?: () => number;
  readonly timer: Timer;
  readonly random: () => number;
  /** Asks the host for something small; rejects with `HttpFailure`. */
  readonly probe: (signal: AbortSignal) => Promise<unknown>;
  /** A pause that was under way when the console ended, and what keeps the next one. */
  readonly paused?: Pause | null;
  readonly onPause?: (paused: Pause | null) => void;
}

export function createGate(options: GateOptions): HostGate {
  const { clock, timer, random, countMs = () => performance.now(), onPause = () => undefined } = options;
  const listeners = new Set<() => void>();
  let shut: Shut | null = null;
  let isOffline = false;
  /** Failures in a row; looks at a failing host in a row; pauses in a row that named no time. */
  let failures = 0;
  let looks = 0;
  let pauses = 0;
  /** When the last pause is over, by the count. */
  let pauseEndMs = Number.NEGATIVE_INFINITY;
  let callOff: () => void = () => undefined;
  /** Aborted with every change of the gate: a probe from before is of no account. */
  let turn = new AbortController();

  function rest(): void {
    callOff();
    callOff = () => undefined;
    turn.abort();
    turn = new AbortController();
  }

  function change(next: Shut | null): void {
    rest();
    if (next === null) failures = 0;
    if (shut?.reason === 'rate_limited' && next?.reason !== 'rate_limited') onPause(null);
    shut = next;
    for (const listener of listeners) listener();
  }

  function after(waitMs: number, then: () => void): void {
    const step = Math.min(waitMs, longestTimerMs);
    callOff = timer.set(step, () => (step < waitMs ? after(waitMs - step, then) : then()));
  }

  function shutFor(waitMs: number): void {
    const isAbsurd = waitMs > absurdWaitMs;
    pauseEndMs = countMs() + waitMs;
    change({
      reason: 'rate_limited',
      untilAt: clock.now() + waitMs,
      message: isAbsurd
        ? 'It asks for a pause of more than an hour. You can have it tried sooner.'
        : 'It asks for a pause.',
    });
    after(waitMs + earlyMs, () => change(null));
  }

  function pauseFor(waitMs: number): void {
    if (shut?.reason === 'signed_out') return;
    if (shut?.reason === 'rate_limited' && pauseEndMs >= countMs() + waitMs) return;
    shutFor(waitMs);
    onPause({ untilAt: clock.now() + waitMs, waitMs });
  }

  function trip(failure: HttpFailure): void {
    looks = 0;
    change({ reason: 'unreachable', untilAt: null, message: failureWords(failure) });
    lookLater();
  }

  function lookLater(): void {
    after(waitOf(looks, wait, random), () => void look());
    looks += 1;
  }

  /** One request while the gate is shut: if it is answered, the host is back. */
  async function look(): Promise<void> {
    const mine = turn.signal;
    const failure = await options.probe(mine).then(
      () => null,
      (error: unknown) => error as HttpFailure,
    );
    if (mine.aborted) return;
    if (failure === null || !isAtHost(failure)) change(null);
    else if (failure.outcomeClass === 'auth' || isPause(failure)) note(failure);
    else lookLater();
  }

  function note(failure: HttpFailure | null): void {
    if (failure !== null && isAtHost(failure)) return noteFailure(failure);
    if (failure === null || typeof failure.wrong === 'number') {
      failures = 0;
      pauses = 0;
      // Somebody who asked before has been answered after all.
      if (shut?.reason === 'unreachable') change(null);
    }
  }

  function noteFailure(failure: HttpFailure): void {
    if (failure.outcomeClass === 'auth') {
      if (shut?.reason !== 'signed_out')
        change({ reason: 'signed_out', untilAt: null, message: signedOut(failure) });
      return;
    }
    if (isPause(failure)) {
      pauseFor(failure.retryAfterMs || waitOf(pauses, pause, random));
      pauses += 1;
      return;
    }
    failures += 1;
    const limit = wasNotReached(failure) ? notReachedLimit : failureLimit;
    if (shut === null && !isOffline && failures >= limit) trip(failure);
  }

  if (options.paused) {
    const { untilAt, waitMs } = options.paused;
    // Nobody knows what was done to the clock meanwhile: it begins anew, but ends when it is surely over.
    const leftMs = Math.min(waitMs, untilAt + clockOffMs - clock.now());
    if (leftMs > 0) shutFor(leftMs);
    else onPause(null);
  }

  return {
    shut: () =>
      isOffline ? { reason: 'offline', untilAt: null, message: 'You work without it. Changes wait.' } : shut,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    note,
    setOffline: (next) => {
      isOffline = next;
      // Whether it is back is found out when it is asked again.
      if (next && shut?.reason === 'unreachable') change(null);
      else for (const listener of listeners) listener();
    },
    open: () => change(null),
    close: () => {
      isOffline = true;
      rest();
    },
  };
}

const whyNot: Readonly<Partial<Record<Wrong, string>>> = {
  name_not_found: 'No computer has its name.',
  connection_refused: 'Nobody listens at its address.',
  certificate: 'Its certificate cannot be trusted.',
};

/** Why a request failed, in words for the person who looks at the remote. */
export function failureWords({ wrong }: HttpFailure): string {
  const words = typeof wrong === 'number' ? `It answers with an error (${wrong}).` : 'It does not answer.';
  return `${whyNot[wrong] ?? words} It is tried again by itself.`;
}

function isPause({ wrong, retryAfterMs }: HttpFailure): boolean {
  return wrong === 429 || retryAfterMs !== null;
}

function signedOut({ wrong }: HttpFailure): string {
  return wrong === 401
    ? 'It no longer accepts the key.'
    : 'Something else answers at its address: a sign-in page, or a redirect.';
}

function waitOf(nth: number, limits: Backoff & { shortestMs: number }, random: () => number): number {
  return Math.max(limits.shortestMs, backoffMs(nth, limits, random));
}
