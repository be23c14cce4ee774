import { getEventListeners } from 'node:events';
import { afterEach, expect } from 'vitest';
import { createHttp, type Http } from '../../../src-main/remotes/http.ts';
import { HttpFailure, type Wrong } from '../../../src-main/remotes/http-failure.ts';
import { type HttpLimits, httpLimits } from '../../../src-main/remotes/http-limits.ts';
import { type HostileServer, type Mischief, startHostileServer } from '../../fakes/hostile-server.ts';

export const json = { 'content-type': 'application/json' };
/** Times as ever: where they are short, it is chance which of them is over first on a busy machine. */
const small: HttpLimits = { ...httpLimits, bodyMax: 10_000, lineMax: 1_000 };
export const never = new AbortController().signal;
export const get = { method: 'GET', path: '/api/v1/tickets/1' } as const;

/** A client that faces a server which misbehaves. */
export interface HostileHttp {
  readonly server: HostileServer;
  readonly http: Http;
  /** What the gate was told. */
  readonly noted: readonly (Wrong | null)[];
  /** `limits` differ from small sizes; null for those of the product. */
  facing(mischief: Mischief, limits?: Partial<HttpLimits> | null, scheme?: string): Promise<void>;
  shutGate(): void;
  readLines(): Promise<string[]>;
}

/** After each test of a file no connection is left. */
export function useHostileHttp(): HostileHttp {
  let server: HostileServer;
  let http: Http;
  let noted: (Wrong | null)[];
  let isShut: boolean;
  let gateListeners: Set<() => void>;

  afterEach(async () => {
    http.close();
    await expect.poll(() => server.open()).toBe(0);
    await server.close();
    const sockets = () => process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP'));
    await expect.poll(sockets).toEqual([]);
    // A signal and a gate outlive many requests.
    await expect.poll(() => gateListeners.size + getEventListeners(never, 'abort').length).toBe(0);
  });

  return {
    get server() {
      return server;
    },
    get http() {
      return http;
    },
    get noted() {
      return noted;
    },
    facing: async (mischief, limits = {}, scheme = 'http') => {
      noted = [];
      isShut = false;
      gateListeners = new Set();
      server = await startHostileServer(mischief);
      http = createHttp({
        address: server.address.replace('http', scheme),
        token: 'secret',
        ...(limits && { limits: { ...small, ...limits } }),
        gate: {
          shut: () => (isShut ? { reason: 'unreachable', untilAt: null, message: 'Not now.' } : null),
          onChange: (listener) => {
            gateListeners.add(listener);
            return () => gateListeners.delete(listener);
          },
          note: (failure) => noted.push(failure?.wrong ?? null),
        },
      });
    },
    shutGate: () => {
      isShut = true;
      for (const listener of gateListeners) listener();
    },
    readLines: async () => {
      const request = { method: 'POST', path: '/v1/orders/bulk-process', body: {} } as const;
      const lines: string[] = [];
      for await (const line of http.lines(request, never)) lines.push(line);
      return lines;
    },
  };
}

/** What was wrong with work that has to fail. */
export async function wrongOf(work: Promise<unknown>): Promise<{ wrong: Wrong; failure: HttpFailure }> {
  const failure = await work.then(
    () => expect.unreachable('it was answered'),
    (error: unknown) => error,
  );
  if (!(failure instanceof HttpFailure)) throw failure;
  return { wrong: failure.wrong, failure };
}
