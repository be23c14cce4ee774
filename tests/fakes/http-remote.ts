import {
  type Batch,
  type Capabilities,
  type Outcome,
  openGate,
  type ReadBack,
  type Remote,
  RemoteError,
} from '../../src-main/remotes/remote.ts';
import type { EffectAnswer, EffectRequest } from './effect-server.ts';

/** Lets a test do something at the places where a request of a remote begins and ends. */
export interface RequestHooks {
  readonly beforeSend?: (batch: Batch) => void;
  readonly afterSend?: () => void;
}

/** The simplest of vendors: one HTTP request per batch, to an effect server. */
export function createHttpRemote(
  url: string,
  capabilities: Partial<Capabilities> = {},
  hooks: RequestHooks = {},
): Remote {
  function post(path: string, { deliveries }: Batch, signal: AbortSignal): Promise<Response> {
    const body = JSON.stringify({ deliveries } satisfies EffectRequest);
    return fetch(`${url}${path}`, { method: 'POST', body, signal });
  }

  async function* send(batch: Batch, signal: AbortSignal): AsyncGenerator<Outcome> {
    hooks.beforeSend?.(batch);
    const response = await post('/changes', batch, signal).catch((error: unknown) => failureOf(error));
    hooks.afterSend?.();
    if (response === 'unknown') return;
    if (response === 'not_sent' || response.status === 429 || response.status === 503) {
      const code = response === 'not_sent' ? 'not_reachable' : String(response.status);
      const seconds = response === 'not_sent' ? null : response.headers.get('retry-after');
      const retryAfter = seconds === null ? {} : { retryAfterMs: Number(seconds) * 1000 };
      for (const { key } of batch.deliveries) yield { key, kind: 'retry', code, ...retryAfter };
      return;
    }
    if (response.status >= 500) return;
    for (const answer of await answersOf(response)) yield outcomeOf(answer);
  }

  async function* readBack(batch: Batch, signal: AbortSignal): AsyncGenerator<ReadBack> {
    const response = await post('/known', batch, signal).catch((error: unknown) => failureOf(error));
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

/** None where the connection broke before the end of them. */
async function answersOf(response: Response): Promise<EffectAnswer[]> {
  return (await response.json().catch(() => [])) as EffectAnswer[];
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

/** Whether a request that failed can have arrived. */
function failureOf(error: unknown): 'unknown' | 'not_sent' {
  const cause = error instanceof Error ? (error.cause as { code?: string } | undefined) : undefined;
  return cause?.code === 'ECONNREFUSED' ? 'not_sent' : 'unknown';
}
