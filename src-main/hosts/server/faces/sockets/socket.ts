import { WebSocket } from 'ws';
import { maxBufferedBytes } from '../../events.ts';
import { isForeseen, toApiError } from '../http/api-error.ts';

/** One WebSocket connection of the APIs. */
export interface Socket {
  /** Sends a message as JSON. Cuts off a client that reads too slowly: it connects again and is told how things stand. */
  send(message: object): void;
  /** Tells what went wrong, as over HTTP, and closes. */
  fail(error: unknown): void;
  /** All is told. */
  end(): void;
  /** Calls the listener once all that was sent until now has arrived there; never where that does not become known. */
  onArrival(listener: () => void): void;
  onClose(listener: () => void): void;
  onMessage(listener: (text: string) => void): void;
}

export function wrapSocket(webSocket: WebSocket, report: (error: unknown) => void): Socket {
  webSocket.on('error', () => webSocket.terminate());
  /** By the number of the ping that was sent after what is to arrive: its pong comes when all before it was read. */
  const arrivals = new Map<number, () => void>();
  let pings = 0;
  webSocket.on('pong', (data) => {
    const upTo = Number(String(data));
    for (const [nth, listener] of arrivals) {
      // Not a number either: a pong may say anything.
      if (!(nth <= upTo)) return;
      arrivals.delete(nth);
      listener();
    }
  });
  const socket: Socket = {
    send: (message) => {
      if (webSocket.readyState !== WebSocket.OPEN) return;
      if (webSocket.bufferedAmount > maxBufferedBytes) webSocket.close(1013, 'reading too slowly');
      else webSocket.send(JSON.stringify(message));
    },
    fail: (error) => {
      const told = toApiError(error);
      if (!isForeseen(told)) report(error);
      socket.send({ type: 'error', ...told.toBody() });
      webSocket.close(told.status >= 500 ? 1011 : 1008, told.code);
    },
    end: () => webSocket.close(1000, 'the operation has ended'),
    onArrival: (listener) => {
      if (webSocket.readyState !== WebSocket.OPEN) return;
      pings += 1;
      arrivals.set(pings, listener);
      webSocket.ping(String(pings));
    },
    onClose: (listener) => {
      if (webSocket.readyState === WebSocket.CLOSED) listener();
      else webSocket.once('close', listener);
    },
    onMessage: (listener) => {
      webSocket.on('message', (data, isBinary) => {
        if (isBinary) webSocket.close(1003, 'text only');
        else listener(Buffer.isBuffer(data) ? data.toString('utf8') : '');
      });
    },
  };
  return socket;
}
