import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { CollectionName, collectionNames } from '../../../src-shared/collections/index.ts';
import { callOf, type DeskOperation, statusOf, work } from './desk-operations.ts';
import { createDeskRecords, type DeskRecord, type DeskRecords, type Fields } from './desk-records.ts';
import { streamOrders } from './desk-stream.ts';

export interface DeskRequest {
  readonly nth: number;
  readonly atMs: number;
  readonly method: string;
  readonly path: string;
}

/** What is done to a request instead of, or with, its answer. */
export interface Mischief {
  /** Instead of doing anything. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The connection is cut before or after the request was carried out. */
  readonly cut?: 'before' | 'after';
  /** The bytes of the answer that are sent before the connection is cut. */
  readonly cutAt?: number;
  /** Before anything else, it waits so long, or until this has come about. */
  readonly delayMs?: number;
  readonly until?: Promise<unknown>;
  /** Changes the answer. */
  readonly bend?: (body: unknown) => unknown;
  /** Changes the lines of a stream. */
  readonly bendLines?: (lines: readonly string[]) => readonly string[];
}

export interface DeskOptions {
  readonly records: Partial<Record<CollectionName, readonly Fields[]>>;
  readonly mischief?: (request: DeskRequest) => Mischief | undefined;
  /** WebSockets are refused. */
  readonly hasNoSockets?: boolean;
  /** Orders between two progress lines. */
  readonly progressEvery?: number;
}

/** A system with the APIs of a Bulkhead, in memory, that counts what really happens and misbehaves on demand. */
export interface Desk {
  readonly address: string;
  readonly records: DeskRecords;
  readonly requests: readonly DeskRequest[];
  /** Changed while it runs. */
  mischief: DeskOptions['mischief'];
  openSockets(): number;
  close(): Promise<void>;
}

