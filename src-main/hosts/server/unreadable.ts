import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { errorCode } from '../../platform/error-code.ts';
import { Refusal } from './refusal.ts';

/** What is refused, and what it was asked for, if that could still be read. */
export interface Unread {
  readonly refusal: Refusal;
  readonly url: string | null;
}

/**
 * Bytes that are not HTTP, or no longer are. Node reports them apart from the requests, and by itself would send no
 * explanation.
 */
export interface Unreadable {
  /** Remembers that a request of this connection waits for its answer. */
  waiting(response: ServerResponse): void;
  /** Null where the sender waits for another answer, is in the midst of one, or is gone. */
  refusalOf(error: Error, socket: Duplex): Unread | null;
}

export function createUnreadable(): Unreadable {
  /** In the order in which they are answered. */
  const waitingOn = new WeakMap<Duplex, Set<ServerResponse>>();
  return {
    waiting(response) {
      const { socket } = response.req;
      const waiting = waitingOn.get(socket) ?? new Set();
      waitingOn.set(socket, waiting.add(response));
      response.on('close', () => waiting.delete(response));
    },
    refusalOf(error, socket) {
      if (!socket.writable || errorCode(error) === 'ECONNRESET') return null;
      const [next] = waitingOn.get(socket) ?? [];
      // Only the last request of a connection can be incomplete: where the next answer is that of a whole one, this is none.
      if (next && (next.headersSent || next.req.complete)) return null;
      const refusal = refusals[errorCode(error) ?? ''] ?? new Refusal(400, 'invalid_request', noHttp);
      return { refusal, url: next?.req.url ?? urlIn(error) };
    },
  };
}

/** By the first line of what came last. */
function urlIn(error: Error): string | null {
  if (!('rawPacket' in error) || !Buffer.isBuffer(error.rawPacket)) return null;
  return /^[A-Z]+ (\/\S*)/.exec(error.rawPacket.toString('latin1', 0, longestLine))?.[1] ?? null;
}

const longestLine = 4_096;
const noHttp = 'This is not HTTP, or broke off. Nothing was changed.';
const tooLong = 'The headers of the request are too long, or too many. Nothing was changed.';
const tooSlow = 'The request took too long. Nothing was changed.';

const refusals: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: new Refusal(431, 'invalid_request', tooLong),
  HPE_CHUNK_EXTENSIONS_OVERFLOW: new Refusal(413, 'invalid_request', noHttp),
  ERR_HTTP_REQUEST_TIMEOUT: new Refusal(408, 'invalid_request', tooSlow),
};
