import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Papa from 'papaparse';
import { expect, it } from 'vitest';
import { countsOf } from '../../../src-shared/domain/operation.ts';
import { exportSheet, planSheet } from '../../builders/edited-export.ts';
import { changeDatabase } from '../../builders/tickets.ts';
import { useEightTickets } from './eight-tickets.ts';

const setup = useEightTickets();
const { itemsOf } = setup;

it('an edited export rejects rows that are another record’s or cannot be, and saves them to a file that is read again', async () => {
  const rows = await exportSheet(setup.app, 'tickets');
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
    setup.app,
    'tickets',
    rows.map((row, at) => ({ ...row, ...edits[at] })),
  );
  const { rows: rejected } = await setup.app.ask('imports.rejected', { id: draft.id, limit: 100 });
  expect(rejected.map(({ line, reason }) => `${line} ${reason}`)).toEqual([
    '2 The ticket with the number 1 is “T-1” here, not “T-2”.',
    // A description of two lines takes two lines of the file.
    '4 “Solvd” is not a value of “status”: use one of New, Open, Pending, On hold, Solved, Closed.',
    '6 “subject” may not be empty.',
    '8 “category” is too long: 500 characters at most.',
    '10 It has no number in “id”.',
    '12 The ticket with the number 7 is “T-7” here, not “T-6”.',
    '14 The number 7 is already used on line 12.',
    '16 The ticket with the number 8 comes from “test” here, not from “elsewhere”.',
  ]);
  expect(draft).toMatchObject({ rejected: 8, tallies: [] });
  const path = join(setup.app.folder, 'rejected.csv');
  await setup.app.ask('imports.save_rejected', { id: draft.id, target: setup.app.handle(path) });
  writeFileSync(path, readFileSync(path, 'utf8').replace('Solvd', 'Pending'));
  const again = await setup.app.ask('imports.plan_update', {
    handle: setup.app.handle(path),
    collection: 'tickets',
  });
  expect(again.rejected).toBe(7);
  expect(await itemsOf(again)).toMatchObject([{ recordKey: 'T-2', after: { status: 'pending' } }]);
});

it.each(['key', 'source'])(
  'an edited export is held to its column “%s” also where it is the first one',
  async (first) => {
    const rows = await exportSheet(setup.app, 'tickets', [first, 'id', 'version', 'subject']);
    const draft = await planSheet(
      setup.app,
      'tickets',
      rows.map((row) => ({ ...row, [first]: 'Another', subject: 'Edited' })),
    );
    expect(draft).toMatchObject({ rejected: 8, tallies: [] });
  },
);

it('an edited export knows its records by keys that a spreadsheet took for numbers, and says which of them it shortened', async () => {
  const keys = ['007', '0', '00', '0042', '20260101000123', '120000000000', '12', '3.0'];
  changeDatabase(setup.app.folder, (db) => {
    for (const [at, key] of keys.entries())
      db.prepare('UPDATE tickets SET external_id = ? WHERE id = ?').run(key, at + 1);
  });
  const rows = await exportSheet(setup.app, 'tickets');
  const saved = ['7', '0', '0', '42', '2.0260101E+13', '1,2E+11', '012', '3'];
  const draft = await planSheet(
    setup.app,
    'tickets',
    rows.map((row, at) => ({ ...row, key: saved[at] ?? '', product: 'Desk' })),
  );
  expect((await itemsOf(draft)).map(({ recordKey, after }) => [recordKey, after])).toEqual(
    ['007', '0', '00', '0042', '12'].map((key) => [key, { product: 'Desk' }]),
  );
  const { rows: rejected } = await setup.app.ask('imports.rejected', { id: draft.id, limit: 9 });
  expect(rejected.map(({ reason }) => reason)).toEqual([
    expect.stringContaining('“key” was shortened to “2.0260101E+13”'),
    expect.stringContaining('“key” was shortened to “1,2E+11”'),
    'The ticket with the number 8 is “3.0” here, not “3”.',
  ]);
});

it('an edited export is planned whatever stands where its records are named, however long', async () => {
  const rows = await exportSheet(setup.app, 'tickets');
  const draft = await planSheet(
    setup.app,
    'tickets',
    rows.map((row, at) => (at === 0 ? { ...row, key: `${'0'.repeat(2_000_000)}x` } : row)),
  );
  expect(draft.rejected).toBe(1);
});

