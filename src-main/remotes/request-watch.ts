import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import type { HttpLimits } from './http-limits.ts';
import type { Failure } from './outcome-class.ts';

/** Looks after the time of one request. */
export interface RequestWatch {
  isSent(): boolean;
  answered(): void;
  /** A piece of the answer came. */
  heard(): void;
  /** Why it was ended by us; null when it was not. */
  failure(): Failure | null;
  end(why: Failure): void;
  clear(): void;
}

export function watchRequest(outgoing: ClientRequest, limits: HttpLimits, isStream: boolean): RequestWatch {
  let why: Failure | null = null;
  let isSent = false;
  const end = (reason: Failure): void => {
    why ??= reason;
    outgoing.destroy(new Error(reason));
  };
  let phase = setTimeout(() => end('connect_timeout'), limits.connectMs);
  const total = isStream
    ? undefined
    : setTimeout(() => end(isSent ? 'total_timeout' : 'connect_timeout'), limits.totalMs);
  const enter = (reason: Failure, ms: number): void => {
    clearTimeout(phase);
    phase = setTimeout(() => end(reason), ms);
  };
  const sent = (): void => {
    isSent = true;
    enter('headers_timeout', limits.headersMs);
  };
  outgoing.on('socket', (socket: Socket) => {
    // A reused one stands already.
    if (!socket.connecting && outgoing.reusedSocket) sent();
    else socket.once('encrypted' in socket ? 'secureConnect' : 'connect', sent);
  });
  return {
    isSent: () => isSent,
    answered: () => enter('idle_timeout', limits.idleMs),
    heard: () => {
      phase.refresh();
    },
    failure: () => why,
    end,
    clear: () => {
      clearTimeout(phase);
      clearTimeout(total);
    },
  };
}
