import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tableOf } from '../../../src-main/sql/records/table.ts';
import { countsOf, type Operation } from '../../../src-shared/domain/operation.ts';
import { expectEndedWell } from '../../builders/books.ts';
import { exportSheet, planSheet } from '../../builders/edited-export.ts';
import { insertRecords, makeRecord } from '../../builders/records.ts';
import {
  changeDatabase,
  contents,
  makeTickets,
  replaceTickets,
  theseTickets,
} from '../../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../../builders/workspace.ts';

let folder: string;
let app: TestConsole;

beforeAll(async () => {
  folder = makeFolder();
  app = await openTestConsole(folder);
});
beforeEach(() =>
  replaceTickets(
    folder,
    makeTickets(8, (id) => ({
      external_id: `T-${id}`,
      subject: id === 8 ? '=1+1' : `Subject ${id}`,
      description: 'One line\r\nand another',
      category: id % 2 === 0 ? 'Billing' : null,
      channel: 'mail',
      product: 'Lamp',
    })),
  ),
);
afterAll(async () => {
  await app.close();
  expect(app.reports).toEqual([]);
  removeFolder(folder);
});

async function run(draft: Operation): Promise<Operation> {
  const operation = await app.run(draft);
  expectEndedWell(folder, operation);
  return operation;
}

async function itemsOf({ id }: Operation) {
  return (await app.ask('operations.items', { id, limit: 100 })).items;
}

/** Changes tickets in the console, as somebody does meanwhile. */
async function meanwhile(action: string, input: Record<string, unknown>, ...ids: number[]): Promise<void> {
  const selection = theseTickets(...ids);
  await run(await app.ask('operations.plan', { action, collection: 'tickets', selection, input }));
}

