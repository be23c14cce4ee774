import type { Page } from 'playwright';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { windowsOnOneConsole } from './served-window.ts';
import { expectFocus, windowOf } from './window.ts';

const open = windowsOnOneConsole(1_000);
let page: Page;
let problems: string[];
beforeEach(async () => {
  ({ page, problems } = await open());
});
afterEach(() => expect(problems).toEqual([]));

/** The row of the grid at a position, counted from 0. */
const row = (at: number) => page.getByRole('grid', { name: 'Tickets' }).locator(`[data-index="${at}"]`);
const press = async (...keys: readonly string[]) => {
  for (const key of keys) await page.keyboard.press(key);
};

/** The rows in sight that are chosen. */
async function chosenRows(): Promise<number[]> {
  const chosen = page.getByRole('grid', { name: 'Tickets' }).locator('[data-index][aria-selected=true]');
  const rows = await chosen.evaluateAll((all) => all.map((one) => Number(one.getAttribute('data-index'))));
  return rows.sort((a, b) => a - b);
}

test('rows are chosen with mouse and keyboard as in a list of mail', async () => {
  const subject = (at: number) => row(at).getByRole('gridcell').nth(2);
  await subject(5).click();
  await subject(8).click({ modifiers: ['Shift'] });
  await expect.poll(chosenRows).toEqual([5, 6, 7, 8]);
  await subject(6).click({ modifiers: ['Shift'] });
  await expect.poll(chosenRows).toEqual([5, 6]);

  await press('Escape', 'Home', 'ArrowDown', 'Space', 'ArrowDown', 'ArrowDown', 'ArrowDown');
  await press('Shift+ArrowDown');
  await expect.poll(chosenRows).toEqual([1, 4, 5]);
  await press('Shift+ArrowDown', 'Shift+ArrowDown');
  await expect.poll(chosenRows).toEqual([1, 4, 5, 6, 7]);
  await press('Shift+ArrowUp');
  await expect.poll(chosenRows).toEqual([1, 4, 5, 6]);

  await row(4).getByRole('checkbox').click();
  await row(6)
    .getByRole('checkbox')
    .click({ modifiers: ['Shift'] });
  await expect.poll(chosenRows).toEqual([1]);

  await press('/');
  await page.keyboard.type('status:open');
  await press('Enter', 'ArrowDown');
  await expectFocus(windowOf(page).grid);
  await page.getByRole('status', { name: 'Tickets shown' }).filter({ hasText: ' of 1,000' }).waitFor();
  await press('Control+a');
  await page.getByRole('region', { name: 'Selection' }).waitFor();
});

test('the last row stands above the bar over a selection, however many lines that takes', async () => {
  const { grid, operations } = windowOf(page);
  // With the rail open, the narrowest that the desktop window can be.
  await page.setViewportSize({ width: 960, height: 700 });
  await page.getByRole('button', { name: 'Open operations' }).click();
  await operations.getByRole('button', { name: 'Fold operations' }).waitFor();
  await page.getByRole('status', { name: 'Tickets shown' }).filter({ hasText: '1,000' }).waitFor();
  await grid.focus();
  await press('Control+a');
  const bar = page.getByRole('region', { name: 'Selection' });
  await bar.waitFor();
  await press('End');
  const gap = async () => {
    const [over, last] = await Promise.all([bar.boundingBox(), row(999).boundingBox()]);
    return over && last ? over.y - (last.y + last.height) : Number.NaN;
  };
  await expect.poll(gap).toBeGreaterThanOrEqual(0);
});

test('nothing of the bar over a selection moves when all that match are chosen', async () => {
  await page.setViewportSize({ width: 1100, height: 700 });
  await page.getByRole('checkbox', { name: 'Select all on page' }).check();
  const bar = page.getByRole('region', { name: 'Selection' });
  const places = async () => {
    const buttons = [bar.getByRole('button', { name: 'Clear' }), bar.getByRole('button', { name: 'Delete' })];
    return Promise.all(buttons.map((button) => button.boundingBox().then((box) => [box?.y, box?.height])));
  };
  const before = await places();
  await bar.getByRole('button', { name: 'Select all 1,000 matching' }).click();
  await bar.getByText('1,000 selected').waitFor();
  expect(await places()).toEqual(before);
});

test('in a narrow window the bar over a selection leaves most of the grid in sight', async () => {
  const { grid } = windowOf(page);
  // What is left of 1440 × 900 at 200 %.
  await page.setViewportSize({ width: 720, height: 450 });
  await page.getByRole('checkbox', { name: 'Select all on page' }).check();
  const bar = page.getByRole('region', { name: 'Selection' });
  await bar.waitFor();
  const [over, all] = await Promise.all([bar.boundingBox(), grid.boundingBox()]);
  expect(over && all && over.height / all.height).toBeLessThan(0.4);
  await bar.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).waitFor();
});

test('who deleted everything is led to it, and can bring it back', async () => {
  const ui = windowOf(page);
  await ui.selectAllMatching('1,000');
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByRole('button', { name: 'Preview' }).click();
  await ui.preview.getByLabel(/^Type 1,?000 to confirm/).fill('1000');
  await ui.start();
  await ui.card('Delete tickets', 'Done').waitFor();
  await page.getByRole('heading', { name: 'All tickets are deleted' }).waitFor();
  await page.getByText('1,000 deleted tickets can be shown and restored.').waitFor();
  await page.getByLabel('Filter tickets').waitFor();

  await page.getByRole('button', { name: 'Show deleted' }).click();
  await expect.poll(() => page.getByRole('status', { name: 'Tickets shown' }).innerText()).toBe('1,000');
  await ui.selectAllMatching('1,000');
  await page.getByRole('button', { name: 'Restore', exact: true }).click();
  await page.getByRole('button', { name: 'Preview' }).click();
  await ui.preview.waitFor();
  await ui.start();
  await ui.card('Restore tickets', 'Done').waitFor();
  await ui.filter('');
  await expect.poll(() => page.getByRole('status', { name: 'Tickets shown' }).innerText()).toBe('1,000');
});
