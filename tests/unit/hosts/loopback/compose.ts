import type { Harness } from '../server-harness.ts';

/** A request that would be answered, but for what the case changes. `null` takes a header away. */
export interface Change {
  readonly line?: string;
  readonly set?: Readonly<Record<string, string | null>>;
  readonly add?: readonly (readonly [string, string])[];
  readonly body?: string;
}

const goodBody = JSON.stringify({ name: 'app.info', input: {} });

function good({ host, cookie }: Harness): Record<string, string> {
  return {
    Host: host,
    Origin: `http://${host}`,
    'Sec-Fetch-Site': 'same-origin',
    Cookie: cookie,
    'Content-Type': 'application/json',
    'X-Bulkhead-Client': 'window-1',
  };
}

/** The request as it is sent. */
export function compose(harness: Harness, change: Change = {}): string {
  const headers: [string, string][] = [];
  for (const [name, value] of Object.entries({ ...good(harness), ...change.set })) {
    if (value !== null) headers.push([name, value]);
  }
  const sent = change.body ?? goodBody;
  if (!headers.some(([name]) => name === 'Content-Length' || name === 'Transfer-Encoding')) {
    headers.push(['Content-Length', String(Buffer.byteLength(sent))]);
  }
  const lines = [...headers, ...(change.add ?? [])].map(([name, value]) => `${name}: ${value}\r\n`);
  return `${change.line ?? 'POST /rpc HTTP/1.1'}\r\n${lines.join('')}\r\n${sent}`;
}

const socketUpgrade = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'Content-Type': null,
  'Content-Length': '0',
};
export const socketLine = 'GET /events?client=window-1 HTTP/1.1';
export const noCookie = { Cookie: null };

/** The request that opens the socket of a page, with these headers changed. */
export function socketChange(set: Readonly<Record<string, string | null>>, line = socketLine): Change {
  return { line, set: { ...socketUpgrade, ...set }, body: '' };
}
