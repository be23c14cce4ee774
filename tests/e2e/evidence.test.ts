import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Locator, Page } from 'playwright';
import { beforeEach, expect, test } from 'vitest';
import type { Verification } from '../../src-shared/contract/history.ts';
import { ask } from './console-process.ts';
import type { ServedConsole } from './served-console.ts';
import { windowsOnOwnConsoles } from './served-window.ts';
import { expectFocus, windowOf } from './window.ts';

const open = windowsOnOwnConsoles(500);
let served: ServedConsole;
let page: Page;
let problems: string[];
beforeEach(async () => {
  ({ served, page, problems } = await open());
  await windowOf(page).grid.waitFor();
  await windowOf(page).go('History');
});

async function verified(): Promise<Verification> {
  return ((await ask(served, 'history.verify', {})) as { value: Verification }).value;
}

/** Checks the history in the window and answers the open dialog. */
async function verifyInWindow(): Promise<Locator> {
  await page.getByRole('button', { name: 'Verify history' }).click();
  const dialog = page.getByRole('dialog', { name: 'Verify history' });
  await dialog.getByRole('status').first().waitFor();
  return dialog;
}

test('the history is verified, and its checksum can be taken along', async () => {
  const dialog = await verifyInWindow();
  await dialog.getByText('The history is as it was written.').waitFor();
  const { head, entries, items } = await verified();
  await dialog.getByText(`${entries} journal entries and ${items.toLocaleString('en')} items`).waitFor();
  expect(await dialog.getByText(/^[0-9a-f]{64}$/).innerText()).toBe(head);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await dialog.getByRole('button', { name: 'Copy' }).click();
  await dialog.getByText('Copied').waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(head);
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  // What was read begins afresh.
  await page.getByRole('button', { name: 'Verify history' }).waitFor();
  expect(problems).toEqual([]);
});

test('where the clipboard is refused the checksum is selected', async () => {
  await page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new Error('refused'));
  });
  const dialog = await verifyInWindow();
  await dialog.getByRole('button', { name: 'Copy' }).click();
  await dialog.getByText('Selected: copy it with the keyboard').waitFor();
  expect(await page.evaluate(() => String(getSelection()))).toBe((await verified()).head);
});

test.each([1280, 640])(
  'in a window of %i the keyboard goes on in what was opened, and at its line when that is closed',
  async (width) => {
    await page.setViewportSize({ width, height: 700 });
    const lines = page.getByRole('group', { name: 'Operations by day' }).getByRole('button');
    const line = lines.filter({ hasText: 'sample tickets' });
    await line.press('Enter');
    await page.getByRole('button', { name: 'Close operation' }).waitFor();
    await expect.poll(() => page.locator(':focus').isVisible()).toBe(true);
    expect(await page.getByRole('heading', { level: 1 }).allInnerTexts()).toEqual(['History']);
    await page.getByRole('button', { name: 'Close operation' }).press('Enter');
    await page.getByRole('region', { name: /^Operation: / }).waitFor({ state: 'detached' });
    await expectFocus(line);
  },
);

test('what somebody rewrote is named, and its operation opens', async () => {
  const database = new Database(join(served.workspace, 'bulkhead.db'));
  const { id, title } = database.prepare('SELECT id, title FROM operations').get() as {
    id: number;
    title: string;
  };
  database.prepare(`UPDATE operations SET actor = 'somebody else' WHERE id = ?`).run(id);
  database.close();

  const dialog = await verifyInWindow();
  await dialog.getByText(/^The history is not as it was written, in \d+ places?\.$/).waitFor();
  const places = dialog.getByRole('list', { name: 'Places where the history is not as it was written' });
  expect(await places.getByRole('listitem').count()).toBe((await verified()).problems.length);
  await places
    .getByRole('button', { name: `Open operation #${id}` })
    .first()
    .click();
  await page.getByRole('region', { name: `Operation: ${title}` }).waitFor();
});

test('a report on an operation and one on everything are signed off and written', async () => {
  await page.getByRole('button', { name: 'Save report…' }).click();
  const whole = page.getByRole('dialog', { name: 'Save a report on the whole history' });
  await whole.getByLabel('Signed by').fill('');
  expect(await whole.getByRole('button', { name: 'Save report' }).isDisabled()).toBe(true);
  await whole.getByLabel('Signed by').fill('Mina Park');
  await whole.getByRole('button', { name: 'Save report' }).click();
  await whole.getByText('The history is as it was written.').waitFor();
  await whole.getByRole('button', { name: 'Close' }).last().click();

  await windowOf(page).history.getByText('sample tickets').first().click();
  const detail = page.getByRole('region', { name: /^Operation: / });
  await detail.getByRole('button', { name: 'Save report…' }).click();
  const one = page.getByRole('dialog', { name: 'Save a report on this operation' });
  await one.getByLabel('Format').selectOption('CSV');
  await one.getByLabel('Signed by').fill('Jonas Weber');
  await one.getByRole('button', { name: 'Save report' }).click();
  await one.getByText('Saved to').waitFor();

  const folder = join(served.workspace, 'exports');
  const names = readdirSync(folder).sort();
  expect(names).toHaveLength(2);
  const [json, csv] = [
    names.find((name) => name.endsWith('.json')),
    names.find((name) => name.endsWith('.csv')),
  ];
  expect(readFileSync(join(folder, json ?? ''), 'utf8')).toContain('Mina Park');
  expect(csv).toMatch(/^operation 1 /);
  expect(readFileSync(join(folder, csv ?? ''), 'utf8')).toContain('Jonas Weber');
  expect(problems).toEqual([]);
});

