import { expect, it } from 'vitest';
import { tableOf } from '../../../src-main/sql/records/table.ts';
import { countsOf } from '../../../src-shared/domain/operation.ts';
import { exportSheet, planSheet } from '../../builders/edited-export.ts';
import { insertRecords, makeRecord } from '../../builders/records.ts';
import { changeDatabase, contents, theseTickets } from '../../builders/tickets.ts';
import { useEightTickets } from './eight-tickets.ts';

const setup = useEightTickets();
const { run, itemsOf } = setup;

/** Changes tickets in the console, as somebody does meanwhile. */
async function meanwhile(action: string, input: Record<string, unknown>, ...ids: number[]): Promise<void> {
  const selection = theseTickets(...ids);
  await run(await setup.app.ask('operations.plan', { action, collection: 'tickets', selection, input }));
}

it('an edited export comes back as a plan of the cells that differ, and only these are written', async () => {
  const before = contents(setup.app.folder);
  const [one, two, three, ...rest] = await exportSheet(setup.app, 'tickets');
  const draft = await planSheet(setup.app, 'tickets', [
    { ...one, subject: 'A new subject', status: 'Solved' },
    { ...two, category: '' },
    { ...three, assignee: ' Ada ', subject: 'Subject 3 ' },
    ...rest,
  ]);
  expect(draft).toMatchObject({
    action: 'update',
    state: 'draft',
    rejected: 0,
    fields: ['subject', 'status', 'category', 'assignee'],
    forecast: { reversible: true, warnings: [] },
  });
  expect(draft.tallies).toEqual([
    { state: 'planned', reason: null, count: 3 },
    { state: 'skipped', reason: 'already_so', count: 5 },
  ]);
  expect(contents(setup.app.folder)).toEqual(before);
  const planned = (await itemsOf(draft)).filter(({ state }) => state === 'planned');
  expect(planned.map(({ recordKey, before, after }) => ({ recordKey, before, after }))).toEqual([
    {
      recordKey: 'T-1',
      before: { subject: 'Subject 1', status: 'open' },
      after: { subject: 'A new subject', status: 'solved' },
    },
    { recordKey: 'T-2', before: { category: 'Billing' }, after: { category: null } },
    { recordKey: 'T-3', before: { assignee: null }, after: { assignee: 'Ada' } },
  ]);
  expect(await run(draft)).toMatchObject({ state: 'completed' });
  expect(contents(setup.app.folder)).toEqual([
    { ...before[0], subject: 'A new subject', status: 'solved' },
    { ...before[1], category: null },
    { ...before[2], assignee: 'Ada' },
    ...before.slice(3),
  ]);
});

it('an edited export is undone as a whole or by field, and an edit by somebody else to another field stands', async () => {
  const before = contents(setup.app.folder);
  const rows = await exportSheet(setup.app, 'tickets');
  const done = await run(
    await planSheet(
      setup.app,
      'tickets',
      rows.map((row, at) => (at < 4 ? { ...row, [at < 2 ? 'product' : 'channel']: 'New' } : row)),
    ),
  );
  await meanwhile('update_category', { category: 'Later' }, 1);
  const part = await run(await setup.app.ask('operations.undo', { id: done.id, fields: ['channel'] }));
  expect(countsOf(part.tallies)).toMatchObject({ done: 2, skipped: 2 });
  expect(contents(setup.app.folder).map(({ product, channel }) => [product, channel])).toEqual([
    ['New', 'mail'],
    ['New', 'mail'],
    ...before.slice(2).map(() => ['Lamp', 'mail']),
  ]);
  const rest = await run(await setup.app.ask('operations.undo', { id: done.id }));
  expect(countsOf(rest.tallies)).toMatchObject({ done: 2, skipped: 2 });
  expect((await itemsOf(rest))[0]).toMatchObject({ written: { product: 'New' } });
  const taken = (await itemsOf(rest)).map(({ before, after }) => [before, after]);
  expect(taken.slice(0, 2)).toEqual(Array(2).fill([{ product: 'New' }, { product: 'Lamp' }]));
  expect(contents(setup.app.folder)).toEqual([{ ...before[0], category: 'Later' }, ...before.slice(1)]);
  const again = await run(await setup.app.ask('operations.undo', { id: rest.id }));
  expect(countsOf(again.tallies)).toMatchObject({ done: 2 });
  expect(
    contents(setup.app.folder)
      .map(({ product }) => product)
      .slice(0, 3),
  ).toEqual(['New', 'New', 'Lamp']);
});

it('an edited export leaves alone what has moved on since, is deleted or gone, or may not become so', async () => {
  await meanwhile('update_status', { status: 'closed' }, 5);
  const rows = await exportSheet(setup.app, 'tickets');
  await meanwhile('assign', { assignee: 'Ben' }, 1, 2);
  await meanwhile('delete', {}, 3);
  changeDatabase(setup.app.folder, (db) => db.exec('DELETE FROM tickets WHERE id = 4'));
  const edits = [{ subject: 'Mine' }, {}, {}, {}, { status: 'open' }, { product: 'Desk' }];
  const draft = await planSheet(
    setup.app,
    'tickets',
    rows.map((row, at) => ({ ...row, ...edits[at] })),
  );
  expect((await itemsOf(draft)).map(({ recordId, reason }) => [recordId, reason])).toEqual([
    [1, 'changed_since_export'],
    // What somebody else assigned is not in the file: nobody can tell that from an edit.
    [2, 'changed_since_export'],
    [3, 'deleted'],
    [4, 'not_found'],
    [5, 'illegal_transition'],
    [6, null],
    [7, 'already_so'],
    [8, 'already_so'],
  ]);
});

it('an edited export is read for every collection, with the rules of that one', async () => {
  const orders = [{ customer: '=1+1' }, { isLocked: 'yes' }, {}].map((fields, at) =>
    makeRecord(tableOf('orders'), at + 1, { isLocked: 'no', ...fields }),
  );
  changeDatabase(setup.app.folder, (db) => insertRecords(db, tableOf('orders'), orders));
  const rows = await exportSheet(setup.app, 'orders');
  const draft = await planSheet(
    setup.app,
    'orders',
    rows.map((row, at) => (at === 0 ? row : { ...row, customer: "'=2+2" })),
    { delimiter: ';' },
  );
  expect((await itemsOf(draft)).map(({ reason, after }) => reason ?? after)).toEqual([
    'already_so',
    'locked',
    { customer: '=2+2' },
  ]);
});
