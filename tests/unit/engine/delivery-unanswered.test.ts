import { describe, expect, it } from 'vitest';
import { doubtDeliveries, settleUnknown } from '../../../src-main/sql/delivery/deliveries.ts';
import { killThreadsAt } from '../../builders/deadly-calls.ts';
import { changeDatabase, readDatabase } from '../../builders/tickets.ts';
import { treating, useToldServer } from './told-server.ts';

const setup = useToldServer(40);
const { open, connect, plan, run, deliveries, statesOf, once } = setup;

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
        settleUnknown(db, { id: operation.id, seqs: these, how, actor: 'mina', nowMs: 1 }),
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

  it('is not asked about what a restored backup leaves in doubt before that can have no effect any more', async () => {
    await open();
    const { id } = await plan();
    await setup.leaveUntold(id, doubtDeliveries);
    const settleMs = 60_000;
    await connect({ idempotency: 'none', settleMs });
    const waits = readDatabase(setup.folder, (db) =>
      db.prepare('SELECT DISTINCT state, retry_ms AS waitMs FROM deliveries').all(),
    );
    expect(waits).toEqual([{ state: 'checking', waitMs: settleMs }]);
    expect(setup.server.questions).toEqual([]);
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

  it('is told again what the user said so of, though the thread died before anybody heard that it was written down', async () => {
    const { stop } = killThreadsAt(({ method }) => method === 'settleUnknown' && 'answer');
    await open({ ...treating({ cut: 'after' }, 1), recall: () => 'unclear' }, { idempotency: 'none' });
    const { id } = await run(await plan());
    const settled = setup.app.ask('operations.settle_unknown', { id, how: 'send_again' });
    await expect(settled).rejects.toMatchObject({ code: 'worker_lost' });
    stop();
    // That the thread died, and nothing else.
    expect(setup.app.reports.splice(0)).toMatchObject([{ code: 'worker_lost' }]);
    expect((await setup.app.ended(id)).state).toBe('completed');
    expect(statesOf(id)).toEqual({ confirmed: 20 });
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