describe('an export that was edited', () => {
  it('comes back as a plan of the cells that differ, and only these are written', async () => {
    const before = contents(folder);
    const [one, two, three, ...rest] = await exportSheet(app, 'tickets');
    const draft = await planSheet(app, 'tickets', [
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
    expect(contents(folder)).toEqual(before);
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
    expect(contents(folder)).toEqual([
      { ...before[0], subject: 'A new subject', status: 'solved' },
      { ...before[1], category: null },
      { ...before[2], assignee: 'Ada' },
      ...before.slice(3),
    ]);
  });

  it('is undone as a whole or by field, and an edit by somebody else to another field stands', async () => {
    const before = contents(folder);
    const rows = await exportSheet(app, 'tickets');
    const done = await run(
      await planSheet(
        app,
        'tickets',
        rows.map((row, at) => (at < 4 ? { ...row, [at < 2 ? 'product' : 'channel']: 'New' } : row)),
      ),
    );
    await meanwhile('update_category', { category: 'Later' }, 1);
    const part = await run(await app.ask('operations.undo', { id: done.id, fields: ['channel'] }));
    expect(countsOf(part.tallies)).toMatchObject({ done: 2, skipped: 2 });
    expect(contents(folder).map(({ product, channel }) => [product, channel])).toEqual([
      ['New', 'mail'],
      ['New', 'mail'],
      ...before.slice(2).map(() => ['Lamp', 'mail']),
    ]);
    const rest = await run(await app.ask('operations.undo', { id: done.id }));
    expect(countsOf(rest.tallies)).toMatchObject({ done: 2, skipped: 2 });
    expect((await itemsOf(rest))[0]).toMatchObject({ written: { product: 'New' } });
    const taken = (await itemsOf(rest)).map(({ before, after }) => [before, after]);
    expect(taken.slice(0, 2)).toEqual(Array(2).fill([{ product: 'New' }, { product: 'Lamp' }]));
    expect(contents(folder)).toEqual([{ ...before[0], category: 'Later' }, ...before.slice(1)]);
    const again = await run(await app.ask('operations.undo', { id: rest.id }));
    expect(countsOf(again.tallies)).toMatchObject({ done: 2 });
    expect(
      contents(folder)
        .map(({ product }) => product)
        .slice(0, 3),
    ).toEqual(['New', 'New', 'Lamp']);
  });

  it('leaves alone what has moved on since, is deleted or gone, or may not become so', async () => {
    await meanwhile('update_status', { status: 'closed' }, 5);
    const rows = await exportSheet(app, 'tickets');
    await meanwhile('assign', { assignee: 'Ben' }, 1, 2);
    await meanwhile('delete', {}, 3);
    changeDatabase(folder, (db) => db.exec('DELETE FROM tickets WHERE id = 4'));
    const edits = [{ subject: 'Mine' }, {}, {}, {}, { status: 'open' }, { product: 'Desk' }];
    const draft = await planSheet(
      app,
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

  it('rejects rows that are another record’s or cannot be, and saves them to a file that is read again', async () => {
    const rows = await exportSheet(app, 'tickets');
    const edits = [
      { key: 'T-2' },
      { status: 'Solvd' },
      { subject: ' ' },
      { category: 'x'.repeat(501) },
      { id: 'five' },
      { id: '7' },
      { subject: 'Right' },
      { source: 'elsewhere' },
    ];
    const draft = await planSheet(
      app,
      'tickets',
      rows.map((row, at) => ({ ...row, ...edits[at] })),
    );
    const { rows: rejected } = await app.ask('imports.rejected', { id: draft.id, limit: 100 });
    expect(rejected.map(({ line, reason }) => `${line} ${reason}`)).toEqual([
      '2 The ticket with the number 1 is “T-1” here, not “T-2”.',
      // A description of two lines takes two lines of the file.
      '4 “Solvd” cannot stand in “status”: it is one of New, Open, Pending, On hold, Solved, Closed.',
      '6 “subject” may not be empty.',
      '8 “category” is too long: 500 characters are the most.',
      '10 It has no number in “id”.',
      '12 The ticket with the number 7 is “T-7” here, not “T-6”.',
      '14 The number 7 is already used on line 12.',
      '16 The ticket with the number 8 comes from “test” here, not from “elsewhere”.',
    ]);
    expect(draft).toMatchObject({ rejected: 8, tallies: [] });
    const path = join(folder, 'rejected.csv');
    await app.ask('imports.saveRejected', { id: draft.id, target: app.handle(path) });
    writeFileSync(path, readFileSync(path, 'utf8').replace('Solvd', 'Pending'));
    const again = await app.ask('imports.plan_update', { handle: app.handle(path), collection: 'tickets' });
    expect(again.rejected).toBe(7);
    expect(await itemsOf(again)).toMatchObject([{ recordKey: 'T-2', after: { status: 'pending' } }]);
  });

  it('says which cells a spreadsheet has cut off, and takes none of them for an edit', async () => {
    const long = `${'long '.repeat(8_000)}`;
    changeDatabase(folder, (db) => db.prepare('UPDATE tickets SET description = ? WHERE id < 3').run(long));
    const rows = await exportSheet(app, 'tickets');
    const [one, two, ...rest] = rows;
    const cut = { ...one, description: long.slice(0, 32_767) };
    const draft = await planSheet(app, 'tickets', [cut, { ...two, description: 'Short now' }, ...rest]);
    const { rows: rejected } = await app.ask('imports.rejected', { id: draft.id, limit: 9 });
    expect(rejected).toMatchObject([{ line: 2, reason: expect.stringContaining('after 32,767 characters') }]);
    expect((await itemsOf(draft))[0]).toMatchObject({ recordId: 2, after: { description: 'Short now' } });
  });

  it('is refused where it is no export of that collection', async () => {
    const rows = await exportSheet(app, 'tickets');
    const without = (name: string) => rows.map(({ [name]: _left, ...row }) => row);
    const refusal = (message: RegExp) => ({ code: 'not_an_export', message: expect.stringMatching(message) });
    await expect(planSheet(app, 'tickets', without('version'))).rejects.toMatchObject(
      refusal(/no column “version”/),
    );
    await expect(planSheet(app, 'tickets', without('id'))).rejects.toMatchObject(refusal(/no column “id”/));
    await expect(planSheet(app, 'orders', rows)).rejects.toMatchObject(refusal(/is no export of orders/));
    await expect(
      planSheet(
        app,
        'tickets',
        rows.map((row) => ({ ...row, notes: 'mine' })),
      ),
    ).rejects.toMatchObject(refusal(/tickets have no “notes”/));
    const [{ id = '', version = '' } = {}] = rows;
    await expect(planSheet(app, 'tickets', [{ id, version }])).rejects.toMatchObject(
      refusal(/can be changed/),
    );
  });

  it('is read for every collection, with the rules of that one', async () => {
    const orders = [{ customer: '=1+1' }, { isLocked: 'yes' }, {}].map((fields, at) =>
      makeRecord(tableOf('orders'), at + 1, { isLocked: 'no', ...fields }),
    );
    changeDatabase(folder, (db) => insertRecords(db, tableOf('orders'), orders));
    const rows = await exportSheet(app, 'orders');
    const draft = await planSheet(
      app,
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

  it('says in its plan when nothing shows that its records are those of this workspace', async () => {
    const rows = await exportSheet(app, 'tickets', ['id', 'version', 'subject']);
    const [first, ...rest] = rows;
    const draft = await planSheet(app, 'tickets', [{ ...first, subject: 'Other' }, ...rest]);
    expect(draft.forecast.warnings).toEqual([expect.stringContaining('“key”')]);
  });
});
