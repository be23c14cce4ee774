import { describe, expect, test } from 'vitest';
import { seed } from '../builders/property.ts';
import { randomFrom } from '../builders/random.ts';
import { changeDatabase } from '../builders/tickets.ts';
import { size } from '../faults/size.ts';
import { from, saidOf, summaryOf, toProcessing, useOrders } from './served-orders.ts';

const { setup, states, stream } = useOrders();

describe('a stream', () => {
  test('reports each order, its progress and its end, to the letter', async () => {
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
    const end = rest.lines.findLast((line) => line.type === 'progress')?.cursor;
    expect((await stream({ ...toProcessing, resumeFrom: end })).lines[1]).toMatchObject({
      processed: 0,
      percentComplete: 100,
      estimatedTimeRemaining: 'PT0S',
    });
    const again = await stream({ ...toProcessing, options, resumeFrom: cursor });
    expect([...saidOf(again.lines)]).toEqual([...saidOf(rest.lines)]);
    expect([...states().values()].filter(({ version }) => version > 2)).toEqual([]);
  });

  test('that may not continue ends like any other, and continues later', async () => {
    const options = { continueOnError: false };
    const { cursor } = summaryOf(await stream({ ...toProcessing, recordIds: from(30, 60), options }));
    const limits = [{ collection: 'orders' as const, action: '*', maxRecords: 10, rate: null }];
    await setup.api.ask('settings.update', { limits });
    const refused = summaryOf(await stream({ ...toProcessing, resumeFrom: cursor }));
    await setup.api.ask('settings.update', { limits: [] });
    expect(refused).toMatchObject({ processed: 0, errors: 0, stoppedEarly: true });
    const rest = await stream({ ...toProcessing, resumeFrom: refused['cursor'] });
    expect(summaryOf(rest)).toMatchObject({ processed: 39, successful: 39 });
  });

  test('stops at its maximum number of errors', async () => {
    const streamed = await stream({ ...toProcessing, recordIds: from(1, 1_000), options: { maxErrors: 3 } });
    const { cursor, ...summary } = summaryOf(streamed);
    expect(summary).toMatchObject({ processed: 200, errors: 3, stoppedEarly: true });
    expect(states().get(201)).toMatchObject({ status: 'PENDING' });
    const rest = await stream({ ...toProcessing, resumeFrom: cursor });
    expect(summaryOf(rest)).toMatchObject({ processed: 800, errors: 8 });
    expect(summaryOf(rest).stoppedEarly).toBeUndefined();
  });

  test('that breaks off anywhere continues from the last cursor: nothing twice, nothing left out', {
    timeout: 500_000,
  }, async () => {
    const random = randomFrom(seed);
    for (let session = 0; session < size({ short: 10, long: 1_000 }); session += 1) {
      changeDatabase(setup.folder, (db) =>
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
  await setup.restart();
  const rest = await stream({ ...toProcessing, resumeFrom: cursor });
  expect(rest.operationId).toBe(broken.operationId);
  expect([...before.keys(), ...saidOf(rest.lines).keys()]).toEqual(ids);
  expect([...states().values()].filter(({ version }) => version > 2)).toEqual([]);
});

test('the history shows everything that was streamed, as it happened', async () => {
  expect(await setup.api.ask('history.verify', {})).toMatchObject({ problems: [] });
  expect(setup.api.reports.filter(({ kind }) => kind !== 'refused')).toEqual([]);
});
