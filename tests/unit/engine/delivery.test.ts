import { describe, expect, it, vi } from 'vitest';
import { settleUnknown } from '../../../src-main/sql/delivery/deliveries.ts';
import { RunOptions } from '../../../src-shared/domain/run-options.ts';
import { expectBooksBalance } from '../../builders/books.ts';
import { allTickets, changeDatabase, readDatabase, theseTickets } from '../../builders/tickets.ts';
import { patient, treating, useToldServer } from './told-server.ts';

/** Half of them are the remote's. */
const count = 40;
const setup = useToldServer(count);
const { open, connect, connectToNone, plan, run, deliveries, statesOf, sentOf } = setup;

const mine = Array.from({ length: count / 2 }, (_, at) => String(2 * at + 2));
const once = new Map(mine.map((key) => [key, 1]));

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
    expect(setup.server.effects).toEqual(new Map(mine.map((key) => [key, 2])));
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
      const ofFirst = sent.findLastIndex((key) => key.startsWith(`${first.id}:${seqOf(first.id, record)}:`));
      const ofSecond = sent.findIndex((key) => key.startsWith(`${second.id}:${seqOf(second.id, record)}:`));
      expect(ofFirst).toBeGreaterThan(19);
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

describe('a remote without keys that does not answer', () => {
  it('is asked what became of it: what is there counts, what is not is sent again', async () => {
    await open(
      { treat: (nth) => (nth === 1 ? { cut: 'after' } : nth === 2 ? { cut: 'before' } : {}) },
      {
        idempotency: 'none',
      },
    );
    const operation = await run(await plan('add_comment', { comment: 'Hello' }));
    expect(operation.state).toBe('completed');
    expect(setup.server.effects).toEqual(once);
    expect(statesOf(operation.id)).toEqual({ confirmed: 20 });
    expect(setup.server.requests).toHaveLength(6);
  });

  it('is not told twice; what it cannot tell is shown, and the user decides', async () => {
    await open({ ...treating({ cut: 'after' }, 1), recall: () => 'unclear' }, { idempotency: 'none' });
    const operation = await run(await plan());
    expect(operation.state).toBe('partial');
    expect(setup.server.effects).toEqual(once);
    expect(statesOf(operation.id)).toEqual({ confirmed: 16, unknown: 4 });
    const open4 = deliveries(operation.id).flatMap(({ state }, at) =>
      state === 'unknown' ? [2 * at + 2] : [],
    );
    const seqs = readDatabase(
      setup.folder,
      (db) =>
        db
          .prepare(`SELECT seq FROM deliveries WHERE operation_id = ? AND state = 'unknown' ORDER BY seq`)
          .pluck()
          .all(operation.id) as number[],
    );
    expect(open4).toHaveLength(4);
    await setup.app.close();
    const decide = (these: number[], how: 'confirmed' | 'send_again') =>
      changeDatabase(setup.folder, (db) =>
        settleUnknown(db, { id: operation.id, seqs: these, how, nowMs: 1 }),
      );
    expect(decide(seqs.slice(0, 3), 'confirmed')).toBe(3);
    await connect({ idempotency: 'none' });
    const stillOne = await setup.app.ended(operation.id);
    expect(stillOne.state).toBe('partial');
    await setup.app.close();
    expect(decide(seqs, 'send_again')).toBe(1);
    await connect({ idempotency: 'none' });
    const ended = await setup.app.ended(operation.id);
    expect(ended.state).toBe('completed');
    expect(statesOf(operation.id)).toEqual({ confirmed: 20 });
    expect([...setup.server.effects.values()].reduce((sum, value) => sum + value, 0)).toBe(21);
  });

  it('is settled by the word of the user: it got some, the rest is sent again', async () => {
    await open({ ...treating({ cut: 'after' }, 1), recall: () => 'unclear' }, { idempotency: 'none' });
    const { id } = await run(await plan());
    const { items } = await setup.app.ask('operations.items', { id, deliveries: ['unknown'], limit: 50 });
    expect(items.map(({ delivery }) => delivery?.state)).toEqual(Array(4).fill('unknown'));
    const seqs = items.slice(0, 3).map(({ seq }) => seq);
    const some = await setup.app.ask('operations.settle_unknown', { id, how: 'confirmed', seqs });
    expect(some).toMatchObject({ settled: 3, operation: { state: 'in_progress' } });
    expect((await setup.app.ended(id)).delivery).toMatchObject({ confirmed: 19, unknown: 1 });
    expect((await setup.app.ask('operations.settle_unknown', { id, how: 'send_again' })).settled).toBe(1);
    expect((await setup.app.ended(id)).state).toBe('completed');
    expect([...setup.server.effects.values()].reduce((sum, value) => sum + value, 0)).toBe(21);
    const nothingLeft = await setup.app.ask('operations.settle_unknown', { id, how: 'confirmed' });
    expect(nothingLeft).toMatchObject({ settled: 0, operation: { state: 'completed' } });
  });

  it('may get set fields again, never a comment', async () => {
    const [plain, comment] = [treating({ cut: 'after' }, 1), treating({ cut: 'after' }, 1)];
    await open(plain, { idempotency: 'natural' });
    const fields = await run(await plan());
    expect(statesOf(fields.id)).toEqual({ confirmed: 20 });
    expect([...setup.server.effects.values()].filter((times) => times === 2)).toHaveLength(4);
    await setup.app.close();
    await setup.server.close();
    await open(comment, { idempotency: 'natural' });
    const commented = await run(await plan('add_comment', { comment: 'Once' }));
    expect(statesOf(commented.id)).toEqual({ confirmed: 20 });
    expect(setup.server.effects).toEqual(once);
  });
});

