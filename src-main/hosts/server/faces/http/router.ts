import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { hasRole } from '../../../../../src-shared/domain/user.ts';
import type { Caller } from '../../../../api/caller.ts';
import { securityHeaders } from '../../../bundle.ts';
import { drain, readJson } from '../../body.ts';
import { targetOf } from '../../guard.ts';
import { nothingHere } from '../../refusal-words.ts';
import type { ServerOptions } from '../../server.ts';
import { routes } from '../routes.ts';
import { ApiError, toApiError } from './api-error.ts';
import { checked } from './check.ts';
import type { ApiContext } from './context.ts';
import type { Call, Route } from './route.ts';
import { onChangedRights, signIn } from './sign-in.ts';
import { tellLog } from './tell-log.ts';

export type RouterOptions = Pick<ServerOptions, 'session' | 'report'> &
  ApiContext & { readonly port: number };

/** Names a request, on its answer and in the log. */
export const idHeader = 'x-request-id';

/** True for what scripts and other consoles ask; the rest is the window's. */
export function isApiPath(path: string): boolean {
  return /^\/(?:api|v1|ws)(?:[/?]|$)/.test(path);
}

/** Answers one request to the APIs. Never rejects. */
export async function answerApi(
  request: IncomingMessage,
  response: ServerResponse,
  options: RouterOptions,
): Promise<void> {
  const id = randomUUID();
  const client = `api-${id}`;
  response.setHeader(idHeader, id);
  let leave: (() => void) | undefined;
  let caller: Caller | undefined;
  let unsubscribe: (() => void) | undefined;
  try {
    const { path, query } = targetOf(request);
    caller = await signIn(request, options, client);
    leave = options.admission.enter(caller.actor);
    const { route, params } = find(path, request.method ?? '');
    assertMay(caller, route);
    // What takes long, as a stream or an upload, ends with the right to it.
    const look = async (): Promise<void> => assertMay(await signIn(request, options, client), route);
    unsubscribe = onChangedRights(options.console, () => {
      look().catch((error: unknown) => {
        tellLog(request, toApiError(error), id, options);
        response.destroy();
      });
    });
    const call: Call<unknown, unknown> = {
      caller,
      params,
      query: route.query ? checked(route.query, queryOf(query), 'query') : noQuery(query),
      body: isSchema(route.body) ? checked(route.body, await readJson(request, response), 'body') : null,
      idempotency: null,
      request,
      response,
    };
    const idempotency = keyOf(request, path, call.body);
    // The query and body were checked with this very route's schemas.
    const answer = await route.respond({ ...call, idempotency } as Call<never, never>, options);
    if (answer) send(response, answer.status ?? route.status, answer.body, answer.headers);
  } catch (error) {
    refuse(request, response, toApiError(error), id, options);
  } finally {
    leave?.();
    unsubscribe?.();
    if (caller) options.console.forget(caller.client);
  }
}

function assertMay({ actor, role }: Caller, route: Route): void {
  if (hasRole(role, route.role)) return;
  throw new ApiError(403, 'forbidden', `${actor} may not do this with the role ${role}.`);
}

function isSchema(body: Route['body']): body is z.ZodType {
  return body instanceof z.ZodType;
}

function find(path: string, method: string): { route: Route; params: Record<string, string> } {
  const found = routes.flatMap((route) => {
    const params = match(route, path);
    return params ? [{ route, params }] : [];
  });
  // `/bulk-operations` is no record, although it stands where records do.
  const fewest = Math.min(...found.map(({ params }) => Object.keys(params).length));
  const exact = found.filter(({ params }) => Object.keys(params).length === fewest);
  // What HEAD asks for is what GET would answer, without the body, which Node leaves out.
  const right = exact.find(({ route }) => route.method === (method === 'HEAD' ? 'GET' : method));
  if (right) return right;
  if (found.length === 0) throw new ApiError(404, 'not_found', nothingHere);
  const allow = exact.map(({ route }) => (route.method === 'GET' ? 'GET, HEAD' : route.method)).join(', ');
  throw new ApiError(405, 'invalid_request', `This address answers to ${allow} only.`, {
    headers: { allow },
  });
}

function match({ path: pattern, params: allowed }: Route, path: string): Record<string, string> | null {
  const parts = path.split('/');
  const wanted = pattern.split('/');
  if (parts.length !== wanted.length) return null;
  const params: Record<string, string> = {};
  for (const [at, want] of wanted.entries()) {
    const part = parts[at] ?? '';
    const name = /^\{(\w+)\}$/.exec(want)?.[1];
    if (name === undefined) {
      if (part !== want) return null;
      continue;
    }
    if (!/^[\w.~@%-]{1,200}$/.test(part) || (allowed?.[name] && !allowed[name].includes(part))) return null;
    params[name] = part;
  }
  return params;
}

function queryOf(text: string): Record<string, string> {
  const query: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(text)) {
    if (Object.hasOwn(query, name))
      throw new ApiError(422, 'invalid_request', `The query says "${name.slice(0, 40)}" more than once.`);
    Object.defineProperty(query, name, { value, enumerable: true });
  }
  return query;
}

function noQuery(text: string): null {
  if (text === '') return null;
  throw new ApiError(422, 'invalid_request', 'This address takes no query.');
}

/**
 * The idempotency key of a request, with a digest of its address and body that does not depend on how the JSON was
 * formatted.
 */
function keyOf(request: IncomingMessage, path: string, body: unknown): Call<null, null>['idempotency'] {
  const given = request.headersDistinct['idempotency-key'];
  if (given === undefined) return null;
  const key = given[0] ?? '';
  if (given.length > 1 || !/^[\x21-\x7e]{1,255}$/.test(key))
    throw new ApiError(400, 'invalid_request', 'Idempotency-Key takes 1 to 255 visible ASCII characters.');
  const asked = `${request.method} ${path}\n${JSON.stringify(body)}`;
  return { key, digest: createHash('sha256').update(asked).digest('hex') };
}

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.destroyed) return;
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    ...securityHeaders,
    'content-type': 'application/json; charset=utf-8',
    'content-length': bytes.length,
    ...headers,
  });
  response.end(bytes);
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  error: ApiError,
  id: string,
  options: Pick<RouterOptions, 'report'>,
): void {
  tellLog(request, error, id, options);
  // Half an answer cannot be taken back: the sender sees that it broke off.
  if (response.headersSent) response.destroy();
  else send(response, error.status, error.toBody(), error.headers);
  drain(request);
}
