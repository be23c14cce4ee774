import { describe, expect, test } from 'vitest';
import { changeDatabase } from '../builders/tickets.ts';
import { path, toProcessing, useOrders } from './served-orders.ts';

const { setup, states, stream } = useOrders();

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
    [{ operation: 'delete', filters: {} }, 422],
    [{ ...toProcessing, resumeFrom: 'nonsense' }, 422],
    [{ operation: 'status-update', recordIds: ['1'] }, 422],
    [{ operation: 'status-update', recordIds: ['1'], updates: { status: 'GONE' } }, 422],
    [{ operation: 'archive', recordIds: ['1'], updates: { status: 'SHIPPED' } }, 422],
    [{ operation: 'explode', recordIds: ['1'] }, 422],
  ])('of %j is refused, and nothing is changed', async (body, status) => {
    const before = states();
    const reply = await setup.api.call('POST', path, { token: setup.mina, body });
    expect([reply.status, reply.body.error.code]).toEqual([status, 'invalid_request']);
    expect(states()).toEqual(before);
  });

  test('that does not accept a stream is refused', async () => {
    const reply = await setup.api.call('POST', path, {
      token: setup.mina,
      body: { operation: 'archive', recordIds: ['1'] },
      headers: { accept: 'application/json' },
    });
    expect(reply.status).toBe(406);
    expect(states().get(1)?.archived).toBe('no');
  });

  test('may name the type of the stream in capitals or small letters', async () => {
    const reply = await setup.api.call('POST', path, {
      token: setup.mina,
      body: { operation: 'archive', recordIds: ['999'] },
      headers: { accept: 'Application/X-NDJSON' },
    });
    expect(reply.status).toBe(200);
  });

  test("with another's cursor is refused", async () => {
    const streamed = await stream({ operation: 'archive', recordIds: ['1'] });
    const cursor = streamed.lines.flatMap((line) => (line.type === 'progress' ? [line.cursor] : [])).at(-1);
    const eve = await setup.api.user('eve', 'agent');
    const reply = await setup.api.call('POST', path, {
      token: eve,
      body: { operation: 'archive', resumeFrom: cursor },
    });
    expect(reply.status).toBe(404);
    const other = await setup.api.call('POST', path, {
      token: setup.mina,
      body: { operation: 'delete', resumeFrom: cursor },
    });
    expect(other.status).toBe(422);
  });

  test('with the cursor of a change to another status is refused, and continues with its own', async () => {
    const asked = { ...toProcessing, recordIds: ['1', '100', '101'], options: { continueOnError: false } };
    const stopped = (await stream(asked)).lines.at(-1);
    const cursor = stopped?.type === 'summary' ? stopped.cursor : undefined;
    expect(cursor).toBeDefined();
    const before = states();
    const body = { operation: 'status-update', updates: { status: 'CANCELLED' }, resumeFrom: cursor };
    const reply = await setup.api.call('POST', path, { token: setup.mina, body });
    expect([reply.status, reply.body.error.code]).toEqual([422, 'invalid_request']);
    expect(reply.body.error.message).toContain('status-update to CANCELLED');
    expect(states()).toEqual(before);
    await stream({ ...toProcessing, resumeFrom: cursor });
    expect(states().get(101)?.status).toBe('PROCESSING');
  });

  test('with a cursor whose operation has lost its items is refused', async () => {
    let cursor: string | undefined;
    const broken = await stream(
      { operation: 'archive', recordIds: ['1', '2'], options: { batchSize: 1 } },
      (line) => {
        cursor = line.type === 'progress' ? line.cursor : cursor;
        return cursor !== undefined;
      },
    );
    await setup.api.ended(Number(broken.operationId));
    changeDatabase(setup.folder, (db) =>
      db.prepare('UPDATE operations SET ended_at = 1 WHERE id = ?').run(broken.operationId),
    );
    await setup.api.ask('settings.update', { historyDays: 1 });
    await setup.api.ask('retention.clean', {});
    await setup.api.ask('settings.update', { historyDays: null });
    const body = { operation: 'archive', resumeFrom: cursor };
    const reply = await setup.api.call('POST', path, { token: setup.mina, body });
    expect([reply.status, reply.body.error.code]).toEqual([410, 'cursor_expired']);
  });
});
