import { on } from 'node:events';
import { WebSocket } from 'ws';
import { userAgent } from './http.ts';
import { type HttpLimits, httpLimits } from './http-limits.ts';
import type { Gate } from './remote.ts';

/** A connection on which a remote tells what happens. */
export interface SocketOptions {
  /** Where the remote is, as for requests. */
  readonly address: string;
  readonly token: string;
  readonly path: string;
  readonly limits?: HttpLimits;
  /** None is opened while it is shut. */
  readonly gate: Gate;
}

/**
 * The messages that come over a WebSocket, as text, until the remote ends it. Throws when it cannot be opened, breaks, or
 * is silent for too long. It is closed as soon as nobody asks for more.
 */
export async function* socketMessages(
  { address, token, path, limits = httpLimits, gate }: SocketOptions,
  signal: AbortSignal,
): AsyncGenerator<string, void, void> {
  if (gate.shut()) throw new Error('the gate is shut');
  const socket = new WebSocket(`${address.replace(/^http/, 'ws')}${path}`, {
    headers: { authorization: `Bearer ${token}`, 'user-agent': userAgent },
    handshakeTimeout: limits.connectMs,
    maxPayload: limits.lineMax,
    perMessageDeflate: false,
    followRedirects: false,
  });
  const unwatch = gate.onChange(() => {
    if (gate.shut() && socket.readyState === socket.CONNECTING) socket.terminate();
  });
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(new Error('the remote fell silent')), limits.idleMs);
  try {
    const messages = on(socket, 'message', {
      close: ['close'],
      signal: AbortSignal.any([signal, silence.signal]),
      highWaterMark: 1_000,
    });
    for await (const [data] of messages) {
      timer.refresh();
      yield String(data);
    }
  } finally {
    clearTimeout(timer);
    unwatch();
    socket.on('error', () => undefined);
    socket.terminate();
  }
}
