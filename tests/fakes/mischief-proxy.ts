import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of a request on its way: it is lost before or after it was carried out, or somebody in between answers it. */
export type Mischance = 'none' | 'lost' | 'answer_lost' | 429 | 500 | 503;

/** Stands between a console and a server, and does to each request what it is told to. */
export interface MischiefProxy {
  readonly address: string;
  close(): Promise<void>;
}

/** WebSockets are refused: whoever wants to know how far something is asks. */
export async function startMischiefProxy(target: string, next: () => Mischance): Promise<MischiefProxy> {
  function pass(asked: IncomingMessage, answer: ServerResponse, body: Buffer, isAnswered: boolean): void {
    const { host } = new URL(target);
    const { method, headers, url = '/' } = asked;
    const onward = request(new URL(url, target), { method, headers: { ...headers, host } }, (reply) => {
      reply.on('error', () => asked.socket.destroy());
      if (isAnswered) {
        answer.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.pipe(answer);
      } else {
        reply.resume();
        reply.on('end', () => asked.socket.resetAndDestroy());
      }
    });
    onward.on('error', () => asked.socket.destroy());
    onward.end(body);
  }

  async function take(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of asked) parts.push(part as Buffer);
    const chance = next();
    if (chance === 'lost') return void asked.socket.resetAndDestroy();
    if (typeof chance === 'string') return pass(asked, answer, Buffer.concat(parts), chance === 'none');
    answer.writeHead(chance, {
      'content-type': 'application/json',
      ...(chance === 429 && { 'retry-after': '0' }),
    });
    answer.end('{"error":{"code":"mischief","message":"On purpose."}}');
  }

  const server = createServer((asked, answer) => {
    take(asked, answer).catch(() => asked.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
