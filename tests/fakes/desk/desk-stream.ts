import type { ServerResponse } from 'node:http';
import type { DeskRecords, Fields } from './desk-records.ts';
import type { Mischief } from './desk-server.ts';

interface StreamParts {
  readonly records: DeskRecords;
  /** By operation: what was asked for, and what became of each order. */
  readonly streams: Map<string, { body: string; done: Map<string, string> }>;
  readonly every: number;
}

interface StreamCall {
  readonly text: string;
  readonly key: string;
  readonly response: ServerResponse;
  readonly mischief: Mischief;
}

interface StreamBody {
  readonly operation: string;
  readonly recordIds: readonly string[];
  readonly updates?: Fields;
  readonly resumeFrom?: string;
}

/**
 * Works through orders and tells of each on a line. A cursor names the operation and how many orders it leaves behind. When
 * the connection is cut at a byte, the server has done more than the client was told of.
 */
export function streamOrders(
  { records, streams, every }: StreamParts,
  { text, key, response, mischief }: StreamCall,
): void {
  const { operation, recordIds, updates, resumeFrom } = JSON.parse(text) as StreamBody;
  const [named = '', behind = '0'] = resumeFrom?.split(':') ?? [];
  const id = resumeFrom === undefined ? key || `stream ${streams.size}` : named;
  const known = streams.get(id);
  if (resumeFrom !== undefined && !known) {
    response.writeHead(410, { 'content-type': 'application/json' });
    response.end('{"error":{"code":"cursor_expired","message":"No."}}');
    return;
  }
  const stream = known ?? { body: text, done: new Map<string, string>() };
  streams.set(id, stream);
  const change =
    operation === 'delete'
      ? { deleted: 1 }
      : operation === 'archive'
        ? { isArchived: 'yes' }
        : (updates ?? {});
  const lines = [
    JSON.stringify({ type: 'metadata', operationId: id, operation, totalRecords: recordIds.length }),
  ];
  for (const [at, recordId] of recordIds.entries()) {
    if (at < Number(behind)) continue;
    // Done in another connection: told again, not done again.
    const code = stream.done.get(recordId) ?? records.change('orders', recordId, change) ?? '';
    stream.done.set(recordId, code);
    lines.push(
      JSON.stringify(
        code === ''
          ? { type: 'success', recordId, action: operation, timestamp: '2026-01-01T00:00:00Z' }
          : { type: 'error', recordId, error: code, message: 'No.', retryable: false },
      ),
    );
    if ((at + 1) % every === 0)
      lines.push(JSON.stringify({ type: 'progress', processed: at + 1, cursor: `${id}:${at + 1}` }));
  }
  lines.push(JSON.stringify({ type: 'summary', processed: recordIds.length }));
  const body = `${(mischief.bendLines?.(lines) ?? lines).join('\n')}\n`;
  response.writeHead(200, { 'content-type': 'application/x-ndjson', 'x-operation-id': id });
  if (mischief.cut === 'after') return void response.socket?.resetAndDestroy();
  if (mischief.cutAt === undefined) return void response.end(body);
  response.write(Buffer.from(body).subarray(0, mischief.cutAt), () => response.socket?.destroy());
}
