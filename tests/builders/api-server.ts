import { join } from 'node:path';
import { WebSocket } from 'ws';
import { type Console, openConsole } from '../../src-main/console.ts';
import { createBrowserHost } from '../../src-main/hosts/server/host.ts';
import { type RunningServer, startServer } from '../../src-main/hosts/server/server.ts';
import { createSession } from '../../src-main/hosts/server/session.ts';
import { createUploads } from '../../src-main/hosts/server/uploads.ts';
import { type Clock, systemClock, systemTimer, type Timer } from '../../src-main/platform/clock.ts';
import { noRemotes, type Remotes } from '../../src-main/remotes/remote.ts';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import type { RequestInput, RequestName, RequestOutput } from '../../src-shared/contract/index.ts';
import { isFinal, type Operation } from '../../src-shared/domain/operation.ts';
import type { Role } from '../../src-shared/domain/user.ts';

export interface ApiReply {
  readonly status: number;
  readonly headers: Headers;
  /** As JSON, or as text where it is none. What a test looks into it says itself. */
  readonly body: ReturnType<typeof JSON.parse>;
}

/** A real server on a real workspace, asked over HTTP. */
export interface ApiServer {
  readonly folder: string;
  readonly console: Console;
  readonly server: RunningServer;
  /** The token of whoever runs it. */
  readonly token: string;
  readonly url: string;
  readonly reports: { kind: string; facts: Readonly<Record<string, unknown>> }[];
  /** A new user's token. */
  user(name: string, role: Role): Promise<string>;
  /** A request with JSON; `token` null sends none. */
  call(
    method: string,
    path: string,
    options?: { token?: string | null; body?: unknown; headers?: Record<string, string> },
  ): Promise<ApiReply>;
  /** Asks the console behind it as its window would. */
  ask<N extends RequestName>(name: N, input: RequestInput<N>): Promise<RequestOutput<N>>;
  /** Resolves once the operation is in a final state. */
  ended(id: number): Promise<Operation>;
  /** `isDeaf`: it answers no pings, as a connection that was lost without a word. */
  socket(path: string, token?: string, isDeaf?: boolean): SocketClient;
  close(): Promise<void>;
}

/** A WebSocket that keeps what it was told. */
export interface SocketClient {
  readonly messages: Record<string, unknown>[];
  /** Resolves once it is open; rejects with the HTTP status of a refusal. */
  readonly opened: Promise<void>;
  /** Resolves with the first message, told already or to come, that passes. */
  until(test: (message: Record<string, unknown>) => boolean): Promise<Record<string, unknown>>;
  readonly closed: Promise<number>;
  send(message: unknown): void;
  sendRaw(data: string | Buffer): void;
  close(): void;
}

export async function startApiServer(
  folder: string,
  options: { clock?: Clock; timer?: Timer; token?: string; port?: number; remotes?: Remotes } = {},
): Promise<ApiServer> {
  const { clock = systemClock, timer = systemTimer, port = 0, remotes = noRemotes } = options;
  const reports: ApiServer['reports'] = [];
  const { host, handles } = createBrowserHost(folder);
  const console = await openConsole({
    workspace: folder,
    host,
    version: '0.0.0',
    actor: 'tester',
    clock,
    timer,
    remotes,
    report: (error) => reports.push({ kind: 'console', facts: { error } }),
  });
  const session = createSession(options.token);
  const server = await startServer({
    console,
    session,
    uploads: createUploads(folder, handles),
    handles,
    bundle: new Map(),
    port,
    clock,
    report: (kind, facts) => reports.push({ kind, facts }),
  });
  const { token } = session;
  const origin = `127.0.0.1:${server.port}`;

  async function ask<N extends RequestName>(name: N, input: RequestInput<N>): Promise<RequestOutput<N>> {
    const reply = await console.handle(console.owner('test'), { name, input });
    if (!reply.ok) throw BulkheadError.fromDto(reply.error);
    return reply.value as RequestOutput<N>;
  }

  return {
    folder,
    console,
    server,
    token,
    url: `http://${origin}`,
    reports,
    ask,
    user: async (name, role) => {
      const { token: own } = await ask('users.save', { name, role });
      if (own === null) throw new Error('a new user has a token');
      return own;
    },
    call: async (method, path, { token: own = token, body, headers = {} } = {}) => {
      const response = await fetch(`http://${origin}${path}`, {
        method,
        headers: {
          ...(own !== null && { authorization: `Bearer ${own}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const type = response.headers.get('content-type') ?? '';
      const isJson = text !== '' && type.startsWith('application/json');
      return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
    },
    ended: async (id) => {
      const told = Promise.withResolvers<Operation>();
      const unsubscribe = console.subscribe((event) => {
        if (event.name !== 'operation.updated') return;
        const { operation } = event.payload;
        if (operation.id === id && isFinal(operation.state)) told.resolve(operation);
      });
      try {
        const now = await ask('operations.get', { id });
        return isFinal(now.state) ? now : await told.promise;
      } finally {
        unsubscribe();
      }
    },
    socket: (path, own = token, isDeaf = false) => openSocket(`ws://${origin}${path}`, own, isDeaf),
    close: async () => {
      await server.close();
      await console.close();
    },
  };
}

function openSocket(url: string, token: string, isDeaf: boolean): SocketClient {
  const headers = { authorization: `Bearer ${token}` };
  const webSocket = new WebSocket(url, { headers, autoPong: !isDeaf });
  const messages: Record<string, unknown>[] = [];
  const listeners = new Set<(message: Record<string, unknown>) => void>();
  const closed = new Promise<number>((resolve) => webSocket.on('close', resolve));
  const opened = new Promise<void>((resolve, reject) => {
    webSocket.on('open', () => resolve());
    webSocket.on('unexpected-response', (_request, response) => {
      reject(new Error(String(response.statusCode)));
      webSocket.terminate();
    });
    webSocket.on('error', reject);
  });
  opened.catch(() => undefined);
  webSocket.on('message', (data) => {
    const message = JSON.parse(String(data)) as Record<string, unknown>;
    messages.push(message);
    for (const listener of listeners) listener(message);
  });
  return {
    messages,
    opened,
    closed,
    until: (test) => {
      const found = messages.find(test);
      if (found) return Promise.resolve(found);
      return new Promise((resolve) => {
        const listener = (message: Record<string, unknown>): void => {
          if (!test(message)) return;
          listeners.delete(listener);
          resolve(message);
        };
        listeners.add(listener);
      });
    },
    send: (message) => webSocket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    sendRaw: (data) => webSocket.send(data),
    close: () => webSocket.close(),
  };
}

/** Where a workspace's exports are. */
export function exportsFolder(folder: string): string {
  return join(folder, 'exports');
}
