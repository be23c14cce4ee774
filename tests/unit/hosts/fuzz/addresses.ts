import { z } from 'zod';
import { routes } from '../../../../src-main/hosts/server/faces/routes.ts';
import { type RequestName, requests } from '../../../../src-shared/contract/index.ts';
import { pick, type Random } from '../../../builders/random.ts';
import { isValid, malformedMessages } from '../malformed.ts';
import { validInputs } from '../valid-inputs.ts';
import { type Sound, wrongHead, wrongJson, wrongType } from './raw-requests.ts';

/** An address of the host, or several that are alike. */
export interface Address {
  readonly name: string;
  /** A request that gets as far as its body. */
  sound(random: Random): Sound;
  /** The same with one thing wrong with it, in a frame that is right. */
  malformed(random: Random): Sound;
}

const names = Object.keys(requests) as RequestName[];
/** Of the APIs those that take a body; the others are asked with a query that they do not take. */
const withBody = routes.filter(({ body }) => body !== null);
const withoutBody = routes.filter(({ body }) => body === null);

/** `token` is who asks. */
export function addressesOf(host: string, token: string): readonly Address[] {
  const headers = { Host: host, Authorization: `Bearer ${token}` };
  const post = (path: string, type: string, body: string): Sound => ({
    line: `POST ${path}`,
    headers: { ...headers, 'Content-Type': type },
    body: Buffer.from(body),
  });
  const asPage = { Host: host, Origin: `http://${host}` };

  function rpc(random: Random): Sound {
    const name = pick(names, random);
    return post('/rpc', 'application/json', JSON.stringify({ name, input: validInputs[name] }));
  }
  function malformedRpc(random: Random): Sound {
    const sound = rpc(random);
    const kind = random();
    if (kind < 0.1) return wrongHead(sound, random);
    if (kind < 0.2) return wrongType(sound, random);
    if (kind < 0.25) return withHeader(sound, 'X-Bulkhead-Client', pick(wrongClients, random));
    const body =
      kind < 0.6 ? asJson(malformedMessages(pick(names, random), 1, random)) : wrongJson(sound.body, random);
    return isValid(parsed(body)) ? malformedRpc(random) : { ...sound, body };
  }

  function openSession(random: Random): Sound {
    const body = JSON.stringify({ token: pick(['', 'x', 'A'.repeat(43), '\u0000'], random) });
    return {
      line: 'POST /session',
      headers: { ...asPage, 'Content-Type': 'application/json' },
      body: Buffer.from(body),
    };
  }
  function malformedSession(random: Random): Sound {
    const sound = openSession(random);
    const kind = random();
    if (kind < 0.2) return wrongHead(sound, random);
    if (kind < 0.4) return wrongType(sound, random);
    if (kind < 0.8) return { ...sound, body: wrongJson(sound.body, random) };
    return { ...sound, body: Buffer.from(JSON.stringify({ token: pick(wrongTokens, random) })) };
  }

  const files = (): Sound => post('/files', 'application/octet-stream', 'id,subject\r\n1,x\r\n');
  function malformedFiles(random: Random): Sound {
    const kind = random();
    if (kind < 0.3) return wrongHead(files(), random);
    if (kind < 0.6) return wrongType(files(), random);
    return withHeader(files(), 'X-File-Name', pick(wrongNames, random));
  }

  function apis(random: Random): Sound {
    const { method, path, body } = pick(withBody, random);
    const type = body instanceof z.ZodType || body === null ? 'application/json' : (body[0] ?? '');
    return { ...post(pathLike(path), type, '{"a":[1],"b":"x"}'), line: `${method} ${pathLike(path)}` };
  }
  function malformedApi(random: Random): Sound {
    if (random() < 0.3) {
      const { method, path } = pick(withoutBody, random);
      return {
        line: `${method} ${pathLike(path)}?${pick(wrongQueries, random)}`,
        headers,
        body: Buffer.alloc(0),
      };
    }
    const sound = apis(random);
    const route = withBody.find(({ method, path }) => sound.line === `${method} ${pathLike(path)}`);
    const kind = random();
    if (kind < 0.2) return wrongHead(sound, random);
    if (kind < 0.4 || !(route?.body instanceof z.ZodType)) return wrongType(sound, random);
    const body = wrongJson(sound.body, random);
    return route.body.safeParse(parsed(body)).success ? malformedApi(random) : { ...sound, body };
  }

  return [
    { name: 'POST /rpc', sound: rpc, malformed: malformedRpc },
    { name: 'POST /session', sound: openSession, malformed: malformedSession },
    { name: 'POST /files', sound: files, malformed: malformedFiles },
    { name: 'the APIs', sound: apis, malformed: malformedApi },
  ];
}

const wrongClients = ['', 'a b', '../x', 'x'.repeat(65), '\u00e9', 'a,b', '%41'];
const wrongTokens: readonly unknown[] = [null, 1, [], {}, ['x'], 'x'.repeat(201), true, { token: 'x' }];
const wrongNames = ['%', '%zz', '%E0%A4%A', '%c3%28', '%ff', 'a%', '%u0041'];
const wrongQueries = [
  'colour=red',
  '__proto__=1',
  'limit=1&limit=2',
  '=',
  '%',
  'constructor[prototype]=1',
  '&&&a',
  'limit[]=1',
];

function withHeader(sound: Sound, name: string, value: string): Sound {
  return { ...sound, headers: { ...sound.headers, [name]: value } };
}

function pathLike(path: string): string {
  return path.replace('{collection}', 'tickets').replaceAll(/\{\w+\}/g, '1');
}

/** A message as it would come over HTTP; one that JSON cannot hold as something that is no message either. */
function asJson(messages: Iterable<unknown>): Buffer {
  const [message] = messages;
  try {
    return Buffer.from(JSON.stringify(message) ?? 'undefined');
  } catch {
    return Buffer.from('{"name":{}}');
  }
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}
