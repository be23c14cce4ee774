import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Line } from '../../src-main/hosts/server/faces/orders/schemas.ts';
import { fillOrders } from '../builders/api-records.ts';
import { type ApiServer, startApiServer } from '../builders/api-server.ts';
import { seed } from '../builders/property.ts';
import { changeDatabase, readDatabase } from '../builders/tickets.ts';
import { makeFolder, removeFolder } from '../builders/workspace.ts';
import { size } from '../faults/size.ts';
import { seededRandom } from '../unit/hosts/malformed.ts';

const path = '/v1/orders/bulk-process';
let folder: string;
let api: ApiServer;
let mina: string;

beforeAll(async () => {
  folder = makeFolder();
  api = await startApiServer(folder);
  mina = await api.user('mina', 'agent');
});
afterAll(async () => {
  await api.close();
  removeFolder(folder);
});

/** 1000 orders, of which every hundredth is locked, and 50 is complete, 60 has invoices and 70 is archived. */
beforeEach(() => {
  changeDatabase(folder, (db) => db.exec('DELETE FROM orders'));
  fillOrders(folder, 1_000, (id) => ({
    ...(id % 100 === 0 && { is_locked: 'yes' }),
    ...(id === 50 && { status: 'COMPLETED' }),
    ...(id === 60 && { invoices: 2 }),
    ...(id === 70 && { is_archived: 'yes' }),
  }));
});

function states(): Map<number, { status: string; version: number; archived: string }> {
  return readDatabase(folder, (db) => {
    const rows = db.prepare('SELECT id, status, version, is_archived AS archived FROM orders').all();
    return new Map(
      (rows as { id: number; status: string; version: number; archived: string }[]).map((row) => [
        row.id,
        row,
      ]),
    );
  });
}

const from = (first: number, count: number): string[] =>
  Array.from({ length: count }, (_, at) => String(first + at));
const toProcessing = { operation: 'status-update', updates: { status: 'PROCESSING' } } as const;

interface Streamed {
  readonly status: number;
  readonly operationId: string;
  readonly lines: Line[];
}

