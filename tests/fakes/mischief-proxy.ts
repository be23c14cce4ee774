import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * What becomes of a request on its way: it is lost before or after it was carried out, comes late, so many bytes of the
 * answer come, or somebody in between answers it, with a status or a page for people.
 */
export type Mischance =
  | 'none'
  | 'lost'
  | 'answer_lost'
  | { readonly bytes: number }
  | { readonly lateMs: number }
  | 'page'
  | 302
  | 401
  | 429
  | 500
  | 503;

/** Stands between a console and a server, and does to each request and each WebSocket what it is told to. */
export interface MischiefProxy {
  readonly address: string;
  close(): Promise<void>;
}

export async function startMischiefProxy(target: string, next: () => Mischance): Promise<MischiefProxy> {
  const { host, hostname, port } = new URL(target);
  const sockets = new Set<Socket>();

  function pass(asked: IncomingMessage, answer: ServerResponse, body: Buffer, chance: Mischance): void {
    const { method, headers, url = '/' } = asked;
    const onward = request(new URL(url, target), { method, headers: { ...headers, host } }, (reply) => {
      reply.on('error', () => asked.socket.destroy());
      if (chance === 'answer_lost') {
        reply.resume();
        reply.on('end', () => asked.socket.resetAndDestroy());
      } else {
        answer.writeHead(reply.statusCode ?? 502, reply.headers);
        if (isCut(chance)) passSome(reply, answer, chance.bytes, () => asked.socket.destroy());
        else reply.pipe(answer);
      }
    });
    onward.on('error', () => asked.socket.destroy());
    answer.on('close', () => onward.destroy());
    onward.end(body);
  }

  async function take(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of asked) parts.push(part as Buffer);
    const chance = next();
    if (chance === 'lost') return void asked.socket.resetAndDestroy();
    if (chance === 'page')
      return void answer.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>Sign in');
    if (typeof chance === 'object' && 'lateMs' in chance) await delay(chance.lateMs);
    if (typeof chance !== 'number') return pass(asked, answer, Buffer.concat(parts), chance);
    answer.writeHead(chance, {
      'content-type': 'application/json',
      ...(chance === 429 && { 'retry-after': '0' }),
      ...(chance === 302 && { location: '/' }),
    });
    answer.end('{"error":{"code":"mischief","message":"On purpose."}}');
  }

  function upgrade({ method, url, rawHeaders }: IncomingMessage, socket: Socket, head: Buffer): void {
    const chance = next();
    if (typeof chance === 'number')
      return void socket.end(`HTTP/1.1 ${chance} No\r\nContent-Length: 0\r\n\r\n`);
    if (typeof chance === 'string' && chance !== 'none') return void socket.resetAndDestroy();
    const onward = connect(Number(port), hostname);
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      one.on('error', () => undefined);
      one.on('close', () => other.destroy());
    }
    const names = rawHeaders.filter((_, at) => at % 2 === 0);
    const lines = names.map((name, at) => `${name}: ${name === 'Host' ? host : rawHeaders[2 * at + 1]}\r\n`);
    onward.write(`${method} ${url} HTTP/1.1\r\n${lines.join('')}\r\n`);
    onward.write(head);
    socket.pipe(onward);
    if (isCut(chance)) passSome(onward, socket, chance.bytes, () => socket.destroy());
    else onward.pipe(socket);
  }

  const server = createServer((asked, answer) => {
    take(asked, answer).catch(() => asked.socket.destroy());
  });
  server.on('upgrade', upgrade);
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function isCut(chance: Mischance): chance is { readonly bytes: number } {
  return typeof chance === 'object' && 'bytes' in chance;
}

/** Passes on so many bytes, and cuts the connection then, or where there are no more. */
function passSome(from: Readable, to: Writable, bytes: number, cut: () => void): void {
  let left = bytes;
  from.on('data', (data: Buffer) => {
    const some = data.subarray(0, left);
    left -= some.length;
    to.write(some, left === 0 ? cut : undefined);
  });
  from.on('end', () => to.end(cut));
}
