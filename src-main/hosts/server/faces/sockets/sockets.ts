import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Caller } from '../../../../api/caller.ts';
import { noHandshake } from '../../events.ts';
import { targetOf } from '../../guard.ts';
import { nothingHere } from '../../refusal-words.ts';
import { ApiError, toApiError } from '../http/api-error.ts';
import type { ApiContext } from '../http/context.ts';
import type { RouterOptions } from '../http/router.ts';
import { onChangedRights, signIn } from '../http/sign-in.ts';
import { tellLog } from '../http/tell-log.ts';
import { followTickets } from '../tickets/socket.ts';
import { type Socket, wrapSocket } from './socket.ts';
import { createUserSockets } from './user-socket.ts';

/** How often a connection is asked whether somebody is there. */
const pingMs = 15_000;

/** What a connection may be for: its path, and what is done with it once the caller may have it. */
interface SocketRoute {
  readonly path: RegExp;
  open(context: ApiContext, caller: Caller, part: string): Promise<(socket: Socket) => void>;
}

export interface ApiSockets {
  /** Takes over a connection, or answers over plain HTTP why not. Never rejects. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>;
  close(): void;
}

/** The WebSockets of the APIs: the same proof of who asks as over HTTP, before a connection is one. */
export function createApiSockets(
  options: RouterOptions,
  refuse: (socket: Duplex, error: ApiError, id: string) => void,
): ApiSockets {
  const server = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024, perMessageDeflate: false });
  server.on('wsClientError', (error, socket) =>
    sayNo(socket, new ApiError(400, 'invalid_request', noHandshake(error)), randomUUID()),
  );
  const users = createUserSockets();
  const socketRoutes: readonly SocketRoute[] = [
    { path: /^\/ws\/bulk-operations\/([^/]+)$/, open: followTickets },
    { path: /^\/ws\/bulk\/([^/]+)$/, open: users.open },
  ];
  const open = new Map<WebSocket, { isAlive: boolean; check(): Promise<boolean> }>();
  const pinging = setInterval(() => {
    for (const [webSocket, state] of open) {
      if (!state.isAlive) webSocket.terminate();
      state.isAlive = false;
      webSocket.ping();
    }
  }, pingMs).unref();
  const unsubscribe = onChangedRights(options.console, () => {
    for (const { check } of open.values()) void check();
  });

  function sayNo(socket: Duplex, refusal: ApiError, id: string): void {
    tellLog({ method: 'WS', socket }, refusal, id, options);
    refuse(socket, refusal, id);
  }

  async function admit(request: IncomingMessage, caller: Caller): Promise<(socket: Socket) => void> {
    const { path } = targetOf(request);
    for (const route of socketRoutes) {
      const part = route.path.exec(path)?.[1];
      if (part !== undefined) return route.open(options, caller, part);
    }
    throw new ApiError(404, 'not_found', nothingHere);
  }

  /** Whether the token still counts, and for the same role; closes the connection where it does not. */
  async function stillCounts(request: IncomingMessage, caller: Caller, socket: Socket): Promise<boolean> {
    try {
      const { role } = await signIn(request, options, caller.client);
      if (role === caller.role) return true;
      throw new ApiError(403, 'forbidden', `The role of ${caller.actor} is ${role} now: connect again.`);
    } catch (error) {
      socket.fail(error);
      return false;
    }
  }

  function take(
    webSocket: WebSocket,
    request: IncomingMessage,
    caller: Caller,
    use: (socket: Socket) => void,
  ) {
    const socket = wrapSocket(webSocket, (error) => options.report('unexpected', { error, method: 'WS' }));
    const check = () => stillCounts(request, caller, socket);
    const state = { isAlive: true, check };
    open.set(webSocket, state);
    webSocket.on('pong', () => {
      state.isAlive = true;
    });
    webSocket.on('close', () => open.delete(webSocket));
    use({
      ...socket,
      onMessage: (listener) =>
        socket.onMessage((text) => void check().then((counts) => counts && listener(text))),
    });
  }

  return {
    accept: async (request, socket, head) => {
      const id = randomUUID();
      try {
        const caller = await signIn(request, options, `api-${id}`);
        const leave = options.admission.enter(caller.actor);
        if (socket.closed) leave();
        else socket.once('close', leave);
        const use = await admit(request, caller);
        server.handleUpgrade(request, socket, head, (webSocket) => take(webSocket, request, caller, use));
      } catch (error) {
        sayNo(socket, toApiError(error), id);
      }
    },
    close: () => {
      clearInterval(pinging);
      unsubscribe();
      users.close();
      for (const webSocket of open.keys()) {
        webSocket.close(1001, 'the console is stopping');
        setTimeout(() => webSocket.terminate(), 500).unref();
      }
      server.close();
    },
  };
}
