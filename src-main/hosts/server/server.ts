import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Console } from '../../console.ts';
import { type Clock, systemClock } from '../../platform/clock.ts';
import { type Bundle, securityHeaders } from '../bundle.ts';
import type { Handles } from '../handles.ts';
import { drain } from './body.ts';
import { createEventSockets } from './events.ts';
import { createAdmission } from './faces/http/admission.ts';
import { type ApiError, toApiError } from './faces/http/api-error.ts';
import { answerApi, idHeader, isApiPath, type RouterOptions } from './faces/http/router.ts';
import { createWatch } from './faces/operations/watch.ts';
import { createApiSockets } from './faces/sockets/sockets.ts';
import { guard, maxHeaders, targetOf } from './guard.ts';
import { Refusal } from './refusal.ts';
import { nothingHere } from './refusal-words.ts';
import { type Answer, answerOf, answerTo, clientOf, type RouteContext, refusalAnswer } from './routes.ts';
import type { Session } from './session.ts';
import { createUnreadable } from './unreadable.ts';
import type { Uploads } from './uploads.ts';

export interface ServerOptions {
  readonly console: Console;
  readonly session: Session;
  readonly uploads: Uploads;
  /** Those of the console's host. */
  readonly handles: Pick<Handles, 'forget'>;
  readonly bundle: Bundle;
  /** 0 takes any free port. */
  readonly port: number;
  readonly clock?: Clock;
  /** Told about refusals (for the log) and about what nobody foresaw. */
  readonly report: (kind: 'refused' | 'unexpected', facts: Readonly<Record<string, unknown>>) => void;
}

export interface RunningServer {
  readonly port: number;
  /** Takes no new request, tells every page that it is going, and waits for the answers under way. */
  close(): Promise<void>;
}

/** Listens on 127.0.0.1 and nowhere else. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const server = createServer({
    maxHeaderSize: 16 * 1024,
    headersTimeout: 10_000,
    // An upload of 4 GiB has to fit in; bodies of JSON have a limit of their own.
    requestTimeout: 15 * 60_000,
    connectionsCheckingInterval: 2_000,
    keepAliveTimeout: 10_000,
    // The guard refuses what names no host, in words.
    requireHostHeader: false,
    // An offer of anything else, as of HTTP/2 by some clients, is not taken up: the request is answered as it is.
    shouldUpgradeCallback: ({ method, headers }) =>
      method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket',
  });
  // One more than the guard allows, so that it sees that there are too many.
  server.maxHeadersCount = maxHeaders + 1;
  server.maxConnections = 256;
  const port = await listen(server, options.port);
  const sockets = createEventSockets(options.console, (socket, error) => sendRaw(socket, answerOf(error)));
  const context: RouteContext = { ...options, port, answered: sockets.answered };
  const { clock = systemClock } = options;
  const watch = createWatch(options.console);
  const api: RouterOptions = { ...options, port, clock, watch, admission: createAdmission(clock) };
  const refuseApi = (socket: Duplex, error: ApiError, id: string): void => {
    const body = Buffer.from(JSON.stringify(error.toBody()));
    const type = 'application/json; charset=utf-8';
    sendRaw(socket, { status: error.status, type, body, headers: { ...error.headers, [idHeader]: id } });
  };
  const apiSockets = createApiSockets(api, refuseApi);

  const unreadable = createUnreadable();
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    response.on('error', () => response.destroy());
    unreadable.waiting(response);
    if (isApiPath(request.url ?? '')) return void answerApi(request, response, api);
    void answerTo(request, response, context).then((answer) => send(request, response, answer));
  };
  server.on('request', handle);
  server.on('checkContinue', handle);
  server.on('checkExpectation', handle);
  server.on('clientError', (error: Error, socket: Duplex) => {
    const unread = unreadable.refusalOf(error, socket);
    if (unread === null) return void socket.destroy();
    const { refusal, url } = unread;
    const id = randomUUID();
    options.report('refused', { status: refusal.status, reason: refusal.message, request: id });
    // Who sends what is no HTTP is a script: where nothing says what it asks for, it is answered as one.
    if (url === null || isApiPath(url)) refuseApi(socket, toApiError(refusal), id);
    else sendRaw(socket, answerOf(refusal));
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    if (isApiPath(request.url ?? '')) return void apiSockets.accept(request, socket, head);
    try {
      const { path, query } = targetOf(request);
      guard(request, 'data', options.session, port);
      if (path !== '/events') throw new Refusal(404, 'not_found', nothingHere);
      sockets.accept(request, socket, head, clientOf(new URLSearchParams(query).get('client') ?? undefined));
    } catch (error) {
      sendRaw(socket, refusalAnswer(error, request, options.report));
    }
  });
  server.on('connect', (request: IncomingMessage, socket: Duplex) => {
    socket.on('error', () => socket.destroy());
    const refusal = new Refusal(405, 'invalid_request', 'This console is not a proxy.');
    sendRaw(socket, refusalAnswer(refusal, request, options.report));
  });

  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        sockets.close();
        apiSockets.close();
        watch.close();
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), 500).unref();
      }),
  };
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

function send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  if (response.destroyed) return;
  response.writeHead(answer.status, { ...headersOf(answer), 'content-length': answer.body.length });
  response.end(request.method === 'HEAD' ? undefined : answer.body);
  if (answer.status >= 400) drain(request);
}

function sendRaw(socket: Duplex, answer: Answer): void {
  const headers = { ...headersOf(answer), 'content-length': String(answer.body.length), connection: 'close' };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  // Nobody else looks after this connection any more: a sender that does not hang up would keep its place for ever.
  socket.once('finish', () => socket.destroy());
  socket.write(`HTTP/1.1 ${answer.status} Refused\r\n${lines.join('')}\r\n`);
  socket.end(answer.body);
}

function headersOf(answer: Answer): Record<string, string> {
  return { ...securityHeaders, 'content-type': answer.type, ...answer.headers };
}
