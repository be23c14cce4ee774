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
  const { operation } = await setup.app.ask('conflicts.settle', { which: { remoteId: id }, keep: 'mine' });
  const kept = await setup.app.ended(operation?.id ?? 0);
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