describe('pause and cancel', () => {
  it('pause: nothing is sent any more, what was in flight is written down, and it goes on later', async () => {
    await open({ treat: () => ({ beforeMs: 60 }) }, { batchMax: 1 });
    const draft = await plan();
    await setup.app.ask('operations.start', { id: draft.id });
    await setup.app.event('operation.updated', ({ progress }) => (progress?.processed ?? 0) > count / 2);
    await setup.app.ask('operations.pause', { id: draft.id });
    const sent = sentOf(draft.id);
    expect(sent).toBeLessThan(20);
    await setup.app.close();
    expect(setup.server.requests.length).toBe(sent);
    expect(statesOf(draft.id)).toEqual({ confirmed: sent, waiting: 20 - sent });
    await connect({ batchMax: 1 });
    await setup.app.ask('operations.resume', { id: draft.id });
    expect((await setup.app.ended(draft.id)).state).toBe('completed');
    expect(setup.server.effects).toEqual(once);
  });

  it('cancel, twice, and closing the console meanwhile: the next one ends it', async () => {
    await open({ treat: (nth) => (nth === 1 ? { beforeMs: 60_000 } : {}) }, { concurrency: 1 });
    const draft = await plan();
    await setup.app.ask('operations.start', { id: draft.id });
    await expect.poll(() => setup.server.requests.length).toBe(1);
    for (const _time of [1, 2]) await setup.app.ask('operations.cancel', { id: draft.id });
    await expect.poll(() => statesOf(draft.id)).toEqual({ cancelled: 16, sending: 4 });
    await setup.app.close();
    expect(statesOf(draft.id)).toEqual({ cancelled: 16, checking: 4 });
    await connect();
    expect((await setup.app.ended(draft.id)).state).toBe('cancelled');
    expect(setup.server.requests).toHaveLength(1);
    expect(statesOf(draft.id)).toEqual({ cancelled: 20 });
  });

  it('cancel: what got no answer is asked about when it has had the time to take effect', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.9);
    let cancelledMs = Number.POSITIVE_INFINITY;
    // The answer is lost at once, and what it was about is done a while after the cancel.
    const recall = () => (performance.now() - cancelledMs > 400 ? 'known' : 'not_known');
    await open({ treat: () => ({ cut: 'before' }), recall }, { settleMs: 500 });
    const { id } = await plan('update_category', { category: 'Mine' }, theseTickets(2));
    await setup.app.ask('operations.start', { id, options: RunOptions.parse({ retry: patient }) });
    await expect.poll(() => deliveries(id)).toMatchObject([{ state: 'waiting', attempts: 1 }]);
    cancelledMs = performance.now();
    await setup.app.ask('operations.cancel', { id });
    expect((await setup.app.ended(id)).state).toBe('completed');
    expect(statesOf(id)).toEqual({ confirmed: 1 });
  });

  it('cancel: what was not sent is cancelled, what was in flight is waited for', async () => {
    await open({ treat: () => ({ beforeMs: 60 }) }, { batchMax: 1 });
    const draft = await plan();
    await setup.app.ask('operations.start', { id: draft.id });
    await setup.app.event('operation.updated', ({ progress }) => (progress?.processed ?? 0) > count / 2);
    await setup.app.ask('operations.cancel', { id: draft.id });
    const sent = sentOf(draft.id);
    const operation = await setup.app.ended(draft.id);
    expect(operation.state).toBe('cancelled');
    expect(setup.server.requests.length).toBe(sent);
    expect(statesOf(draft.id)).toEqual({ confirmed: sent, cancelled: 20 - sent });
    expect([...setup.server.effects.values()]).toEqual(Array.from({ length: sent }, () => 1));
    expectBooksBalance(setup.folder, draft.id);
  });
});

