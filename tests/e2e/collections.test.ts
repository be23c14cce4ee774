import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Page } from 'playwright';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ServedConsole } from './served-console.ts';
import { windowsOnOneConsole } from './served-window.ts';
import { violations } from './violations.ts';
import { expectFocus, windowOf } from './window.ts';

const open = windowsOnOneConsole(1_000);
let served: ServedConsole;
let page: Page;
let problems: string[];
beforeEach(async () => {
  ({ served, page, problems } = await open());
});
afterEach(() => expect(problems).toEqual([]));

/** Asks the workspace's database itself. */
function rows(statement: string): unknown[] {
  const database = new Database(join(served.workspace, 'bulkhead.db'), { readonly: true });
  try {
    return database.prepare(statement).raw().all();
  } finally {
    database.close();
  }
}

/** Opens a collection's list, filters it, and selects the `count` records that match. */
async function selectAll(label: string, filter: string, count: number): Promise<void> {
  const ui = windowOf(page);
  await ui.go(label);
  await page.getByRole('grid', { name: label, exact: true }).waitFor();
  await page.getByLabel(`Filter ${label.toLowerCase()}`).fill(filter);
  await page.keyboard.press('Enter');
  await page
    .getByRole('status', { name: `${label} shown` })
    .filter({ hasText: new RegExp(`^${count}( of |$)`) })
    .waitFor();
  await ui.selectAllMatching(String(count));
}

async function undo(title: string): Promise<void> {
  const ui = windowOf(page);
  await ui.card(title, 'Done').getByRole('button', { name: 'Undo' }).click();
  await ui.preview.waitFor();
  await ui.start();
  await ui.card(`Undo: ${title}`, 'Done').waitFor();
}

test('sessions are closed as the preview says, and opened again', async () => {
  const ui = windowOf(page);
  const before = rows('SELECT id, status FROM sessions ORDER BY id');
  const [[open, processing]] = rows(
    `SELECT sum(status = 'open'), sum(status = 'processing') FROM sessions WHERE status <> 'archived'`,
  ) as [[number, number]];
  await selectAll('Sessions', '-status:archived,closed', open + processing);
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await page.getByRole('button', { name: 'Preview' }).click();
  await ui.preview.waitFor();
  expect(await ui.planSentence()).toBe(
    `${open} sessions will change. ${processing} cannot: it is being processed.`,
  );
  await ui.start();
  await ui.card('Close sessions', 'Done').waitFor();
  expect(rows(`SELECT count(*) FROM sessions WHERE status = 'open'`)).toEqual([[0]]);
  await undo('Close sessions');
  expect(rows('SELECT id, status FROM sessions ORDER BY id')).toEqual(before);
});

test('a form that lacks something shows what, also in a low window, with its buttons in sight', async () => {
  await page.setViewportSize({ width: 1024, height: 640 });
  await windowOf(page).go('Sessions');
  await page.getByLabel('Select session 100', { exact: true }).check();
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Export' });
  const preview = dialog.getByRole('button', { name: 'Preview' });
  const bottom = async () => {
    const box = await preview.boundingBox();
    return box ? box.y + box.height : Number.NaN;
  };
  expect(await bottom()).toBeLessThan(640);
  await preview.click();
  const missing = dialog.getByRole('alert').filter({ hasText: 'Choose where to save.' });
  await missing.waitFor();
  const above = await dialog.locator('footer').boundingBox();
  const words = await missing.boundingBox();
  expect((words?.y ?? Number.NaN) + (words?.height ?? 0)).toBeLessThanOrEqual(above?.y ?? 0);
  const choose = dialog.getByRole('button', { name: 'Choose where to save' });
  await expectFocus(choose);
  expect(await violations(page)).toEqual([]);
});

test('an export is asked only what its format can have', async () => {
  await windowOf(page).go('Sessions');
  await page.getByLabel('Select session 100', { exact: true }).check();
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Export' });
  const asked = async (): Promise<boolean[]> => [
    await dialog.getByText('With details', { exact: true }).isVisible(),
    await dialog.getByText('For spreadsheets', { exact: true }).isVisible(),
  ];
  expect(await asked()).toEqual([false, true]);
  await dialog.getByLabel('Format').selectOption('JSON');
  expect(await asked()).toEqual([true, false]);
  await dialog.getByLabel('Format').selectOption('CSV');
  expect(await asked()).toEqual([false, true]);
});

test('single videos get a category, and what touched one is told beside it', async () => {
  const ui = windowOf(page);
  await ui.go('Videos');
  await page.getByLabel('Select video 100', { exact: true }).check();
  await page.getByLabel('Select video 99', { exact: true }).check();
  await page.getByRole('button', { name: 'Set category' }).click();
  await page.getByLabel('New category').fill('Archive night');
  await page.getByRole('button', { name: 'Preview' }).click();
  await ui.preview.waitFor();
  expect(await ui.planSentence()).toBe('2 videos will change.');
  await ui.start();
  await ui.card('Set category to Archive night', 'Done').waitFor();
  const id = 100;
  expect(rows(`SELECT category FROM videos WHERE id IN (${id}, 99)`)).toEqual([
    ['Archive night'],
    ['Archive night'],
  ]);
  await page.getByRole('grid', { name: 'Videos' }).getByText('100', { exact: true }).click();
  const panel = page.getByRole('dialog');
  await panel
    .getByRole('region', { name: 'What touched this video' })
    .getByText('Archive night')
    .first()
    .waitFor();
  await panel.getByRole('button', { name: 'Set category to Archive night' }).click();
  const detail = page.getByRole('region', { name: 'Operation: Set category to Archive night' });
  await detail.getByText('2 videos changed.').waitFor();
  // Beside the rail and the list there is little room; what a record has now is in sight all the same.
  const now = detail.getByRole('table').getByText('Archive night').first();
  const isInSight = (value: Element) =>
    value.getBoundingClientRect().right <= (value.closest('td')?.getBoundingClientRect().right ?? 0);
  expect(await now.evaluate(isInSight)).toBe(true);
});

test('orders with invoices or a lock are kept; the others are deleted, found among the deleted, and restored', async () => {
  const ui = windowOf(page);
  const before = rows('SELECT id, status, deleted_at FROM orders ORDER BY id');
  const [[gone, locked, invoiced]] =
    rows(`SELECT sum(is_locked = 'no' AND invoices = 0), sum(is_locked = 'yes'),
    sum(is_locked = 'no' AND invoices > 0) FROM orders`) as [[number, number, number]];
  await selectAll('Orders', '', before.length);
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByRole('button', { name: 'Preview' }).click();
  await ui.preview.waitFor();
  const sentence = await ui.planSentence();
  expect(sentence).toContain(`${gone} orders will be deleted. ${locked + invoiced} cannot:`);
  expect(sentence).toContain(`orders with invoices cannot be deleted (${invoiced})`);
  await ui.preview.getByText('Deleted orders leave every list. They can be restored.').waitFor();
  await ui.preview.getByLabel(`Type ${gone} to confirm`).fill(String(gone));
  await ui.start();
  await ui.card('Delete orders', 'Done').waitFor();
  expect(rows('SELECT count(*) FROM orders WHERE deleted_at IS NULL')).toEqual([[locked + invoiced]]);
  await selectAll('Orders', 'is:deleted', gone);
  await page.getByRole('button', { name: 'Restore', exact: true }).click();
  await page.getByRole('button', { name: 'Preview' }).click();
  await ui.preview.waitFor();
  await ui.start();
  await ui.card('Restore orders', 'Done').waitFor();
  expect(rows('SELECT id, status, deleted_at FROM orders ORDER BY id')).toEqual(before);
});
