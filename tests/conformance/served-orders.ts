import { beforeEach } from 'vitest';
import { Line } from '../../src-main/hosts/server/faces/orders/schemas.ts';
import { fillOrders } from '../builders/api-records.ts';
import { changeDatabase, readDatabase } from '../builders/tickets.ts';
import { type ServedApi, useApi } from './served-api.ts';

export const path = '/v1/orders/bulk-process';
export const toProcessing = { operation: 'status-update', updates: { status: 'PROCESSING' } } as const;

/** So many ids, from the first one on. */
export const from = (first: number, count: number): string[] =>
  Array.from({ length: count }, (_, at) => String(first + at));

interface OrderState {
  readonly id: number;
  readonly status: string;
  readonly version: number;
  readonly archived: string;
}

export interface Streamed {
  readonly status: number;
  readonly operationId: string;
  readonly lines: Line[];
}

export interface ServedOrders {
  readonly setup: ServedApi;
  states(): Map<number, OrderState>;
  /** Reads a stream, to its end or until `stopAfter` says that the connection breaks at this line. */
  stream(
    body: object,
    stopAfter?: (line: Line, at: number) => boolean,
    headers?: Record<string, string>,
  ): Promise<Streamed>;
}

/** 1000 orders, of which every hundredth is locked, and 50 is complete, 60 has invoices and 70 is archived. */
export function useOrders(): ServedOrders {
  const setup = useApi();
  beforeEach(() => {
    changeDatabase(setup.folder, (db) => db.exec('DELETE FROM orders'));
    fillOrders(setup.folder, 1_000, (id) => ({
      ...(id % 100 === 0 && { is_locked: 'yes' }),
      ...(id === 50 && { status: 'COMPLETED' }),
      ...(id === 60 && { invoices: 2 }),
      ...(id === 70 && { is_archived: 'yes' }),
    }));
  });

  return {
    setup,
    states: () =>
      readDatabase(setup.folder, (db) => {
        const rows = db.prepare('SELECT id, status, version, is_archived AS archived FROM orders').all();
        return new Map((rows as OrderState[]).map((row) => [row.id, row]));
      }),
    stream: async (
      body: object,
      stopAfter?: (line: Line, at: number) => boolean,
      headers: Record<string, string> = {},
    ) => {
      const controller = new AbortController();
      const response = await fetch(`${setup.api.url}${path}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${setup.mina}`,
          'content-type': 'application/json',
          accept: 'application/x-ndjson',
          ...headers,
        },
        body: JSON.stringify(body),
        signal: controller.signal,
      });
      const operationId = response.headers.get('x-operation-id') ?? '';
      const lines: Line[] = [];
      let rest = '';
      const decoder = new TextDecoder();
      try {
        for await (const chunk of response.body ?? []) {
          const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
          rest = parts.pop() ?? '';
          for (const part of parts) {
            const line = Line.parse(JSON.parse(part));
            lines.push(line);
            if (stopAfter?.(line, lines.length)) {
              controller.abort();
              return { status: response.status, operationId, lines };
            }
          }
        }
      } catch (error) {
        if (!controller.signal.aborted) throw error;
      }
      return { status: response.status, operationId, lines };
    },
  };
}

export function summaryOf({ lines }: Streamed): Extract<Line, { type: 'summary' }> {
  const last = lines.at(-1);
  if (last?.type !== 'summary') throw new Error(`the last line is ${last?.type}`);
  return last;
}

/** What the stream said of each order. */
export function saidOf(lines: readonly Line[]): Map<string, string> {
  return new Map(
    lines.flatMap((line): [string, string][] =>
      line.type === 'success'
        ? [[line.recordId, 'success']]
        : line.type === 'error'
          ? [[line.recordId, line.error]]
          : [],
    ),
  );
}