/** Reads a stream, to its end or until `stopAfter` says that the connection breaks at this line. */
async function stream(
  body: object,
  stopAfter?: (line: Line, at: number) => boolean,
  headers: Record<string, string> = {},
): Promise<Streamed> {
  const controller = new AbortController();
  const response = await fetch(`${api.url}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${mina}`,
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
}

function summaryOf({ lines }: Streamed): Extract<Line, { type: 'summary' }> {
  const last = lines.at(-1);
  if (last?.type !== 'summary') throw new Error(`the last line is ${last?.type}`);
  return last;
}

/** What the stream said of each order. */
function saidOf(lines: readonly Line[]): Map<string, string> {
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

describe('a stream', () => {
  test('tells of each order, of its progress and of its end, to the letter', async () => {
    const body = { ...toProcessing, recordIds: [...from(41, 60), '4444'], options: { batchSize: 20 } };
    const streamed = await stream(body);
    const { lines, operationId } = streamed;
    expect(streamed.status).toBe(200);
    expect(lines[0]).toEqual({ type: 'metadata', operationId, operation: 'status-update', totalRecords: 61 });
    const said = saidOf(lines);
    expect(said.size).toBe(61);
    expect([said.get('50'), said.get('100'), said.get('4444')]).toEqual([
      'INVALID_STATUS_TRANSITION',
      'LOCKED_RECORD',
      'RECORD_NOT_FOUND',
    ]);
    expect(lines.find((line) => line.type === 'success')).toMatchObject({
      recordId: '41',
      updatedFields: ['status'],
    });
    expect(
      lines
        .filter((line) => line.type === 'progress')
        .map(({ processed, percentComplete }) => [processed, percentComplete]),
    ).toEqual([
      [20, 32.7],
      [40, 65.5],
      [60, 98.3],
      [61, 100],
    ]);
    expect(summaryOf(streamed)).toEqual({
      type: 'summary',
      processed: 61,
      successful: 58,
      errors: 3,
      errorBreakdown: { INVALID_STATUS_TRANSITION: 1, LOCKED_RECORD: 1, RECORD_NOT_FOUND: 1 },
      duration: expect.stringMatching(/^PT[\d.]+S$/),
    });
    expect([...states().values()].filter(({ status }) => status === 'PROCESSING').length).toBe(58);
  });

  test('archives and deletes, and says why not', async () => {
    const archive = await stream({ operation: 'archive', recordIds: ['70', '71', '100'] });
    expect(Object.fromEntries(saidOf(archive.lines))).toEqual({
      70: 'ALREADY_ARCHIVED',
      71: 'success',
      100: 'LOCKED_RECORD',
    });
    expect(archive.lines.find((line) => line.type === 'success')).toMatchObject({ action: 'archive' });
    const remove = await stream({ operation: 'delete', recordIds: ['60', '61'] });
    expect(Object.fromEntries(saidOf(remove.lines))).toEqual({ 60: 'FOREIGN_KEY_VIOLATION', 61: 'success' });
    const again = await stream({ operation: 'delete', recordIds: ['61'] });
    expect(saidOf(again.lines).get('61')).toBe('RECORD_NOT_FOUND');
  });

  test('of a filter takes the orders that match', async () => {
    const streamed = await stream({ ...toProcessing, filters: { isLocked: 'yes' } });
    expect(summaryOf(streamed)).toMatchObject({ processed: 10, errorBreakdown: { LOCKED_RECORD: 10 } });
    const some = await stream({ operation: 'archive', filters: { status: ['COMPLETED', 'SHIPPED'] } });
    expect([...saidOf(some.lines)]).toEqual([['50', 'success']]);
  });

  test('stops at the first error and leaves what is after it as it was', async () => {
    const options = { continueOnError: false };
    const streamed = await stream({ ...toProcessing, recordIds: from(30, 60), options });
    const { cursor, ...summary } = summaryOf(streamed);
    expect(summary).toMatchObject({ processed: 21, successful: 20, errors: 1, stoppedEarly: true });
    expect(states().get(51)).toMatchObject({ status: 'PENDING', version: 1 });
    // From there it goes on with the rest, once.
    const rest = await stream({ ...toProcessing, options, resumeFrom: cursor });
    expect(rest.lines[0]).toMatchObject({
      type: 'metadata',
      resumed: true,
      cursor: expect.any(String),
      remainingRecords: 39,
      totalRecords: 60,
    });
    expect(summaryOf(rest)).toMatchObject({ processed: 39, successful: 39, errors: 0 });
    expect([...saidOf(rest.lines).keys()]).toEqual(from(51, 39));
    const again = await stream({ ...toProcessing, options, resumeFrom: cursor });
    expect([...saidOf(again.lines)]).toEqual([...saidOf(rest.lines)]);
    expect([...states().values()].filter(({ version }) => version > 2)).toEqual([]);
  });

  test('that may not go on ends as a stream does, and goes on later', async () => {
    const options = { continueOnError: false };
    const { cursor } = summaryOf(await stream({ ...toProcessing, recordIds: from(30, 60), options }));
    const limits = [{ collection: 'orders' as const, action: '*', maxRecords: 10, rate: null }];
    await api.ask('settings.update', { limits });
    const refused = summaryOf(await stream({ ...toProcessing, resumeFrom: cursor }));
    await api.ask('settings.update', { limits: [] });
    expect(refused).toMatchObject({ processed: 0, errors: 0, stoppedEarly: true });
    const rest = await stream({ ...toProcessing, resumeFrom: refused['cursor'] });
    expect(summaryOf(rest)).toMatchObject({ processed: 39, successful: 39 });
  });

  test('stops at as many errors as it may have', async () => {
    const streamed = await stream({ ...toProcessing, recordIds: from(1, 1_000), options: { maxErrors: 3 } });
    const { cursor, ...summary } = summaryOf(streamed);
    expect(summary).toMatchObject({ processed: 200, errors: 3, stoppedEarly: true });
    expect(states().get(201)).toMatchObject({ status: 'PENDING' });
    const rest = await stream({ ...toProcessing, resumeFrom: cursor });
    expect(summaryOf(rest)).toMatchObject({ processed: 800, errors: 8 });
    expect(summaryOf(rest).stoppedEarly).toBeUndefined();
  });

  test('that breaks off anywhere goes on from the last cursor: nothing twice, nothing left out', {
    timeout: 500_000,
  }, async () => {
    const random = seededRandom(seed);
    for (let session = 0; session < size({ short: 10, long: 1_000 }); session += 1) {
      changeDatabase(folder, (db) =>
        db.exec("UPDATE orders SET status = 'PENDING', version = 1 WHERE id <> 50"),
      );
      const body = {
        ...toProcessing,
        recordIds: from(1, 300),
        options: { batchSize: 1 + Math.floor(random() * 40) },
      };
      const said = new Map<string, string>();
      let cursor: string | undefined;
      const operations = new Set<string>();
      for (let isOver = false; !isOver; ) {
        const breakAt = 2 + Math.floor(random() * 200);
        // Broken off before the first cursor, it is asked for again under its key.
        const asked =
          cursor === undefined ? body : { ...toProcessing, options: body.options, resumeFrom: cursor };
        const streamed = await stream(asked, (_line, at) => at >= breakAt, {
          'idempotency-key': `session-${session}-${cursor}`,
        });
        operations.add(streamed.operationId);
        // A client stores what it was told together with the cursor; what came after that is told again.
        const stored = streamed.lines.findLastIndex((line) => line.type === 'progress');
        for (const [id, outcome] of saidOf(streamed.lines.slice(0, stored + 1))) {
          expect(said.has(id)).toBe(false);
          said.set(id, outcome);
        }
        const last = streamed.lines[stored];
        if (last?.type === 'progress') ({ cursor } = last);
        isOver = streamed.lines.at(-1)?.type === 'summary';
      }
      expect(operations.size).toBe(1);
      expect([...said.keys()]).toEqual(from(1, 300));
      expect([...states().values()].filter(({ version }) => version > 2)).toEqual([]);
    }
  });
});

test('a stream goes on after the console was closed and opened again', async () => {
  const ids = from(1, 1_000);
  const body = { ...toProcessing, recordIds: ids, options: { batchSize: 10 } };
  const broken = await stream(body, (line, at) => line.type === 'progress' && at > 30);
  const last = broken.lines.at(-1);
  const cursor = last?.type === 'progress' ? last.cursor : '';
  const before = saidOf(broken.lines);
  await api.close();
  api = await startApiServer(folder);
  const rest = await stream({ ...toProcessing, resumeFrom: cursor });
  expect(rest.operationId).toBe(broken.operationId);
  expect([...before.keys(), ...saidOf(rest.lines).keys()]).toEqual(ids);
  expect([...states().values()].filter(({ version }) => version > 2)).toEqual([]);
});

test('all that was streamed stands in the history as it happened', async () => {
  expect(await api.ask('history.verify', {})).toMatchObject({ problems: [] });
  expect(api.reports.filter(({ kind }) => kind !== 'refused')).toEqual([]);
});

describe('a request', () => {
  test.each([
    [{ ...toProcessing }, 422],
    [{ ...toProcessing, recordIds: [] }, 422],
    [{ ...toProcessing, recordIds: ['1', '1'] }, 422],
    [{ ...toProcessing, recordIds: ['1', 2] }, 422],
    [{ ...toProcessing, recordIds: ['x'] }, 422],
    [{ ...toProcessing, recordIds: ['1'], filters: {} }, 422],
    [{ ...toProcessing, recordIds: ['1'], colour: 'red' }, 422],
    [{ ...toProcessing, recordIds: ['1'], options: { batchSize: 0 } }, 422],
    [{ ...toProcessing, filters: { colour: 'red' } }, 422],
    [{ ...toProcessing, resumeFrom: 'nonsense' }, 422],
    [{ operation: 'status-update', recordIds: ['1'] }, 422],
    [{ operation: 'status-update', recordIds: ['1'], updates: { status: 'GONE' } }, 422],
    [{ operation: 'archive', recordIds: ['1'], updates: { status: 'SHIPPED' } }, 422],
    [{ operation: 'explode', recordIds: ['1'] }, 422],
  ])('of %j is refused, and nothing is changed', async (body, status) => {
    const before = states();
    const reply = await api.call('POST', path, { token: mina, body });
    expect([reply.status, reply.body.error.code]).toEqual([status, 'invalid_request']);
    expect(states()).toEqual(before);
  });

  test('that cannot take the stream is refused', async () => {
    const reply = await api.call('POST', path, {
      token: mina,
      body: { operation: 'archive', recordIds: ['1'] },
      headers: { accept: 'application/json' },
    });
    expect(reply.status).toBe(406);
    expect(states().get(1)?.archived).toBe('no');
  });

  test("with another's cursor is refused", async () => {
    const streamed = await stream({ operation: 'archive', recordIds: ['1'] });
    const cursor = streamed.lines.flatMap((line) => (line.type === 'progress' ? [line.cursor] : [])).at(-1);
    const eve = await api.user('eve', 'agent');
    const reply = await api.call('POST', path, {
      token: eve,
      body: { operation: 'archive', resumeFrom: cursor },
    });
    expect(reply.status).toBe(404);
    const other = await api.call('POST', path, {
      token: mina,
      body: { operation: 'delete', resumeFrom: cursor },
    });
    expect(other.status).toBe(422);
  });

  test('with a cursor of a change to another status is refused, and goes on with its own', async () => {
    const asked = { ...toProcessing, recordIds: ['1', '100', '101'], options: { continueOnError: false } };
    const stopped = (await stream(asked)).lines.at(-1);
    const cursor = stopped?.type === 'summary' ? stopped.cursor : undefined;
    expect(cursor).toBeDefined();
    const before = states();
    const body = { operation: 'status-update', updates: { status: 'CANCELLED' }, resumeFrom: cursor };
    const reply = await api.call('POST', path, { token: mina, body });
    expect([reply.status, reply.body.error.code]).toEqual([422, 'invalid_request']);
    expect(reply.body.error.message).toContain('status-update to CANCELLED');
    expect(states()).toEqual(before);
    await stream({ ...toProcessing, resumeFrom: cursor });
    expect(states().get(101)?.status).toBe('PROCESSING');
  });
});
