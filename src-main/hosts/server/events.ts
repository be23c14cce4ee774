import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Console } from '../../console.ts';
import { Refusal } from './refusal.ts';

/** A page that reads slower than this falls behind for good: it is cut off, reconnects and asks afresh. */
export const maxBufferedBytes = 8_000_000;
/** How long a page may be away (a reconnect) before its views are forgotten. */
const absenceMs = 30_000;
/** The same for a client that was never connected and so cannot be seen leaving: a script between two requests. */
const silenceMs = 3_600_000;

/** Why a connection cannot become a WebSocket, as the library found it. */
export function noHandshake({ message }: Error): string {
  return `This is not a WebSocket handshake: ${message}.`;
}

export interface EventSockets {
  /** Takes over a socket that the guard let through. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, client: string): void;
  /** A client was answered. One that never was connected is forgotten when it asks for nothing more. */
  answered(client: string): void;
  /** Closes every socket ("going away") and stops listening to the console. */
  close(): void;
}

/** Tells the console's events to every connected page, and what is meant for one to that one. Pages only listen here. */
export function createEventSockets(
  console: Console,
  refuse: (socket: Duplex, error: Refusal) => void,
  maxBuffered = maxBufferedBytes,
): EventSockets {
  const server = new WebSocketServer({ noServer: true, maxPayload: 1024, perMessageDeflate: false });
  server.on('wsClientError', (error, socket) =>
    refuse(socket, new Refusal(400, 'invalid_request', noHandshake(error))),
  );
  const clients = new Map<WebSocket, string>();
  /**
   * The timers by which clients are forgotten that have left, and those that asked without being connected. They are kept
   * apart so that a late answer to a page that has just left does not make its absence longer.
   */
  const absences = new Map<string, NodeJS.Timeout>();
  const silences = new Map<string, NodeJS.Timeout>();

  const unsubscribe = console.subscribe((event, only) => {
    if (clients.size === 0) return;
    const text = JSON.stringify(event);
    for (const [socket, client] of clients) {
      if (socket.readyState !== socket.OPEN || client !== (only ?? client)) continue;
      if (socket.bufferedAmount > maxBuffered) socket.close(1013, 'reading too slowly');
      else socket.send(text);
    }
  });

  function left(socket: WebSocket, client: string): void {
    clients.delete(socket);
    if (!isHere(client)) forgetAfter(absenceMs, client, absences);
  }

  function answered(client: string): void {
    if (!isHere(client)) forgetAfter(silenceMs, client, silences);
  }

  function isHere(client: string): boolean {
    return [...clients.values()].includes(client);
  }

  function forgetAfter(waitMs: number, client: string, waiting: Map<string, NodeJS.Timeout>): void {
    clearTimeout(waiting.get(client));
    const forget = setTimeout(() => {
      waiting.delete(client);
      console.forget(client);
    }, waitMs);
    waiting.set(client, forget.unref());
  }

  function keep(client: string): void {
    for (const waiting of [absences, silences]) {
      clearTimeout(waiting.get(client));
      waiting.delete(client);
    }
  }

  return {
    accept(request, socket, head, client) {
      server.handleUpgrade(request, socket, head, (webSocket) => {
        keep(client);
        clients.set(webSocket, client);
        webSocket.on('message', () => webSocket.close(1003, 'nothing may be sent here'));
        webSocket.on('error', () => webSocket.terminate());
        webSocket.on('close', () => left(webSocket, client));
      });
    },
    answered,
    close() {
      unsubscribe();
      for (const socket of clients.keys()) {
        socket.close(1001, 'the console is stopping');
        setTimeout(() => socket.terminate(), 500).unref();
      }
      for (const client of [...absences.keys(), ...silences.keys()]) keep(client);
      server.close();
    },
  };
}
