import type { ServerResponse } from 'node:http';
import { securityHeaders } from '../../../bundle.ts';

/** Lines of JSON to one client, at the pace at which they are read there: what is not read is not made. */
export interface LineWriter {
  /** Resolves once there is room for more. Does nothing for a client that has gone. */
  write(lines: readonly object[]): Promise<void>;
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
  end(): void;
}

export function openLines(response: ServerResponse, headers: Readonly<Record<string, string>>): LineWriter {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  response.writeHead(200, {
    ...securityHeaders,
    'content-type': 'application/x-ndjson; charset=utf-8',
    ...headers,
  });
  response.flushHeaders();
  return {
    signal: gone.signal,
    write: async (lines) => {
      if (gone.signal.aborted || lines.length === 0) return;
      const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
      if (response.write(text)) return;
      await new Promise<void>((resolve) => {
        const go = (): void => {
          response.off('drain', go);
          gone.signal.removeEventListener('abort', go);
          resolve();
        };
        response.once('drain', go);
        gone.signal.addEventListener('abort', go, { once: true });
      });
    },
    end: () => {
      response.end();
    },
  };
}
