import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Papa from 'papaparse';
import type { Page } from 'playwright';
import { beforeEach, expect, test } from 'vitest';
import type { ServedConsole } from './served-console.ts';
import { windowsOnOwnConsoles } from './served-window.ts';
import { windowOf } from './window.ts';

const open = windowsOnOwnConsoles(12);
let served: ServedConsole;
let page: Page;
beforeEach(async () => {
  ({ served, page } = await open());
  await windowOf(page).grid.waitFor();
});

type Row = Record<string, string>;

/** Exports all tickets with every column, and opens the file as a spreadsheet does. */
async function exportAll(): Promise<Row[]> {
  const ui = windowOf(page);
  await page.getByRole('checkbox', { name: 'Select all on page' }).check();
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await page.getByRole('button', { name: 'Choose where to save' }).click();
  await page.getByRole('dialog').getByText('.csv').waitFor();
  await page.getByRole('button', { name: 'Preview' }).click();
  await ui.start();
  await ui.card('Export to CSV', 'Done').waitFor();
  const folder = join(served.workspace, 'exports');
  const [name = ''] = readdirSync(folder).filter((name) => name.endsWith('.csv'));
  const text = readFileSync(join(folder, name), 'utf8').replace(/^\uFEFF/, '');
  return Papa.parse<Row>(text, { header: true, skipEmptyLines: true }).data;
}

/** Brings rows back as a file that a spreadsheet saved. */
async function bringBack(rows: readonly Row[], button: string): Promise<void> {
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: button, exact: true }).click(),
  ]);
  const buffer = Buffer.from(Papa.unparse([...rows], { delimiter: ';' }));
  await chooser.setFiles({ name: 'edited.csv', mimeType: 'text/csv', buffer });
}

test('an export that was edited changes its tickets, and can be imported as new ones all the same', async () => {
  const ui = windowOf(page);
  const [first = {}, second = {}, third = {}, ...rest] = await exportAll();
  await bringBack(
    [{ ...first, priority: 'Critical' }, { ...second, category: 'Refunds' }, { ...third, key: 'X' }, ...rest],
    'Import',
  );
  const sheet = page.getByRole('dialog', { name: 'Import tickets' });
  const aim = sheet.getByRole('group', { name: 'What is to come of the file' });
  await aim.getByRole('button', { name: 'Create new tickets' }).click();
  await sheet.getByRole('textbox', { name: 'Source' }).waitFor();
  await aim.getByRole('button', { name: 'Change the tickets it was exported from' }).click();
  await sheet.getByRole('textbox', { name: 'Source' }).waitFor({ state: 'detached' });
  await sheet.getByRole('button', { name: 'Preview' }).click();
  await ui.preview.waitFor();
  expect(await ui.planSentence()).toBe('2 tickets will change. 9 are already so.');
  await ui.preview.getByText('1 row of the file cannot be taken and will be left out.').waitFor();
  const table = ui.preview.getByRole('table', { name: 'Planned changes' });
  expect(await table.getByRole('columnheader').allInnerTexts()).toEqual([
    'Ticket',
    'Subject',
    'Priority',
    'Category',
  ]);
  await ui.start();
  await ui.card('Update from edited.csv', 'Done').waitFor();
  const row = ui.grid.getByRole('row').filter({ hasText: second['subject'] ?? '' });
  await row.getByText('Refunds').waitFor();
});

test('a file that is no export of a collection cannot change it, and the sheet says so', async () => {
  const rows = await exportAll();
  await windowOf(page).go('Orders');
  await bringBack(rows, 'Update from file');
  const sheet = page.getByRole('dialog', { name: 'Update orders from a file' });
  await sheet.getByRole('status').getByText('This is not an export of orders').waitFor();
  expect(await sheet.getByRole('button', { name: 'Preview' }).isDisabled()).toBe(true);
});
