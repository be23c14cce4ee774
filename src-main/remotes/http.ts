import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import type { HostGate } from './gate.ts';
import { readAll, readLines } from './http-body.ts';
import { HttpFailure } from './http-failure.ts';
import { type HttpLimits, httpLimits } from './http-limits.ts';
import { type Failure, failureOf } from './outcome-class.ts';
import { type RequestWatch, watchRequest } from './request-watch.ts';
import { readRetryAfter } from './retry-after.ts';

/**
 * Idle connections are closed soon: if a reused one has just been closed by the remote, nobody knows what became of the
 * request.
 */
const keepAliveMs = 4_000;

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** With what is asked for, from the slash on. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Goes out though the gate is shut, to see whether it can be opened; the gate is told nothing of it. */
  readonly isProbe?: boolean;
}

export interface HttpAnswer {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed JSON; null where the answer is empty. */
  readonly body: unknown;
}

/** Requests to one host. Follows no redirect, keeps no cookie; an answer that is not a 2xx is an error. */
export interface Http {
  /** Throws `HttpFailure`. */
  ask(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>;
  /** The lines of an NDJSON answer, without empty ones; a last line without its end is none. Throws `HttpFailure`, also while it is read. */
  lines(request: HttpRequest, signal: AbortSignal): AsyncGenerator<string, void, void>;
  close(): void;
}

export interface HttpOptions {
  /** Where the remote is, without a slash at the end. */
  readonly address: string;
  readonly token: string;
  readonly limits?: HttpLimits;
  /** Is asked before every request and told what came of it. One that has not gone out when it shuts does not go out. */
  readonly gate: Pick<HostGate, 'shut' | 'onChange' | 'note'>;
}

export const userAgent = 'Bulkhead/1';

export function createHttp({ address, token, gate, limits = httpLimits }: HttpOptions): Http {
  const isSecure = address.startsWith('https:');
  const agentOptions = {
    keepAlive: true,
    keepAliveMsecs: keepAliveMs,
    timeout: keepAliveMs,
    scheduling: 'lifo',
  } as const;
  const agent = isSecure ? new HttpsAgent(agentOptions) : new HttpAgent(agentOptions);

  /** Resolves with the beginning of the answer; the request ends with `signal`, a limit, or when its body was read. */
  function open(
    request: HttpRequest,
    accept: string,
    signal: AbortSignal,
    isStream: boolean,
  ): Promise<Opened> {
    const body = request.body === undefined ? null : JSON.stringify(request.body);
    const { promise, resolve, reject } = Promise.withResolvers<Opened>();
    if (signal.aborted) {
      reject(failed('stopped_before_sending', request));
      return promise;
    }
    const outgoing = (isSecure ? httpsRequest : httpRequest)(`${address}${request.path}`, {
      method: request.method,
      agent,
      headers: {
        accept,
        'user-agent': userAgent,
        authorization: `Bearer ${token}`,
        ...(body !== null && {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        }),
        ...request.headers,
      },
    });
    const watch = watchRequest(outgoing, limits, isStream);
    const stop = () => watch.end(watch.isSent() ? 'stopped' : 'stopped_before_sending');
    signal.addEventListener('abort', stop, { once: true });
    const unwatch = gate.onChange(() => {
      if (isHeldBack(request) && !watch.isSent()) stop();
    });
    outgoing.on('response', (incoming: IncomingMessage) => {
      watch.answered();
      resolve({ incoming, watch });
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      const failure = watch.failure() ?? failureOf(error.code ?? '', watch.isSent());
      reject(failed(failure, request, error));
    });
    outgoing.on('close', () => {
      watch.clear();
      unwatch();
      signal.removeEventListener('abort', stop);
    });
    outgoing.end(body);
    return promise;
  }

  async function whole(opened: Opened, request: HttpRequest): Promise<HttpAnswer> {
    const tooLarge = () => failed('body_too_large', request);
    const text = await readAll(guarded(opened, request), limits.bodyMax, tooLarge);
    return { headers: opened.incoming.headers, body: parseAnswer(opened.incoming, text, request) };
  }

  function note(request: HttpRequest, error: unknown): void {
    if (request.isProbe !== true) gate.note(error instanceof HttpFailure ? error : null);
  }

  function isHeldBack(request: HttpRequest): boolean {
    return request.isProbe !== true && gate.shut() !== null;
  }

  function assertOpen(request: HttpRequest): void {
    if (isHeldBack(request)) throw failed('gate_shut', request);
  }

  return {
    ask: async (request, signal) => {
      assertOpen(request);
      try {
        const answer = await whole(await open(request, 'application/json', signal, false), request);
        note(request, null);
        return answer;
      } catch (error) {
        note(request, error);
        throw error;
      }
    },
    lines: async function* (request, signal) {
      assertOpen(request);
      try {
        const opened = await open(request, 'application/x-ndjson', signal, true);
        const { incoming } = opened;
        if (statusOf(incoming) >= 300 || !typeOf(incoming).includes('ndjson')) {
          await whole(opened, request);
          throw failed('wrong_type', request);
        }
        note(request, null);
        yield* readLines(guarded(opened, request), limits.lineMax, () => failed('line_too_large', request));
      } catch (error) {
        note(request, error);
        throw error;
      }
    },
    close: () => agent.destroy(),
  };
}

interface Opened {
  readonly incoming: IncomingMessage;
  readonly watch: RequestWatch;
}

/** The pieces of an answer; whoever does not read to the end breaks the connection off. Throws why it ended before its end. */
async function* guarded(
  { incoming, watch }: Opened,
  request: HttpRequest,
): AsyncGenerator<Buffer, void, void> {
  try {
    for await (const piece of incoming as Readable & AsyncIterable<Buffer>) {
      watch.heard();
      yield piece;
    }
    // An answer whose end is that of its connection counts as complete also when we ended that.
    if (!incoming.complete || watch.failure()) throw new Error('incomplete');
  } catch (error) {
    throw failed(watch.failure() ?? 'truncated', request, error);
  } finally {
    if (!incoming.complete) incoming.destroy();
  }
}

function statusOf({ statusCode = 0 }: IncomingMessage): number {
  return statusCode;
}

function typeOf({ headers }: IncomingMessage): string {
  return headers['content-type']?.toLowerCase() ?? '';
}

/** A page for people where a program's answer is due: a sign-in form, or somebody on the way. A status that says more counts. */
const pageStatuses: readonly number[] = [400, 401, 403, 404, 405];

function parseAnswer(incoming: IncomingMessage, text: string, request: HttpRequest): unknown {
  const status = statusOf(incoming);
  const isOk = status >= 200 && status < 300;
  const isPage = typeOf(incoming).includes('html') || /^\s*<(!doctype|html)/i.test(text);
  if (isPage && (isOk || pageStatuses.includes(status))) throw failed('login_page', request);
  if (status >= 300 && status < 400) throw failed('redirect', request);
  const parsed = parseJson(text);
  if (!isOk) throw refusedBy(incoming, parsed ?? null, request);
  if (text === '') return null;
  if (!typeOf(incoming).includes('json')) throw failed('wrong_type', request);
  if (parsed === undefined) throw failed('not_json', request);
  return parsed;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusedBy(incoming: IncomingMessage, body: unknown, request: HttpRequest): HttpFailure {
  const status = statusOf(incoming);
  const retryAfterMs = readRetryAfter(incoming.headers['retry-after'], incoming.headers.date);
  return new HttpFailure(status, `${request.method} ${request.path} was answered with ${status}.`, {
    body,
    retryAfterMs,
  });
}

function failed(failure: Failure, { method, path }: HttpRequest, cause?: unknown): HttpFailure {
  return new HttpFailure(failure, `${method} ${path} failed: ${failure.replaceAll('_', ' ')}.`, { cause });
}
