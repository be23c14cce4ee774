import { expect, test } from 'vitest';
import { collectionNames, collections } from '../../src-shared/collections/index.ts';
import { answerOf } from './console-process.ts';
import { windowsOnOneConsole } from './served-window.ts';
import { windowOf } from './window.ts';

const open = windowsOnOneConsole(60);

test.each([
  ['Tickets', 7, 7],
  ['Sessions', 6, 8],
  ['Videos', 6, 8],
  ['Orders', 7, 8],
])('%s begin with as many columns as there is room for, in windows of any width', async (label, few, all) => {
  const { page, problems } = await open();
  await windowOf(page).go(label);
  const grid = page.getByRole('grid', { name: label });
  await grid.getByRole('row').nth(5).waitFor();
  const sideways = () =>
    grid.getByRole('rowgroup').evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
  const titles = grid.getByRole('columnheader');
  for (const [width, columns] of [
    [640, 4],
    [900, few],
    [1024, few],
    [1280, all],
    [1600, all],
  ] as const) {
    await page.setViewportSize({ width, height: 700 });
    // The check box's column has no title.
    await expect.poll(() => titles.count()).toBe(columns + 1);
    expect(await sideways()).toBe(0);
  }
  await page.setViewportSize({ width: 1280, height: 700 });
  await page.getByRole('button', { name: 'Open operations' }).click();
  await expect.poll(() => titles.count()).toBe(few + 1);
  expect(await sideways()).toBe(0);
  expect(await titles.last().innerText()).toBe('Updated');
  expect(problems).toEqual([]);
});

test.each(collectionNames)(
  'the name of no column of %s is cut off, however narrow the window',
  async (name) => {
    const { page, served } = await open();
    const { label, fields } = collections[name];
    const columns = fields.filter(({ kind }) => kind !== 'long_text').map((field) => field.name);
    await answerOf(served, 'settings.update', { columns: { [name]: columns } });
    await windowOf(page).go(label);
    const titles = page.getByRole('grid', { name: label }).getByRole('columnheader');
    await expect.poll(() => titles.count()).toBe(columns.length + 1);
    for (const width of [800, 1280, 1920]) {
      await page.setViewportSize({ width, height: 700 });
      const cut = await titles
        .locator('span')
        .evaluateAll((all) =>
          all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent),
        );
      expect(cut).toEqual([]);
    }
    await answerOf(served, 'settings.update', { columns: {} });
  },
);

test('columns that somebody chose all stay, and those that gave way are told as not shown', async () => {
  const { page } = await open();
  await page.setViewportSize({ width: 900, height: 700 });
  await windowOf(page).go('Videos');
  const titles = page.getByRole('grid', { name: 'Videos' }).getByRole('columnheader');
  await expect.poll(() => titles.count()).toBe(7);
  await page.getByRole('button', { name: 'Columns and density' }).click();
  const transcript = page.getByRole('checkbox', { name: 'Has transcript' });
  expect(await transcript.isChecked()).toBe(false);
  await transcript.check();
  await expect.poll(() => titles.last().innerText()).toBe('Has transcript');
  expect(await titles.count()).toBe(8);
});

test('beside the open rail the subject has the most room: the other columns give way to it', async () => {
  const { page } = await open();
  await page.setViewportSize({ width: 1440, height: 700 });
  const title = (name: string) => page.getByRole('columnheader', { name });
  const widthOf = async (name: string) => (await title(name).boundingBox())?.width ?? 0;
  await title('Assignee').waitFor();
  await page.getByRole('button', { name: 'Open operations' }).click();
  await expect.poll(() => widthOf('Category')).toBeLessThan(136);
  expect(await widthOf('Subject')).toBeGreaterThan(200);
});
