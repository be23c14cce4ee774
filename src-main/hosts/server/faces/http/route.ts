import type { IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';
import type { Role } from '../../../../../src-shared/domain/user.ts';
import type { Caller } from '../../../../api/caller.ts';
import type { RefusalStatus } from '../../refusal-words.ts';
import type { ApiContext } from './context.ts';

/** One request to the APIs, checked. */
export interface Call<Query, Body> {
  readonly caller: Caller;
  /** The parts of the path in braces. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
  /** Names the request for ever, with a digest of what it asks; null when it has no key. */
  readonly idempotency: { readonly key: string; readonly digest: string } | null;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

export interface ApiAnswer {
  /** The route's own status, unless another one is said. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

interface RouteShape {
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** As in OpenAPI: `/api/v1/{collection}/{id}`. */
  readonly path: string;
  /** One line, for the documentation. */
  readonly summary: string;
  readonly role: Role;
  /** Values of the parts in braces that it takes; whatever is not named takes any one word. */
  readonly params?: Readonly<Record<string, readonly string[]>>;
  /** Headers that it looks at, with what they are for. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
  /** Statuses of refusals beyond those that every address may give. */
  readonly refusals?: readonly RefusalStatus[];
  /** The answer's body; a media type where it is not JSON. */
  readonly answer: z.ZodType | string;
}

/** An address of the APIs, as the router and the documentation know it. */
export interface Route extends RouteShape {
  readonly query: z.ZodObject<z.ZodRawShape> | null;
  /** A media type, or several, where the body is not JSON and is read by the route itself. */
  readonly body: z.ZodType | readonly string[] | null;
  /** Answers, or writes the answer itself and answers null. */
  readonly respond: (call: Call<never, never>, context: ApiContext) => Promise<ApiAnswer | null>;
}

interface RouteDefinition<Query, Body> extends RouteShape {
  readonly query?: z.ZodObject<z.ZodRawShape> & z.ZodType<Query>;
  readonly body?: z.ZodType<Body> | readonly string[];
  readonly respond: (call: Call<Query, Body>, context: ApiContext) => Promise<ApiAnswer | null>;
}

/** Makes a route whose handler knows the types of what was checked before it is called. */
export function route<Query = null, Body = null>(definition: RouteDefinition<Query, Body>): Route {
  return { ...definition, query: definition.query ?? null, body: definition.body ?? null };
}
