import type { IncomingMessage } from 'node:http';
import { Refusal } from './refusal.ts';
import type { Session } from './session.ts';

export const maxHeaders = 100;
const maxTargetLength = 2048;

/** What a request asks for, once it may: `page` files hold no data, `session` trades a token, the rest needs proof. */
export type Door = 'page' | 'session' | 'data';

/**
 * Lets a request pass or throws a `Refusal`. The console listens where every page of every browser on this machine can
 * send requests to, so each one proves where it was made and, for data, that its sender knows the token.
 */
export function guard(request: IncomingMessage, door: Door, session: Session, port: number): void {
  const host = ownHost(request, port);
  checkOrigin(request, host);
  checkFetchSite(request);
  if (door === 'page') return;
  const hasOrigin = request.headers.origin !== undefined;
  if (door === 'session') {
    if (!hasOrigin)
      throw new Refusal(403, 'forbidden', 'A session is opened by the page of this console only.');
    return;
  }
  const proof = session.proofOf(request, port);
  if (proof === null)
    throw new Refusal(401, 'unauthorized', 'This request does not carry the key of this console.');
  if (proof === 'cookie' && !hasOrigin) {
    throw new Refusal(403, 'forbidden', 'A request with a cookie must come from the page of this console.');
  }
}

/** The path of an origin-form target; every other form is refused. */
export function targetOf(request: IncomingMessage): { path: string; query: string } {
  if (request.rawHeaders.length / 2 > maxHeaders) {
    throw new Refusal(431, 'invalid_request', `The request has more than ${maxHeaders} headers.`);
  }
  // Node takes the frame of HTTP/1.1 whatever version stands on it.
  if (request.httpVersionMajor !== 1)
    throw new Refusal(400, 'invalid_request', 'This console speaks HTTP/1.1.');
  if (!/^(?:100-continue)?$/i.test(request.headers.expect ?? ''))
    throw new Refusal(417, 'invalid_request', 'Expect takes 100-continue and nothing else.');
  const target = request.url ?? '';
  if (target.length > maxTargetLength) throw new Refusal(414, 'invalid_request', 'The address is too long.');
  if (!target.startsWith('/') || target.startsWith('//') || /[^\x21-\x7e]/.test(target)) {
    throw new Refusal(400, 'invalid_request', 'The address is not one of this console.');
  }
  const [path = '', ...query] = target.split('?');
  return { path, query: query.join('?') };
}

function ownHost(request: IncomingMessage, port: number): string {
  // `headers.host` shows the first of several; a second one is how a rebound name hides.
  const hosts = request.headersDistinct.host ?? [];
  const host = hosts[0]?.toLowerCase();
  const own = [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`];
  if (hosts.length === 1 && host !== undefined && own.includes(host)) return host;
  throw new Refusal(403, 'forbidden', 'This console answers under its own loopback address only.');
}

function checkOrigin(request: IncomingMessage, host: string): void {
  const origins = request.headersDistinct.origin ?? [];
  if (origins.length === 0 || (origins.length === 1 && origins[0] === `http://${host}`)) return;
  throw new Refusal(403, 'forbidden', 'This request was made by a page that is not part of the console.');
}

function checkFetchSite(request: IncomingMessage): void {
  const sites = request.headersDistinct['sec-fetch-site'] ?? [];
  if (sites.every((site) => site === 'same-origin' || site === 'none')) return;
  throw new Refusal(403, 'forbidden', 'This request was made by a page that is not part of the console.');
}
