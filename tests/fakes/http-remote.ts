import { Agent, type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { errorCode } from '../../src-main/platform/error-code.ts';
import {
  type Batch,
  type Capabilities,
  type Outcome,
  type ReadBack,
  type Remote,
  RemoteError,
} from '../../src-main/remotes/remote.ts';
import type { EffectAnswer, EffectRequest } from './effect-server.ts';
import { openGate } from './open-gate.ts';

/** Lets a test do something at the places where a request of a remote begins and ends. */
export interface RequestHooks {
  readonly beforeSend?: (batch: Batch) => void;
  readonly afterSend?: () => void;
}

/** What is known of a request that got no answer. */
type Unanswered = 'unknown' | 'not_sent';

/**
 * The simplest of vendors: one HTTP request per batch, to an effect server. Without `fetch`, which takes a process that lives for half a
 * second a quarter of its time to load.
 */
export function createHttpRemote(
  url: string,
  capabilities: Partial<Capabilities> = {},
  hooks: RequestHooks = {},
): Remote {
  const agent = new Agent({ keepAlive: true });

  /** Resolves with the beginning of the answer. */
  function post(
    path: string,
    { deliveries }: Batch,
    signal: AbortSignal,
  ): Promise<IncomingMessage | Unanswered> {
    const { promise, resolve } = Promise.withResolvers<IncomingMessage | Unanswered>();
    const outgoing = request(`${url}${path}`, { method: 'POST', agent, signal });
    outgoing.on('response', resolve);
    outgoing.on('error', (error) => resolve(errorCode(error) === 'ECONNREFUSED' ? 'not_sent' : 'unknown'));
    outgoing.end(JSON.stringify({ deliveries } satisfies EffectRequest));
    return promise;
  }

  async function* send(batch: Batch, signal: AbortSignal): AsyncGenerator<Outcome> {
    hooks.beforeSend?.(batch);
    const response = await post('/changes', batch, signal);
    hooks.afterSend?.();
    if (response === 'unknown') return;
    if (response === 'not_sent') return yield* triedAgain(batch, 'not_reachable');
    const answers = await answersOf(response);
    const { statusCode = 0, headers } = response;
    if (statusCode === 429 || statusCode === 503)
      return yield* triedAgain(batch, String(statusCode), headers['retry-after']);
    if (statusCode < 500) yield* answers.map(outcomeOf);
  }

  async function* readBack(batch: Batch, signal: AbortSignal): AsyncGenerator<ReadBack> {
    const response = await post('/known', batch, signal);
    if (typeof response === 'string') return;
    for (const { key, result } of await answersOf(response)) {
      yield { key, kind: result === 'known' ? 'confirmed' : result === 'not_known' ? 'absent' : 'unclear' };
    }
  }

  return {
    capabilities: {
      idempotency: 'keys',
      keyWindowMs: 86_400_000,
      settleMs: 100,
      batchMax: 8,
      bulk: [],
      concurrency: 4,
      collections: ['tickets'],
      isConditional: false,
      irrevocable: [],
      erases: [],
      ...capabilities,
    },
    gate: openGate,
    send,
    readBack,
    pull: () => Promise.reject(notAsked()),
    get: () => {
      throw notAsked();
    },
    connect: () => Promise.reject(notAsked()),
  };
}

function* triedAgain({ deliveries }: Batch, code: string, seconds?: string): Generator<Outcome> {
  const retryAfter = seconds === undefined ? {} : { retryAfterMs: Number(seconds) * 1000 };
  for (const { key } of deliveries) yield { key, kind: 'retry', code, ...retryAfter };
}

/** None where the connection broke before the end of them. */
async function answersOf(response: IncomingMessage): Promise<EffectAnswer[]> {
  return (await json(response).catch(() => [])) as EffectAnswer[];
}

function outcomeOf({ key, result, code = result }: EffectAnswer): Outcome {
  switch (result) {
    case 'done':
      return { key, kind: 'confirmed' };
    case 'refused':
      return { key, kind: 'refused', code };
    case 'stale':
      return { key, kind: 'conflict' };
    case 'busy':
      return { key, kind: 'retry', code };
    default:
      return { key, kind: 'unknown' };
  }
}

/** What an effect server cannot be asked. */
function notAsked(): RemoteError {
  return new RemoteError('refused', 'This system is told of changes and asked about them, nothing else.');
}
