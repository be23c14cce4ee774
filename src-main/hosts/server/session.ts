import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** How a request proved that it may use the console. */
export type Proof = 'bearer' | 'cookie';

/** The keys of one start of the browser host. */
export interface Session {
  readonly token: string;
  /** A token that opens one session and is then spent; for places where others can read it, like a command line. */
  oneTimeToken(): string;
  /** The `Set-Cookie` value for a right token, or null. */
  open(token: string, port: number): string | null;
  /** What the request proves, or null. A wrong bearer token is not made good by a cookie. */
  proofOf(request: IncomingMessage, port: number): Proof | null;
}

/** A fresh 256-bit token, as text. */
function randomToken(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * Makes the session of one start. Tokens and cookies of an earlier start are worth nothing, unless that start was
 * given the same token: then a page that stayed open comes back by itself.
 */
export function createSession(token = randomToken()): Session {
  const cookieSecret = createHmac('sha256', token).update('cookie').digest('base64url');
  const oneTimeTokens = new Set<string>();
  return {
    token,
    oneTimeToken() {
      const once = randomToken();
      oneTimeTokens.add(once);
      return once;
    },
    open(given, port) {
      const once = [...oneTimeTokens].find((candidate) => isSame(candidate, given));
      if (once !== undefined) oneTimeTokens.delete(once);
      else if (!isSame(token, given)) return null;
      return `${cookieName(port)}=${cookieSecret}; HttpOnly; SameSite=Strict; Path=/`;
    },
    proofOf(request, port) {
      if (request.headers.authorization !== undefined) {
        const bearer = bearerOf(request);
        return bearer !== null && isSame(token, bearer) ? 'bearer' : null;
      }
      const cookie = cookieOf(request.headers.cookie ?? '', cookieName(port));
      return cookie !== null && isSame(cookieSecret, cookie) ? 'cookie' : null;
    },
  };
}

/** The token that a request carries; null where it carries none. */
export function bearerOf({ headers }: IncomingMessage): string | null {
  return /^Bearer ([A-Za-z0-9._~+/=-]+)$/i.exec(headers.authorization ?? '')?.[1] ?? null;
}

// Cookies know no ports: two consoles on one machine must not overwrite each other's.
function cookieName(port: number): string {
  return `bulkhead_${port}`;
}

function cookieOf(header: string, name: string): string | null {
  const values = header
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part.startsWith(`${name}=`));
  return values.length === 1 ? (values[0] ?? '').slice(name.length + 1) : null;
}

// Hashed first, so that neither content nor length shows in the time taken.
function isSame(secret: string, given: string): boolean {
  return timingSafeEqual(digest(secret), digest(given));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
