import type { Clock } from '../../../../platform/clock.ts';
import { tooSoon } from './api-error.ts';
import { type Kind, type KindLimit, kindLimits, maxConnections } from './limits.ts';

const minuteMs = 60_000;

/** Sees to it that one user's requests come one after the other, and not too often. */
export interface Admission {
  /** Throws 429 for a request too many of this kind within a minute, with when there is room again. */
  take(actor: string, kind: Kind): void;
  /** Counts a request or a socket until the returned function is called. Throws 429 for one too many at a time. */
  enter(actor: string): () => void;
  /** Runs the requests of a user that start operations one at a time, so that what was counted for one still holds. */
  inTurn<T>(actor: string, start: () => Promise<T>): Promise<T>;
}

export function createAdmission(
  clock: Clock,
  limits: Readonly<Record<Kind, KindLimit>> = kindLimits,
): Admission {
  /** When each user made requests of each kind, within the last minute. */
  const taken = new Map<string, readonly number[]>();
  const turns = new Map<string, Promise<unknown>>();
  const underWay = new Map<string, number>();

  return {
    enter: (actor) => {
      const count = underWay.get(actor) ?? 0;
      if (count >= maxConnections) {
        const message = `${actor} has ${count} connections open, and no more are allowed at a time. Nothing was changed.`;
        throw tooSoon('too_many_connections', message, 1_000);
      }
      underWay.set(actor, count + 1);
      return () => {
        const left = (underWay.get(actor) ?? 1) - 1;
        if (left > 0) underWay.set(actor, left);
        else underWay.delete(actor);
      };
    },
    take: (actor, kind) => {
      const { perMinute } = limits[kind];
      if (perMinute === null) return;
      const nowMs = clock.now();
      const name = `${kind} ${actor}`;
      // The clock may have been set back: what lies ahead of it is of no use.
      const recent = (taken.get(name) ?? []).filter((at) => at <= nowMs && nowMs - at < minuteMs);
      taken.set(name, recent);
      const blocking = recent.at(-perMinute);
      if (recent.length >= perMinute && blocking !== undefined) {
        const message = `${perMinute} requests of this kind (${kind}) are allowed within a minute. Nothing was changed.`;
        throw tooSoon('rate_limited', message, blocking + minuteMs - nowMs);
      }
      taken.set(name, [...recent, nowMs]);
    },
    inTurn: (actor, start) => {
      const turn = (turns.get(actor) ?? Promise.resolve()).then(start, start);
      turns.set(actor, turn);
      const leave = (): void => {
        if (turns.get(actor) === turn) turns.delete(actor);
      };
      turn.then(leave, leave);
      return turn;
    },
  };
}
