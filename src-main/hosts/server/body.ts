import type { IncomingMessage, ServerResponse } from 'node:http';
import { formatNumber } from '../../../src-shared/domain/number-words.ts';
import { Refusal } from './refusal.ts';

/** 8 MiB: a quarter of a million ids and room to spare. */
const maxBodyBytes = 8 * 1024 * 1024;
const maxDrainBytes = 64 * 1024 * 1024;
const maxDrainMs = 5_000;

/** Reads a JSON body. Refuses another content type (415), a larger body (413), a slower one (408) and what is not JSON (400). */
export async function readJson(
  request: IncomingMessage,
  response: ServerResponse,
  limits: { maxBytes?: number; timeLimitMs?: number } = {},
): Promise<unknown> {
  const { maxBytes = maxBodyBytes, timeLimitMs = 30_000 } = limits;
  requireType(request, /^application\/json(\s*;\s*charset=utf-8)?$/i, 'application/json');
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  acceptBody(request, response);
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    // The rest would be waited for before the next request: there is none on this connection.
    response.setHeader('connection', 'close');
    late.reject(new Refusal(408, 'invalid_request', 'The request took too long. Nothing was changed.'));
  }, timeLimitMs);
  try {
    const body = await Promise.race([readWhole(request, maxBytes), late.promise]);
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) {
      throw new Refusal(400, 'invalid_request', 'The request is not JSON. Nothing was changed.');
    }
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function readWhole(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Kept open: the refusal still has to reach the sender.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Refuses (415) a body of another type than the one named, and every encoded body. */
export function requireType(request: IncomingMessage, type: RegExp, name: string): void {
  const types = request.headersDistinct['content-type'] ?? [];
  if (types.length === 1 && type.test(types[0] ?? '') && request.headers['content-encoding'] === undefined)
    return;
  throw new Refusal(415, 'invalid_request', `This address takes ${name} and nothing else.`);
}

/** Tells a client that asked first (`Expect: 100-continue`) to go on; nobody is told before the guard has passed. */
export function acceptBody(request: IncomingMessage, response: ServerResponse): void {
  if (request.headers.expect !== undefined) response.writeContinue();
}

/** Reads what is left of a refused body, so that the sender sees the answer, but not without end. */
export function drain(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxDrainBytes) request.destroy();
  });
  const timer = setTimeout(() => request.destroy(), maxDrainMs);
  request.on('close', () => clearTimeout(timer));
  request.on('error', () => undefined);
  request.resume();
}

function tooLarge(maxBytes: number): Refusal {
  return new Refusal(
    413,
    'invalid_request',
    `The request is larger than ${formatNumber(maxBytes)} bytes. Nothing was changed.`,
  );
}
