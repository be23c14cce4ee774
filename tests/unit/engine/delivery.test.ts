import { describe, expect, it } from 'vitest';
import { expectBooksBalance } from '../../builders/books.ts';
import { readDatabase, theseTickets } from '../../builders/tickets.ts';
import { treating, useToldServer } from './told-server.ts';

/** Half of them are the remote's. */
const count = 40;
const setup = useToldServer(count);
const { open, connectToNone, plan, run, deliveries, statesOf, keys, once } = setup;

describe('a change of records of a remote', () => {
  it('is told to it once each, and to nobody else', async () => {
    await open();
    const operation = await run(await plan());
    expect(operation.state).toBe('completed');
    expect(setup.server.effects).toEqual(once);
    expect(setup.server.requests).toHaveLength(5);
    expect(statesOf(operation.id)).toEqual({ confirmed: 20 });
    expectBooksBalance(setup.folder, operation.id);
    const { entries } = await setup.app.ask('operations.journal', { id: operation.id });
    expect(entries.find(({ event }) => event === 'delivered')?.detail).toEqual({ confirmed: 20 });
  });

  it('costs nothing where the workspace has no remote', async () => {
    await open();
    await setup.app.close();
    await connectToNone();
    const operation = await run(await plan());
    expect(operation.state).toBe('completed');
    expect(deliveries(operation.id)).toEqual([]);
    expect(setup.server.requests).toEqual([]);
  });

  it('is taken back there by undo; what an import brought is neither made nor deleted there', async () => {
    await open();
    const done = await run(await plan());
    const undone = await run(await setup.app.ask('operations.undo', { id: done.id }));
    expect(undone.state).toBe('completed');
    expect(setup.server.effects).toEqual(new Map(keys.map((key) => [key, 2])));
    const imported = await run(await setup.app.ask('sample.plan', { count: 30, seed: 1 }));
    const again = await run(await setup.app.ask('operations.undo', { id: imported.id }));
    expect(again.state).toBe('completed');
    expect(deliveries(imported.id)).toEqual([]);
    expect(deliveries(again.id)).toEqual([]);
  });

  it('goes out in the order in which the records were changed, also where an earlier one has to wait', async () => {
    await open(treating({ status: 429, retryAfter: '0.5' }, 1));
    const first = await plan('update_category', { category: 'First' });
    await setup.app.ask('operations.start', { id: first.id });
    await expect.poll(() => setup.server.requests.length).toBeGreaterThan(0);
    const second = await plan('update_priority', { priority: 'critical' }, theseTickets(2, 4, 40));
    const [one, two] = await Promise.all([setup.app.ended(first.id), run(second)]);
    expect([one.state, two.state]).toEqual(['completed', 'completed']);
    const sent = setup.server.requests.flatMap(({ keys }) => keys);
    for (const record of [2, 4]) {
      const isOfFirst = (key: string) => key.startsWith(`${first.id}:${seqOf(first.id, record)}:`);
      const ofFirst = sent.findLastIndex(isOfFirst);
      const ofSecond = sent.findIndex((key) => key.startsWith(`${second.id}:${seqOf(second.id, record)}:`));
      expect(ofFirst).toBeGreaterThan(sent.findIndex(isOfFirst));
      expect(ofSecond).toBeGreaterThan(ofFirst);
    }
  });
});

function seqOf(operationId: number, record: number): string {
  return readDatabase(setup.folder, (db) =>
    String(
      db
        .prepare('SELECT seq FROM items WHERE operation_id = ? AND record_id = ?')
        .pluck()
        .get(operationId, record),
    ),
  );
}

describe('what the remote says', () => {
  it('is kept per record: refused, changed there, and done', async () => {
    await open({
      judge: ({ recordKey }) => {
        if (recordKey === '2') return { result: 'refused', code: 'closed_there' };
        return recordKey === '4' ? { result: 'stale' } : null;
      },
    });
    const operation = await run(await plan());
    expect(operation.state).toBe('partial');
    expect(statesOf(operation.id)).toEqual({ confirmed: 18, refused: 1, conflict: 1 });
    expect(deliveries(operation.id).find(({ record }) => record === 2)).toMatchObject({
      code: 'closed_there',
    });
    // Done here all the same: what becomes of that is for the user to decide.
    expect(operation.tallies).toEqual([{ state: 'done', reason: null, count }]);
  });

  it('makes an operation of which nothing was taken a failed one', async () => {
    await open({ judge: () => ({ result: 'refused', code: 'no' }) });
    const operation = await run(await plan('update_category', { category: 'Mine' }, theseTickets(2, 4)));
    expect(operation.state).toBe('failed');
  });

  it('"later" is heeded: not before the time that it names, and not for ever', async () => {
    await open(treating({ status: 429, retryAfter: '0.3' }, 1));
    const operation = await run(await plan('update_category', { category: 'Mine' }, theseTickets(2)));
    expect(operation.state).toBe('completed');
    const [first, second] = setup.server.requests;
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(300);

    await setup.app.close();
    await setup.server.close();
    await open({ judge: () => ({ result: 'busy', code: 'overloaded' }) });
    const given = await run(await plan('update_category', { category: 'Yours' }, theseTickets(2)));
    expect(given.state).toBe('failed');
    expect(deliveries(given.id)).toEqual([{ record: 2, state: 'refused', code: 'overloaded', attempts: 3 }]);
    expect(setup.server.requests).toHaveLength(3);
  });

  it('nothing: with keys the same is sent again, under the same key', async () => {
    await open(treating({ cut: 'after' }, 1, 3));
    const operation = await run(await plan());
    expect(operation.state).toBe('completed');
    expect(setup.server.effects).toEqual(once);
    const keys = setup.server.requests.flatMap((request) => request.keys);
    expect(keys.length).toBeGreaterThan(20);
    expect(new Set(keys).size).toBe(20);
  });

  it('nothing, in time: the time for an answer is an end of waiting', async () => {
    await open(treating({ beforeMs: 1_000 }, 1));
    const operation = await run(await plan(), { itemTimeoutMs: 100 });
    expect(operation.state).toBe('completed');
    expect(setup.server.effects).toEqual(once);
  });
});