describe('a remote that is gone', () => {
  it('keeps its operation waiting, and no other one', async () => {
    await open({ judge: () => ({ result: 'busy' }) });
    const waiting = await plan('update_category', { category: 'Mine' }, theseTickets(2, 4));
    await setup.app.ask('operations.start', {
      id: waiting.id,
      options: RunOptions.parse({ retry: patient }),
    });
    const other = await plan('update_category', { category: 'Mine' }, theseTickets(6, 8));
    await setup.app.ask('operations.start', { id: other.id, options: RunOptions.parse({ retry: patient }) });
    const local = await run(await plan('update_category', { category: 'Mine' }, theseTickets(1, 3)));
    expect(local.state).toBe('completed');
    expect((await setup.app.ask('operations.get', { id: waiting.id })).state).toBe('in_progress');
    expect(setup.app.console.runningOperations()).toBe(2);
    for (const { id } of [waiting, other]) await setup.app.ask('operations.cancel', { id });
    expect((await setup.app.ended(waiting.id)).state).toBe('cancelled');
    expect((await setup.app.ended(other.id)).state).toBe('cancelled');
    await expect.poll(() => setup.app.console.runningOperations()).toBe(0);
  });

  it('from the console as well: the operation says so and can be cancelled', async () => {
    await open({ judge: () => ({ result: 'busy' }) });
    const draft = await plan();
    await setup.app.ask('operations.start', { id: draft.id, options: RunOptions.parse({ retry: patient }) });
    await setup.app.event('operation.updated', ({ progress }) => progress !== null);
    await setup.app.close();
    await connectToNone();
    const stopped = setup.app.event('operation.updated', ({ operation }) => operation.stoppedBy !== null);
    const now = await setup.app.ask('operations.get', { id: draft.id });
    const { stoppedBy } = now.stoppedBy ? now : (await stopped).operation;
    expect(stoppedBy).toMatchObject({ code: 'remote_missing', message: expect.stringContaining('Desk') });
    expect(setup.app.reports.splice(0)).toEqual([expect.objectContaining({ code: 'remote_missing' })]);
    await setup.app.ask('operations.cancel', { id: draft.id });
    expect((await setup.app.ended(draft.id)).state).toBe('cancelled');
    expect(statesOf(draft.id)).toEqual({ cancelled: 20 });
  });

  it('does not keep a console from closing in time, and loses nothing by it', async () => {
    await open({ treat: (nth) => (nth <= 2 ? { beforeMs: 60_000 } : {}) });
    const draft = await plan();
    await setup.app.ask('operations.start', { id: draft.id });
    await expect.poll(() => setup.server.requests.length).toBe(2);
    const startedMs = performance.now();
    await setup.app.close();
    expect(performance.now() - startedMs).toBeLessThan(1_800);
    expect(statesOf(draft.id)).toEqual({ waiting: 20 });
    await connect();
    expect((await setup.app.ended(draft.id)).state).toBe('completed');
    expect(setup.server.effects).toEqual(once);
    expect(allTickets(setup.folder).filter(({ category }) => category === 'Mine')).toHaveLength(count);
  });
});
