import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A remote that costs next to nothing: orders in memory, streams that are answered at once and pages that are ready. What
 * a console makes of it is limited by the console alone. Takes how many orders, and says where it is on its first line.
 */
const count = Number(process.argv[2]);
const statuses = Array.from({ length: count }, () => 'PENDING');
const versions = new Uint32Array(count).fill(1);
/** Orders in the order in which they changed, from 0 on. */
const log: number[] = [];

function recordAt(at: number): object {
  return {
    id: String(at + 1),
    version: versions[at],
    deleted: false,
    key: `ord-${at + 1}`,
    source: 'peer',
    customer: `Customer ${at % 997}`,
    status: statuses[at],
    total: 1_000 + at,
    currency: 'EUR',
    items: 1 + (at % 9),
    invoices: 0,
    isLocked: 'no',
    isArchived: 'no',
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
  };
}

/** A cursor says how many orders were walked through, and how much of the log was read. */
function changes({ searchParams }: URL): object {
  const limit = Number(searchParams.get('limit'));
  const [walked = 0, read = log.length] = searchParams.get('cursor')?.split('.').map(Number) ?? [];
  if (walked < count) {
    const to = Math.min(count, walked + limit);
    const items = Array.from({ length: to - walked }, (_, at) => recordAt(walked + at));
    return { items, cursor: `${to}.${read}`, end_of_stream: to === count && read === log.length };
  }
  const to = Math.min(log.length, read + limit);
  const items = [...new Set(log.slice(read, to))].map(recordAt);
  return { items, cursor: `${count}.${to}`, end_of_stream: to === log.length };
}

interface StreamBody {
  readonly recordIds: readonly string[];
  readonly updates: { readonly status: string };
  readonly options: { readonly batchSize: number };
}

function stream({ recordIds, updates, options }: StreamBody): string {
  const lines = ['{"type":"metadata","operationId":"1"}'];
  for (const [at, recordId] of recordIds.entries()) {
    const order = Number(recordId) - 1;
    statuses[order] = updates.status;
    versions[order] = (versions[order] ?? 0) + 1;
    log.push(order);
    lines.push(
      `{"type":"success","recordId":"${recordId}","updatedFields":["status"],"timestamp":"2026-01-01T00:00:00.000Z"}`,
    );
    if ((at + 1) % options.batchSize === 0)
      lines.push(`{"type":"progress","processed":${at + 1},"cursor":"${at + 1}"}`);
  }
  lines.push(`{"type":"summary","processed":${recordIds.length}}`);
  return `${lines.join('\n')}\n`;
}

const me = {
  name: 'Peer',
  user: 'bench',
  role: 'agent',
  collections: [{ collection: 'orders', records: count }],
};

function answerTo(url: URL): object {
  const id = /^\/api\/v1\/orders\/(\d+)$/.exec(url.pathname)?.[1];
  if (id !== undefined) return recordAt(Number(id) - 1);
  return url.pathname.endsWith('/changes') ? changes(url) : me;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  await once(request, 'end');
  return Buffer.concat(pieces).toString();
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'POST') {
    const body = JSON.parse(await bodyOf(request)) as StreamBody;
    response.writeHead(200, { 'content-type': 'application/x-ndjson' }).end(stream(body));
    return;
  }
  const url = new URL(request.url ?? '', 'http://peer');
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answerTo(url)));
}

const server = createServer((request, response) => {
  serve(request, response).catch((error: unknown) =>
    response.destroy(error instanceof Error ? error : undefined),
  );
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