it('an edited export says which cells a spreadsheet has cut off, and takes none of them for an edit', async () => {
  const long = `${'long '.repeat(8_000)}`;
  changeDatabase(setup.app.folder, (db) =>
    db.prepare('UPDATE tickets SET description = ? WHERE id < 3').run(long),
  );
  const rows = await exportSheet(setup.app, 'tickets');
  const [one, two, ...rest] = rows;
  const cut = { ...one, description: long.slice(0, 32_767) };
  const draft = await planSheet(setup.app, 'tickets', [cut, { ...two, description: 'Short now' }, ...rest]);
  const { rows: rejected } = await setup.app.ask('imports.rejected', { id: draft.id, limit: 9 });
  expect(rejected).toMatchObject([{ line: 2, reason: expect.stringContaining('after 32,767 characters') }]);
  expect((await itemsOf(draft))[0]).toMatchObject({ recordId: 2, after: { description: 'Short now' } });
});

it('an edited export takes what a spreadsheet could not write for no edit, and says that letters may be lost', async () => {
  const subject = 'Zażółć 猫 🐈 à Łódź';
  changeDatabase(setup.app.folder, (db) => db.prepare('UPDATE tickets SET subject = ?').run(subject));
  const [one, two, ...rest] = await exportSheet(setup.app, 'tickets');
  const edited = [one, { ...two, category: 'À voir' }, ...rest];
  for (const lossy of ['Za?ó?? ? ? à ?ód?', 'Za?ó?? ? ?? à ?ód?']) {
    const path = join(setup.app.folder, 'western.csv');
    const saved = edited.map((row) => ({ ...row, subject: lossy }));
    writeFileSync(path, Buffer.from(Papa.unparse(saved), 'latin1'));
    const draft = await setup.app.ask('imports.plan_update', {
      handle: setup.app.handle(path),
      collection: 'tickets',
    });
    expect(draft.forecast.warnings).toEqual([expect.stringContaining('not UTF-8')]);
    const planned = (await itemsOf(draft)).filter(({ state }) => state === 'planned');
    expect(planned.map(({ recordId, after }) => [recordId, after])).toEqual([[2, { category: 'À voir' }]]);
  }
  // In UTF-8 every letter can be written, so somebody has typed the question marks.
  const typed = edited.map((row) => ({ ...row, subject: 'Za?ó?? ? ? à ?ód?' }));
  expect(countsOf((await planSheet(setup.app, 'tickets', typed)).tallies)).toMatchObject({ planned: 8 });
});

it('an edited export is lossy too where none of its letters beyond ASCII were left, and a text edited among lost ones is rejected', async () => {
  changeDatabase(setup.app.folder, (db) => {
    db.prepare('UPDATE tickets SET subject = ?').run('猫 Łęź');
    db.prepare("UPDATE tickets SET product = '猫' WHERE id = 3").run();
    db.prepare("UPDATE tickets SET source = 'チケット', external_id = '№ ' || id").run();
  });
  const rows = await exportSheet(setup.app, 'tickets');
  const edits = [
    {},
    { category: 'Voir' },
    { product: 'Desk' },
    { subject: '? ??? again' },
    { subject: 'Why?' },
  ];
  const saved = rows.map((row, at) => ({
    ...row,
    key: `? ${row['id']}`,
    source: '????',
    subject: '? ???',
    ...edits[at],
  }));
  const draft = await planSheet(setup.app, 'tickets', saved);
  const planned = (await itemsOf(draft)).filter(({ state }) => state === 'planned');
  expect(planned.map(({ recordId, after }) => [recordId, after])).toEqual([
    [2, { category: 'Voir' }],
    [3, { product: 'Desk' }],
  ]);
  const { rows: rejected } = await setup.app.ask('imports.rejected', { id: draft.id, limit: 9 });
  expect(rejected.map(({ line, reason }) => `${line} ${reason}`)).toEqual([
    '8 “subject” has question marks for letters that the file could not hold. Edit the export again and save it as CSV UTF-8.',
    '10 “subject” has question marks for letters that the file could not hold. Edit the export again and save it as CSV UTF-8.',
  ]);
});

