import { expect, it } from 'vitest';
import { exportSheet, planSheet } from '../../builders/edited-export.ts';
import { isReady, useCopiedDesk } from './copied-desk.ts';

const setup = useCopiedDesk();
const { copy, until, expectEqual } = setup;

it('a remote is told of the cells that were edited, and what is kept after a conflict overwrites nothing else', async () => {
  const id = await copy(4);
  const rows = await exportSheet(setup.app, 'tickets');
  await setup.app.ask('remotes.set_offline', { id, isOffline: true });
  const edits = [{ status: 'pending' }, { category: 'Mine' }, { category: 'Mine', status: 'pending' }];
  const draft = await planSheet(
    setup.app,
    'tickets',
    rows.map((row) => ({ ...row, ...edits[Number(row['key']) - 1] })),
  );
  await setup.app.ask('operations.start', { id: draft.id });
  await until(({ waiting }) => waiting === 3);
  setup.desk.put(2, { status: 'on_hold' });
  await setup.app.ask('remotes.set_offline', { id, isOffline: false });
  expect(await setup.app.ended(draft.id)).toMatchObject({ delivery: { confirmed: 2, conflict: 1 } });
  const { operations } = await setup.app.ask('conflicts.settle', { which: { remoteId: id }, keep: 'mine' });
  const kept = await setup.app.ended(operations[0]?.id ?? 0);
  expect(kept).toMatchObject({ state: 'completed', title: draft.title, delivery: { confirmed: 1 } });
  const { items } = await setup.app.ask('operations.items', { id: kept.id, limit: 9 });
  expect(items.map(({ before, after }) => [before, after])).toEqual([
    [{ category: null }, { category: 'Mine' }],
  ]);
  await until((remote) => isReady(remote) && remote.waiting === 0);
  expect([...setup.there().values()]).toEqual([
    { key: '1', category: null, status: 'pending' },
    { key: '2', category: 'Mine', status: 'on_hold' },
    { key: '3', category: 'Mine', status: 'pending' },
    { key: '4', category: null, status: 'open' },
  ]);
  expectEqual();
});

it('what a remote refused of an edited export can be tried again', async () => {
  await copy(3);
  const rows = await exportSheet(setup.app, 'tickets');
  setup.desk.refusals.set('2', 'busy');
  const draft = await planSheet(
    setup.app,
    'tickets',
    rows.map((row) => ({ ...row, [row['key'] === '2' ? 'category' : 'status']: 'solved' })),
  );
  const done = await setup.app.run(draft);
  expect(done).toMatchObject({ delivery: { confirmed: 2, refused: 1 } });
  // What is refused there does not stand here either.
  await expect.poll(() => setup.here().get('2')?.category).toBe(null);
  setup.desk.refusals.clear();
  const again = await setup.app.run(await setup.app.ask('operations.retry', { id: done.id }));
  expect(again).toMatchObject({ state: 'completed', action: 'update', delivery: { confirmed: 1 } });
  expect(setup.there().get('2')).toEqual({ key: '2', category: 'solved', status: 'open' });
  expectEqual();
});

it('an undo of an edited export that is kept after a conflict puts back what was edited, and nothing else', async () => {
  const id = await copy(2);
  const rows = await exportSheet(setup.app, 'tickets');
  const edited = rows.map((row) => ({ ...row, [row['key'] === '1' ? 'category' : 'status']: 'pending' }));
  const done = await setup.app.run(await planSheet(setup.app, 'tickets', edited));
  await setup.app.ask('remotes.set_offline', { id, isOffline: true });
  const undo = await setup.app.ask('operations.undo', { id: done.id });
  await setup.app.ask('operations.start', { id: undo.id });
  await until(({ waiting }) => waiting === 2);
  setup.desk.put(1, { status: 'on_hold' });
  setup.desk.put(2, { category: 'Theirs' });
  await setup.app.ask('remotes.set_offline', { id, isOffline: false });
  expect(await setup.app.ended(undo.id)).toMatchObject({ delivery: { conflict: 2 } });
  const { operations } = await setup.app.ask('conflicts.settle', { which: { remoteId: id }, keep: 'mine' });
  await setup.app.ended(operations[0]?.id ?? 0);
  await until((remote) => isReady(remote) && remote.waiting === 0);
  expect([...setup.there().values()]).toEqual([
    { key: '1', category: null, status: 'on_hold' },
    { key: '2', category: 'Theirs', status: 'open' },
  ]);
  const { items } = await setup.app.ask('operations.items', { id: operations[0]?.id ?? 0, limit: 9 });
  expect(items.map(({ before, after }) => [before, after])).toEqual([
    [{ category: 'pending' }, { category: null }],
    [{ status: 'pending' }, { status: 'open' }],
  ]);
  expectEqual();
});