test('a report that is asked for while another is written says which one that is', async () => {
  const held = Promise.withResolvers<void>();
  await page.route('**/rpc', async (route) => {
    if ((route.request().postDataJSON() as { name: string }).name === 'history.report') await held.promise;
    await route.continue();
  });
  await page.getByRole('button', { name: 'Save report…' }).click();
  const whole = page.getByRole('dialog', { name: 'Save a report on the whole history' });
  await whole.getByRole('button', { name: 'Save report' }).click();
  await whole.getByRole('button', { name: 'Continue in the background' }).click();

  await windowOf(page).history.getByText('sample tickets').first().click();
  const detail = page.getByRole('region', { name: /^Operation: / });
  await detail.getByRole('button', { name: 'Save report…' }).click();
  const one = page.getByRole('dialog', { name: 'Save a report on this operation' });
  await one.getByRole('heading', { name: 'The report on the whole history' }).waitFor();
  expect(await one.getByRole('button', { name: 'Save report' }).isDisabled()).toBe(true);
  held.resolve();
  await one.getByText('Saved to').waitFor();
  await one.getByRole('button', { name: 'Save report' }).click();
  await one.getByText(/operation 1 .*json/).waitFor();
  expect(await one.getByRole('heading', { name: /^The report on/ }).count()).toBe(0);
  await one.getByRole('button', { name: 'Close' }).last().click();

  // Beside an open operation there is room for the icons of the history's buttons; in their dialogs there is for words.
  const wordsOf = async (button: Locator) => (await button.locator('span').boundingBox())?.width ?? 0;
  const toWhole = windowOf(page).history.getByRole('button', { name: 'Save report…' }).first();
  expect(await wordsOf(toWhole)).toBeLessThan(2);
  await toWhole.click();
  expect(await wordsOf(whole.getByRole('button', { name: 'Save report' }))).toBeGreaterThan(20);
});

test('the journal shows what is written down while one looks, and a choice goes with its filter', async () => {
  await windowOf(page).history.getByText('sample tickets').first().click();
  const detail = page.getByRole('region', { name: /^Operation: / });
  const boxes = detail.getByRole('checkbox', { name: /^Select ticket / });
  await boxes.first().check();
  const chosen = detail.getByRole('region', { name: 'Chosen tickets' });
  await chosen.getByText('1 selected').waitFor();
  await detail.getByRole('button', { name: /^Done/ }).click();
  await chosen.waitFor({ state: 'detached' });

  await detail.getByRole('tab', { name: 'Journal' }).click();
  await detail.getByRole('listitem').first().waitFor();
  await detail.getByRole('button', { name: 'Pin', exact: true }).click();
  await detail.getByText('Pinned: retention leaves it alone').waitFor();
  await detail.getByRole('button', { name: 'Save report…' }).click();
  const report = page.getByRole('dialog', { name: 'Save a report on this operation' });
  await report.getByLabel('Signed by').fill('Mina Park');
  await report.getByRole('button', { name: 'Save report' }).click();
  await report.getByText('Saved to').waitFor();
  await report.getByRole('button', { name: 'Close' }).last().click();
  await detail.getByText(/^Mina Park signed off the report/).waitFor();
  expect(problems).toEqual([]);
});

test('figures tell how each kind of edit went', async () => {
  await page.getByRole('button', { name: 'Statistics' }).click();
  const table = page.getByRole('table', { name: 'How operations went, per action' });
  const line = table.getByRole('row').filter({ has: page.getByRole('rowheader', { name: 'Import' }) });
  const cells = line.getByRole('cell');
  await expect.poll(async () => (await cells.allInnerTexts()).slice(0, 4)).toEqual(['4', '650', '0', '100%']);
});

test('who was given access, and who signed off a report, is told while one looks', async () => {
  await page.getByRole('button', { name: 'Workspace', exact: true }).click();
  const { history } = windowOf(page);
  await history.getByText('No changes to the workspace yet').waitFor();
  await ask(served, 'users.save', { name: 'omar', role: 'agent' });
  const line = history.getByRole('listitem').filter({ hasText: 'omar added as agent' });
  await line.getByText(/by \S/).waitFor();
  await page.getByRole('button', { name: 'Save report…' }).click();
  const report = page.getByRole('dialog', { name: 'Save a report on the whole history' });
  await report.getByLabel('Signed by').fill('Mina Park');
  await report.getByRole('button', { name: 'Save report' }).click();
  await report.getByText('Saved to').waitFor();
  await report.getByRole('button', { name: 'Close' }).last().click();
  await history.getByText(/^Mina Park signed off the report/).waitFor();
  expect(problems).toEqual([]);
});

test('the history is shown from a day up to a day', async () => {
  const { history } = windowOf(page);
  const made = history.getByText('Create 500 sample tickets');
  await page.getByLabel('Up to the day').fill('2001-03-31');
  await history.getByText('No operation fits').waitFor();
  await page.getByLabel('Up to the day').fill('2399-03-31');
  await made.waitFor();
  await page.getByLabel('From the day').fill('2399-03-01');
  await history.getByText('No operation fits').waitFor();
  await page.getByLabel('From the day').fill('2001-03-01');
  await made.waitFor();
  await page.getByLabel('Up to the day').fill('2001-03-31');
  await history.getByRole('button', { name: 'Clear search' }).click();
  await made.waitFor();
  expect(await page.getByLabel('From the day').inputValue()).toBe('');
  expect(await page.getByLabel('Up to the day').inputValue()).toBe('');
  // As in a window of 1440 px at 200 %.
  await page.setViewportSize({ width: 720, height: 450 });
  const search = await history.getByRole('searchbox', { name: 'Search the history' }).boundingBox();
  expect(search?.width).toBeGreaterThan(200);
  expect(problems).toEqual([]);
});
