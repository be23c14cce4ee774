import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Delivery } from '../../src-shared/domain/delivery.ts';

/** What the server is asked: changes to make, or which of them it knows. */
export interface EffectRequest {
  readonly deliveries: readonly Delivery[];
}

/** What becomes of one change, in the words of this server. */
export interface EffectAnswer {
  readonly key: string;
  readonly result: 'done' | 'refused' | 'stale' | 'busy' | 'known' | 'not_known' | 'unclear';
  readonly code?: string;
}

/** How the server treats one request to make changes. */
export interface Treatment {
  /** Waits before the effects, and after them. */
  readonly beforeMs?: number;
  readonly afterMs?: number;
  /** Answers when this has come about, and not before. */
  readonly answered?: Promise<unknown>;
  /** Breaks the connection before or after the effects. */
  readonly cut?: 'before' | 'after';
  /** Answers this instead, without an effect. */
  readonly status?: number;
  readonly retryAfter?: string;
}

/** One change that took place. */
export interface Effect {
  readonly delivery: Delivery;
  /** How many there were, this one included. */
  readonly nth: number;
}

export interface EffectServerOptions {
  /** True for a server that does a key once and answers a repetition as it did the first time. */
  readonly honoursKeys: boolean;
  /** How the nth request to make changes is treated, from 1. */
  readonly treat?: (nth: number) => Treatment;
  /** What it says to single changes instead of making them. */
  readonly judge?: (delivery: Delivery) => Omit<EffectAnswer, 'key'> | null;
  /** What it says when asked about a change, instead of the truth. */
  readonly recall?: (key: string) => 'known' | 'not_known' | 'unclear' | null;
}

/** A system that others change over HTTP, and that counts what really happened to each of its records, in its own memory. */
export interface EffectServer {
  readonly url: string;
  /** Effects per record. */
  readonly effects: ReadonlyMap<string, number>;
  /** When each request to make changes came (ms of `performance.now`), with its keys. */
  readonly requests: readonly { readonly atMs: number; readonly keys: readonly string[] }[];
  /** When it was asked what it knows (ms of `performance.now`). */
  readonly questions: readonly { readonly atMs: number }[];
  /** Called in the midst of every effect. */
  onEffect(listener: (effect: Effect) => void): void;
  close(): Promise<void>;
}

export async function startEffectServer(options: EffectServerOptions): Promise<EffectServer> {
  const effects = new Map<string, number>();
  const answered = new Map<string, EffectAnswer>();
  const made = new Set<string>();
  const requests: { atMs: number; keys: string[] }[] = [];
  const questions: { atMs: number }[] = [];
  let listener: (effect: Effect) => void = () => undefined;
  let total = 0;

  function change(delivery: Delivery): EffectAnswer {
    const { key, recordKey } = delivery;
    const before = options.honoursKeys ? answered.get(key) : undefined;
    if (before) return before;
    const answer: EffectAnswer = { key, ...(options.judge?.(delivery) ?? { result: 'done' }) };
    if (answer.result === 'done') {
      effects.set(recordKey, (effects.get(recordKey) ?? 0) + 1);
      made.add(key);
      total += 1;
      listener({ delivery, nth: total });
    }
    if (answer.result !== 'busy') answered.set(key, answer);
    return answer;
  }

  function recall(key: string): EffectAnswer {
    return { key, result: options.recall?.(key) ?? (made.has(key) ? 'known' : 'not_known') };
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { deliveries } = (await bodyOf(request)) as EffectRequest;
    if (request.url === '/known') {
      questions.push({ atMs: performance.now() });
      return answer(
        response,
        deliveries.map(({ key }) => recall(key)),
      );
    }
    requests.push({ atMs: performance.now(), keys: deliveries.map(({ key }) => key) });
    const { beforeMs, afterMs, answered, cut, status, retryAfter } = options.treat?.(requests.length) ?? {};
    if (beforeMs !== undefined) await delay(beforeMs);
    if (cut === 'before') return void request.socket.destroy();
    if (status !== undefined) {
      if (retryAfter !== undefined) response.setHeader('retry-after', retryAfter);
      return void response.writeHead(status).end();
    }
    const answers = deliveries.map(change);
    if (afterMs !== undefined) await delay(afterMs);
    await answered;
    if (cut === 'after') return void request.socket.destroy();
    answer(response, answers);
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    effects,
    requests,
    questions,
    onEffect: (next) => {
      listener = next;
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return JSON.parse(Buffer.concat(parts).toString());
}

function answer(response: ServerResponse, answers: readonly EffectAnswer[]): void {
  response.setHeader('content-type', 'application/json').end(JSON.stringify(answers));
}