it('an edited export takes what a spreadsheet makes of a number by itself for no edit', async () => {
  const numbers = [
    '0049151234567',
    '007',
    '3.10',
    '20260101000123',
    '20260101000123',
    '1234567890123456789',
    '12',
    '7',
  ];
  changeDatabase(setup.app.folder, (db) => {
    for (const [at, number] of numbers.entries())
      db.prepare('UPDATE tickets SET requester = ? WHERE id = ?').run(number, at + 1);
  });
  const rows = await exportSheet(setup.app, 'tickets');
  const shown = ['49151234567', '7', '3.1', '2.0260101E+13', '2,0260E+013', '1234567890123450000', '12', '7'];
  const save = (cells: readonly string[], product: string) =>
    planSheet(
      setup.app,
      'tickets',
      rows.map((row, at) => ({ ...row, requester: cells[at] ?? '', product })),
    );
  expect((await itemsOf(await save(shown, 'Desk'))).map(({ after }) => after)).toEqual(
    numbers.map(() => ({ product: 'Desk' })),
  );
  const typed = ['49151234568', '8', '3.2', '2.0260102E+13', '2E+14', '1234567890123460000', '012', '007'];
  expect((await itemsOf(await save(typed, 'Lamp'))).map(({ after }) => after)).toEqual(
    typed.map((requester) => ({ requester })),
  );
});

it('rows that were rejected of a file that is not UTF-8 are saved as they stood, and are not taken for edited then', async () => {
  changeDatabase(setup.app.folder, (db) => db.prepare("UPDATE tickets SET subject = 'Żółw – 5 €'").run());
  const rows = await exportSheet(setup.app, 'tickets');
  const path = join(setup.app.folder, 'western.csv');
  const saved = rows.map((row) => ({ ...row, subject: '?ó?w @ 5 #', status: 'Solvd' }));
  const western: Readonly<Record<string, number>> = { '@': 0x96, '#': 0x80 };
  writeFileSync(
    path,
    Buffer.from(Papa.unparse(saved), 'latin1').map((byte) => western[String.fromCharCode(byte)] ?? byte),
  );
  const plan = (file: string) =>
    setup.app.ask('imports.plan_update', { handle: setup.app.handle(file), collection: 'tickets' });
  const draft = await plan(path);
  expect(draft.rejected).toBe(8);
  const errors = join(setup.app.folder, 'western.rejected.csv');
  await setup.app.ask('imports.save_rejected', { id: draft.id, target: setup.app.handle(errors) });
  const bytes = readFileSync(errors);
  expect(bytes).toEqual(Buffer.concat([readFileSync(path), Buffer.from('\r\n')]));
  writeFileSync(errors, bytes.toString('latin1').replaceAll('Solvd', 'Solved'), 'latin1');
  const again = await plan(errors);
  expect((await itemsOf(again)).map(({ after }) => after)).toEqual(rows.map(() => ({ status: 'solved' })));
});

it('an edited export may have empty columns behind its own', async () => {
  const rows = await exportSheet(setup.app, 'tickets');
  const draft = await planSheet(
    setup.app,
    'tickets',
    rows.map((row) => ({ ...row, product: 'Desk', '': '', ' ': '' })),
  );
  expect(draft.rejected).toBe(0);
  expect(countsOf(draft.tallies)).toMatchObject({ planned: 8 });
});

it('an edited export is refused where it is no export of that collection', async () => {
  const rows = await exportSheet(setup.app, 'tickets');
  const without = (name: string) => rows.map(({ [name]: _left, ...row }) => row);
  const refusal = (message: RegExp) => ({ code: 'not_an_export', message: expect.stringMatching(message) });
  await expect(planSheet(setup.app, 'tickets', without('version'))).rejects.toMatchObject(
    refusal(/no column “version”/),
  );
  await expect(planSheet(setup.app, 'tickets', without('id'))).rejects.toMatchObject(
    refusal(/no column “id”/),
  );
  await expect(planSheet(setup.app, 'orders', rows)).rejects.toMatchObject(refusal(/is no export of orders/));
  await expect(
    planSheet(
      setup.app,
      'tickets',
      rows.map((row) => ({ ...row, notes: 'mine' })),
    ),
  ).rejects.toMatchObject(refusal(/tickets have no “notes”/));
  const [{ id = '', version = '' } = {}] = rows;
  await expect(planSheet(setup.app, 'tickets', [{ id, version }])).rejects.toMatchObject(
    refusal(/can be changed/),
  );
});

it('an edited export says in its plan when nothing shows that its records are those of this workspace', async () => {
  const rows = await exportSheet(setup.app, 'tickets', ['id', 'version', 'subject']);
  const [first, ...rest] = rows;
  const draft = await planSheet(setup.app, 'tickets', [{ ...first, subject: 'Other' }, ...rest]);
  expect(draft.forecast.warnings).toEqual([expect.stringContaining('“key”')]);
});
