import { z } from 'zod';
import { type RefusalStatus, refusals } from '../refusal-words.ts';
import { ErrorBody } from './http/api-error.ts';
import { type Route, route } from './http/route.ts';

/** Refusals that every address may give. */
const everywhere: readonly RefusalStatus[] = [400, 401, 403, 404, 405, 414, 417, 422, 429, 431, 500, 503];
/** And those that take a body. */
const withBody: readonly RefusalStatus[] = [408, 413, 415];

type Json = Record<string, unknown>;

function schemaOf(schema: z.core.$ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}

function content(of: Route['answer']): Json {
  return typeof of === 'string'
    ? { [of]: { schema: { type: 'string' } } }
    : { 'application/json': { schema: schemaOf(of, 'output') } };
}

function parametersOf({ path, params = {}, query, headers = {} }: Route): Json[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => {
    const allowed = params[name];
    return {
      name,
      in: 'path',
      required: true,
      schema: { type: 'string', ...(allowed && { enum: [...allowed] }) },
    };
  });
  const inQuery = Object.entries(query?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: false,
    schema: schemaOf(schema, 'input'),
  }));
  const inHeader = Object.entries(headers).map(([name, description]) => ({
    name,
    in: 'header',
    required: false,
    description,
    schema: { type: 'string' },
  }));
  return [...inPath, ...inQuery, ...inHeader];
}

function bodyOf({ body }: Route): Json {
  if (body === null) return {};
  const types =
    body instanceof z.ZodType
      ? { 'application/json': { schema: schemaOf(body, 'input') } }
      : Object.fromEntries(body.map((type) => [type, { schema: { type: 'string' } }]));
  return { requestBody: { required: true, content: types } };
}

function operationOf(described: Route): Json {
  const { summary, role, status, answer, body } = described;
  const refused = [
    ...new Set([...everywhere, ...(body === null ? [] : withBody), ...(described.refusals ?? [])]),
  ].toSorted((a, b) => a - b);
  const error = { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } };
  return {
    summary,
    'x-role': role,
    parameters: parametersOf(described),
    ...bodyOf(described),
    responses: {
      [status]: { description: summary, content: content(answer) },
      ...Object.fromEntries(
        refused.map((code) => [
          code,
          { description: `${refusals[code].means} ${refusals[code].next}`, content: error },
        ]),
      ),
    },
  };
}

/** The document of these routes, made of the very schemas by which they check. */
function openApiOf(routes: readonly Route[]): Json {
  const paths: Record<string, Json> = {};
  for (const described of routes) {
    const path = paths[described.path] ?? {};
    paths[described.path] = { ...path, [described.method.toLowerCase()]: operationOf(described) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Bulkhead', version: '1', description: 'Records in bulk. docs/api.md explains it.' },
    security: [{ token: [] }],
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: { Error: schemaOf(ErrorBody, 'output') },
    },
    paths,
  };
}

/** Serves the document of all routes, its own among them. */
export function documentRoute(routes: readonly Route[]): Route {
  let document: Json | null = null;
  const own: Route = route({
    method: 'GET',
    path: '/api/openapi.json',
    summary: 'This document.',
    role: 'viewer',
    status: 200,
    answer: z.looseObject({ openapi: z.string() }),
    respond: async () => {
      document ??= openApiOf([...routes, own]);
      return { body: document };
    },
  });
  return own;
}