class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: Record<string, unknown>;
  constructor(status: number, code: string, details: Record<string, unknown> = {}) {
    super(code);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

export async function startDesk(options: DeskOptions): Promise<Desk> {
  const records = createDeskRecords(options.records);
  const operations = new Map<string, DeskOperation>();
  const keys = new Map<string, { body: string; id: string }>();
  const patched = new Map<string, unknown>();
  const streams = new Map<string, { body: string; done: Map<string, string> }>();
  const requests: DeskRequest[] = [];
  const sockets = new Set<Socket>();
  let mischiefOf = options.mischief;

  function start(path: string, text: string, key: string): DeskOperation {
    const before = keys.get(key);
    if (before && before.body !== text) throw new Refusal(409, 'idempotency_key_reused');
    const known = before && operations.get(before.id);
    if (known) return known;
    const call = callOf(path, JSON.parse(text) as Record<string, unknown>);
    if (!call) throw new Refusal(404, 'not_found');
    const operation: DeskOperation = {
      id: String(operations.size + 1),
      ...call,
      refused: new Map(),
      done: 0,
    };
    operations.set(operation.id, operation);
    if (key !== '') keys.set(key, { body: text, id: operation.id });
    workOff(operation);
    return operation;
  }

  /** It goes on whether anybody asks or not. */
  function workOff(operation: DeskOperation): void {
    if (!work(records, operation, 100)) setImmediate(() => workOff(operation));
  }

  function operationOf(id: string): DeskOperation {
    const operation = operations.get(id);
    if (!operation) throw new Refusal(404, 'not_found');
    return operation;
  }

  function patch(
    collection: CollectionName,
    record: DeskRecord,
    request: IncomingMessage,
    body: Record<string, unknown>,
  ): unknown {
    const key = String(request.headers['idempotency-key'] ?? '');
    if (patched.has(key)) return patched.get(key);
    const match = request.headers['if-match'];
    if (match === undefined) throw new Refusal(428, 'precondition_required');
    if (record.isDeleted && body['deleted'] === undefined)
      throw new Refusal(410, 'gone', { version: record.version });
    if (match !== `"${record.version}"`)
      throw new Refusal(412, 'version_moved_on', { version: record.version });
    const { deleted, ...fields } = body;
    const change = {
      ...(fields as Fields),
      ...(deleted !== undefined && { deleted: deleted === true ? 1 : 0 }),
    };
    const code = records.change(collection, record.id, change);
    if (code !== null) throw new Refusal(409, code);
    const answer = toWire(collection, record);
    patched.set(key, answer);
    return answer;
  }

  function answerTo(request: IncomingMessage, text: string): unknown {
    const url = new URL(request.url ?? '/', 'http://desk');
    const [, api, v1, name = '', id = ''] = url.pathname.split('/');
    const body = (): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;
    const status =
      /^\/api\/(?:v1\/tickets\/bulk-operations\/|bulk\/status\/|bulk\/operations\/)(\d+)(?:\/status)?$/.exec(
        url.pathname,
      )?.[1];
    if (status !== undefined) {
      return statusOf(operationOf(status));
    }
    if (request.method === 'POST')
      return { operation_id: start(url.pathname, text, String(request.headers['idempotency-key'] ?? '')).id };
    if (url.pathname === '/api/v1/me')
      return {
        name: 'Desk',
        user: 'mina',
        role: 'agent',
        collections: collectionNames.map((collection) => ({
          collection,
          records: records.all(collection).length,
        })),
      };
    const collection = CollectionName.safeParse(name).data;
    if (api !== 'api' || v1 !== 'v1' || !collection) throw new Refusal(404, 'not_found');
    if (id === 'changes') {
      const page = records.page(
        collection,
        url.searchParams.get('cursor') ?? '',
        Number(url.searchParams.get('limit')),
      );
      if (!page) throw new Refusal(410, 'cursor_expired');
      return {
        items: page.items.map((record) => toWire(collection, record)),
        cursor: page.cursor,
        end_of_stream: page.isEnd,
      };
    }
    const record = records.find(collection, id);
    if (!record) throw new Refusal(404, 'not_found');
    if (request.method === 'PATCH') return patch(collection, record, request, body());
    if (record.isDeleted) throw new Refusal(410, 'gone', { version: record.version });
    return toWire(collection, record);
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const nth = requests.length + 1;
    const asked = { nth, atMs: performance.now(), method: request.method ?? '', path: request.url ?? '' };
    requests.push(asked);
    const text = await textOf(request);
    const mischief = mischiefOf?.(asked) ?? {};
    if (mischief.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, mischief.delayMs));
    await mischief.until;
    if (mischief.cut === 'before') return void request.socket.resetAndDestroy();
    if (mischief.status !== undefined) {
      response.writeHead(mischief.status, { 'content-type': 'application/json', ...mischief.headers });
      return void response.end(mischief.body ?? '{"error":{"code":"mischief","message":"On purpose."}}');
    }
    if (request.headers.authorization !== 'Bearer secret')
      return refuse(response, new Refusal(401, 'unauthorized'));
    if (asked.path === '/v1/orders/bulk-process') {
      const key = String(request.headers['idempotency-key'] ?? '');
      return streamOrders(
        { records, streams, every: options.progressEvery ?? 10 },
        { text, key, response, mischief },
      );
    }
    try {
      const answer = answerTo(request, text);
      if (mischief.cut === 'after') return void request.socket.resetAndDestroy();
      const body = JSON.stringify(mischief.bend ? mischief.bend(answer) : answer);
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      });
      if (mischief.cutAt === undefined) return void response.end(body);
      response.write(body.slice(0, mischief.cutAt), () => request.socket.destroy());
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refuse(response, error);
    }
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(() => request.socket.destroy());
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const webSockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    const operation = operations.get(/^\/ws\/bulk-operations\/(\d+)$/.exec(request.url ?? '')?.[1] ?? '');
    if (options.hasNoSockets || !operation) return void socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
    webSockets.handleUpgrade(request, socket, head, (client) => {
      const step = (): void => {
        if (client.readyState !== client.OPEN) return;
        const isOver = operation.done === operation.ids.length;
        const type = isOver ? 'operation_completed' : 'progress_update';
        client.send(JSON.stringify({ type, operation_id: operation.id, processed_tickets: operation.done }));
        if (isOver) client.close();
        else setImmediate(step);
      };
      step();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    records,
    requests,
    get mischief() {
      return mischiefOf;
    },
    set mischief(next) {
      mischiefOf = next;
    },
    openSockets: () => sockets.size,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const client of webSockets.clients) client.terminate();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function toWire(
  collection: CollectionName,
  { id, version, isDeleted, fields }: DeskRecord,
): Record<string, unknown> {
  return { id: collection === 'tickets' ? Number(id) : id, version, deleted: isDeleted, ...fields };
}

function refuse(response: ServerResponse, { status, code, details }: Refusal): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ error: { code, message: 'No.', details } }));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
