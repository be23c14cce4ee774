import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import type { Reply } from '../../../src-shared/contract/index.ts';
import { acceptBody, readJson, requireType } from './body.ts';
import { signIn } from './faces/http/sign-in.ts';
import { type Door, guard, targetOf } from './guard.ts';
import { Refusal } from './refusal.ts';
import { nothingHere, unexpected } from './refusal-words.ts';
import type { ServerOptions } from './server.ts';

export type RouteContext = ServerOptions & {
  readonly port: number;
  /** Told which client was answered. */
  readonly answered: (client: string) => void;
};

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

type Route = {
  readonly method: 'POST';
  readonly door: Door;
  answer(request: IncomingMessage, response: ServerResponse, context: RouteContext): Promise<Answer>;
};

const SessionRequest = z.strictObject({ token: z.string().max(200) });

const routes = new Map<string, Route>([
  [
    '/rpc',
    {
      method: 'POST',
      // Who asks is found out here: users may ask as well, for what their role lets them.
      door: 'page',
      async answer(request, response, context) {
        const whoAsks = () => signIn(request, context, clientOf(request.headers['x-bulkhead-client']));
        // Nobody waits for the body of a stranger, and a slow one may be that of a stranger once it has come.
        await whoAsks();
        const asked = await readJson(request, response);
        const caller = await whoAsks();
        const reply = await context.console.handle(caller, asked);
        context.answered(caller.client);
        return json(200, reply);
      },
    },
  ],
  [
    '/files',
    {
      method: 'POST',
      door: 'data',
      async answer(request, response, { uploads }) {
        requireType(request, /^application\/octet-stream$/i, 'application/octet-stream');
        acceptBody(request, response);
        return json(200, { ok: true, value: await uploads.receive(request) });
      },
    },
  ],
  [
    '/session',
    {
      method: 'POST',
      door: 'session',
      async answer(request, response, { session, port }) {
        const asked = SessionRequest.safeParse(
          await readJson(request, response, { maxBytes: 4096, timeLimitMs: 5_000 }),
        );
        if (!asked.success)
          throw new Refusal(400, 'invalid_request', 'A session is opened with {"token": "..."}.');
        const cookie = session.open(asked.data.token, port);
        if (cookie === null) throw new Refusal(401, 'unauthorized', 'This is not the key of this console.');
        return { ...json(200, { ok: true, value: {} }), headers: { 'set-cookie': cookie } };
      },
    },
  ],
]);

/** Answers one request. Never rejects. */
export async function answerTo(
  request: IncomingMessage,
  response: ServerResponse,
  context: RouteContext,
): Promise<Answer> {
  try {
    const { path } = targetOf(request);
    const route = routes.get(path);
    guard(request, route?.door ?? 'page', context.session, context.port);
    if (route) {
      if (request.method !== route.method) throw wrongMethod(route.method);
      return await route.answer(request, response, context);
    }
    return page(request, path, context);
  } catch (error) {
    return refusalAnswer(error, request, context.report);
  }
}

function page(request: IncomingMessage, path: string, { bundle }: RouteContext): Answer {
  if (request.method !== 'GET' && request.method !== 'HEAD') throw wrongMethod('GET, HEAD');
  const file = bundle.get(path);
  if (!file) throw new Refusal(404, 'not_found', nothingHere);
  return { status: 200, ...file };
}

function wrongMethod(allowed: string): Refusal {
  return new Refusal(405, 'invalid_request', `This address answers to ${allowed} only.`, { allow: allowed });
}

/** The name of the window that asks; scripts may leave it out. */
export function clientOf(name: string | string[] | undefined): string {
  if (name === undefined) return 'script';
  if (typeof name === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(name)) return name;
  throw new Refusal(400, 'invalid_request', 'The name of the window is not valid.');
}

/** An error as an answer: 4xx for what did not get past the door, 200 with the code for what Bulkhead said no to, else 500. */
export function refusalAnswer(
  error: unknown,
  request: IncomingMessage,
  report: RouteContext['report'],
): Answer {
  if (error instanceof Refusal) {
    report('refused', { status: error.status, reason: error.message, method: request.method });
    return answerOf(error);
  }
  if (error instanceof BulkheadError) return json(200, { ok: false, error: error.toDto() });
  // A sender that went away gets no answer, and is nobody's fault.
  if (!request.socket.destroyed) report('unexpected', { error, method: request.method });
  return json(500, { ok: false, error: new BulkheadError('internal', unexpected).toDto() });
}

export function answerOf(refusal: Refusal): Answer {
  return { ...json(refusal.status, { ok: false, error: refusal.toDto() }), headers: refusal.headers };
}

function json(status: number, reply: Reply): Answer {
  return { status, type: 'application/json; charset=utf-8', body: Buffer.from(JSON.stringify(reply)) };
}
