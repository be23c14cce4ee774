import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { Http } from '../../remotes/http.ts';
import { HttpFailure } from '../../remotes/http-failure.ts';
import { Code, expectBody } from './wire.ts';

/** Between two questions how far an operation is. */
const firstPollMs = 50;
const longestPollMs = 2_000;
/** An operation that is under way for longer is given up: then the records tell. */
export const longestWaitMs = 10 * 60_000;

const Id = z.union([z.string(), z.number().transform(String)]);

/** One record that an operation could not change, whichever name its API has for it. */
const Refused = z
  .looseObject({
    ticket_id: Id.optional(),
    session_id: Id.optional(),
    video_id: Id.optional(),
    error_code: Code.optional(),
    code: Code.optional(),
    reason: Code.optional(),
  })
  .transform(({ ticket_id, session_id, video_id, error_code, code, reason }) => ({
    id: ticket_id ?? session_id ?? video_id ?? '',
    code: error_code ?? code ?? reason ?? 'failed',
  }));

/** How an operation stands, as far as all the APIs tell it alike. */
const Status = z.looseObject({
  status: z.enum(['pending', 'in_progress', 'completed', 'partial', 'failed', 'cancelled']),
  errors: z.array(Refused).optional(),
  result: z.looseObject({ errors: z.array(Refused).optional() }).nullish(),
});
type Status = z.infer<typeof Status>;

/** Under which number the server does something. */
export const Numbered = z.looseObject({
  operation_id: z.union([z.string().min(1), z.int().transform(String)]),
});

/** What was begun under a key, and how it stands. */
const BegunUnder = z
  .looseObject({ operation: Status.extend(Numbered.shape).nullable() })
  .transform(({ operation }) => operation);

/** What an operation there came to: those that it refused, with its words for why. */
export interface Ended {
  /** It did all that it was asked for or said why not; else some of it was never begun. */
  readonly isWhole: boolean;
  readonly refused: ReadonlyMap<string, string>;
}

/** Where each API tells how an operation of its own stands. */
const statusPaths = {
  tickets: (id: string) => `/api/v1/tickets/bulk-operations/${id}`,
  sessions: (id: string) => `/api/bulk/operations/${id}/status`,
  videos: (id: string) => `/api/bulk/status/${id}`,
};

export interface FollowParts {
  readonly http: Http;
  readonly collection: keyof typeof statusPaths;
  /** What the server tells of an operation by itself; may fail, and then it is asked. */
  readonly news?: (operationId: string, signal: AbortSignal) => AsyncGenerator<unknown, void, void>;
}

/** Waits for the end of an operation, and shows with each answer that it is under way. Throws `HttpFailure`. */
export async function* followOperation(
  { http, collection, news }: FollowParts,
  operationId: string,
  stop: AbortSignal,
): AsyncGenerator<void, Ended, void> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(longestWaitMs)]);
  if (news) yield* untilQuiet(news(operationId, signal), signal);
  const path = statusPaths[collection](encodeURIComponent(operationId));
  return endedBy(yield* asked(http, path, Status, signal));
}

/** Asks at a path how an operation stands until it has ended, or there is none. Throws `HttpFailure`. */
async function* asked<T extends Pick<Status, 'status'> | null>(
  http: Http,
  path: string,
  Answer: z.ZodType<T>,
  signal: AbortSignal,
): AsyncGenerator<void, T, void> {
  for (let waitMs = firstPollMs; ; waitMs = Math.min(waitMs * 1.5, longestPollMs)) {
    const { body } = await http.ask({ method: 'GET', path }, signal);
    const answer = expectBody(Answer, body, 'how an operation stands');
    if (answer?.status !== 'pending' && answer?.status !== 'in_progress') return answer;
    yield;
    await delay(waitMs, undefined, { signal }).catch((cause: unknown) => {
      throw new HttpFailure('stopped', 'The operation is not waited for any more.', { cause });
    });
  }
}

/** Waits for the end of an operation. Throws `HttpFailure`. */
export async function untilEnded<T>(following: AsyncGenerator<void, T, void>): Promise<T> {
  for (;;) {
    const step = await following.next();
    if (step.done) return step.value;
  }
}

/**
 * Waits for the end of what was begun under a key: what waits there, behind others for example, may have its effect long
 * after its request. Answers its number, or null where nothing was. Throws `HttpFailure`.
 */
export async function untilEndedUnder(http: Http, key: string, signal: AbortSignal): Promise<string | null> {
  try {
    const path = `/api/v1/operations?key=${encodeURIComponent(key)}`;
    return (await untilEnded(asked(http, path, BegunUnder, signal)))?.operation_id ?? null;
  } catch (error) {
    // A server that speaks the four bulk APIs alone has no such address, and tells nothing of a key.
    if (error instanceof HttpFailure && error.wrong === 404) return null;
    throw error;
  }
}

/** News until there is none any more, for whatever reason: then one asks. */
async function* untilQuiet(
  news: AsyncGenerator<unknown, void, void>,
  signal: AbortSignal,
): AsyncGenerator<void, void, void> {
  try {
    for await (const _message of news) yield;
  } catch (error) {
    if (signal.aborted)
      throw new HttpFailure('stopped', 'The operation is not waited for any more.', { cause: error });
  }
}

function endedBy({ status, errors, result }: Status): Ended {
  const refused = new Map([...(errors ?? []), ...(result?.errors ?? [])].map(({ id, code }) => [id, code]));
  return { isWhole: status === 'completed' || status === 'partial', refused };
}
