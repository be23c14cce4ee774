import { describe, expect, it } from 'vitest';
import { useCopiedDesk } from './copied-desk.ts';

const setup = useCopiedDesk();
const { copy, until, assign, here, there, expectEqual } = setup;

describe('offline', () => {
  it('work goes on, changes wait; back online what changed there is known first, and conflicts are shown and settled', async () => {
    const id = await copy(60);
    await setup.app.ask('remotes.set_offline', { id, isOffline: true });
    const before = structuredClone(setup.desk.asked);
    const { id: operation } = await assign('Mine');
    await until(({ state, waiting }) => state === 'offline' && waiting === 60);
    for (let key = 1; key <= 5; key += 1) setup.desk.put(key, { category: 'Theirs' });
    setup.desk.put(6, { category: 'Mine', status: 'solved' });
    setup.desk.remove(7);
    expect(setup.desk.asked).toEqual(before);
    const { promise: pulled, resolve: letPull } = Promise.withResolvers<void>();
    setup.desk.beforePull = pulled;
    const waiting = setup.app.event(
      'operation.updated',
      ({ operation: { id: told }, progress }) =>
        told === operation && progress?.waiting?.reason === 'pulling',
    );
    await setup.app.ask('remotes.set_offline', { id, isOffline: false });
    await waiting;
    letPull();
    expect(await setup.app.ended(operation)).toMatchObject({
      state: 'partial',
      delivery: { confirmed: 54, conflict: 6 },
    });
    // What was known to be in conflict, or to stand there as wanted, was not even sent.
    expect(setup.desk.asked.sends - before.sends).toBe(53);
    const { conflicts, total } = await setup.app.ask('conflicts.list', { operationId: operation, limit: 3 });
    expect([conflicts.length, total]).toEqual([3, 6]);
    const { items } = await setup.app.ask('operations.items', { id: operation, limit: 100 });
    const told = new Map(items.map(({ recordKey, delivery }) => [recordKey, delivery?.state]));
    expect(['5', '6', '7', '8'].map((key) => told.get(key))).toEqual([
      'conflict',
      'confirmed',
      'conflict',
      'confirmed',
    ]);

    const codes = async () => {
      const input = { id: operation, deliveries: ['conflict' as const], limit: 100 };
      return (await setup.app.ask('operations.items', input)).items.map(
        ({ delivery }) => delivery?.code ?? 'open',
      );
    };
    expect(await codes()).toEqual(Array(6).fill('open'));
    const ids = conflicts.slice(0, 2).map((conflict) => conflict.id);
    expect(await setup.app.ask('conflicts.settle', { which: { ids }, keep: 'theirs' })).toEqual({
      settled: 2,
      operations: [],
    });
    expect(conflicts.slice(0, 2).map(({ recordKey }) => here().get(recordKey))).toEqual(
      conflicts.slice(0, 2).map(({ recordKey }) => there().get(recordKey)),
    );
    expect((await codes()).toSorted()).toEqual(['kept_theirs', 'kept_theirs', ...Array(4).fill('open')]);
    const kept = await setup.app.ask('conflicts.settle', { which: { remoteId: id }, keep: 'mine' });
    expect(kept).toMatchObject({ settled: 4, operations: [{ retryOf: operation }] });
    expect((await codes()).toSorted()).toEqual([
      ...Array(4).fill('kept_mine'),
      ...Array(2).fill('kept_theirs'),
    ]);
    // How it ended is not told anew: that is what the journal vouches for.
    expect(await setup.app.ask('operations.get', { id: operation })).toMatchObject({
      state: 'partial',
      delivery: { confirmed: 54, conflict: 6 },
      undecided: 0,
    });
    const again = await setup.app.ended(kept.operations[0]?.id ?? 0);
    // One of them was deleted there.
    expect(again).toMatchObject({ state: 'completed', delivery: { confirmed: 3 } });
    await until(({ conflicts: left, waiting }) => left === 0 && waiting === 0);
    expectEqual();

    const undo = await setup.app.ask('operations.undo', { id: operation });
    expect(await setup.app.run(undo)).toMatchObject({ state: 'completed' });
    expectEqual();
    expect(await setup.app.ask('history.verify', {})).toMatchObject({ problems: [] });
  });

  it('stays so when another key is entered meanwhile', async () => {
    const id = await copy(3);
    await setup.app.ask('remotes.set_offline', { id, isOffline: true });
    const signedIn = await setup.app.ask('remotes.sign_in', { id, token: setup.desk.token });
    expect(signedIn).toMatchObject({ state: 'offline', isOffline: true });
  });

  it('by failure goes the same way, over a restart', async () => {
    await copy(20);
    setup.desk.setDown(true);
    await until(({ state }) => state === 'unreachable');
    const { id: operation } = await assign('Mine');
    await until(({ waiting }) => waiting === 20);
    setup.desk.put(1, { category: 'Theirs' });
    await setup.app.close();
    await setup.reopen();
    await until(({ state, waiting }) => state === 'unreachable' && waiting === 20);
    expect(setup.desk.asked.sends).toBe(0);
    setup.desk.setDown(false);
    expect(await setup.app.ended(operation)).toMatchObject({
      state: 'partial',
      delivery: { confirmed: 19, conflict: 1 },
    });
    expect(setup.desk.asked.sends).toBe(19);
  });
});
