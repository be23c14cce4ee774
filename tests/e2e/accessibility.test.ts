import type { Locator } from 'playwright';
import { describe, expect, it } from 'vitest';
import { windowsOnOneConsole } from './served-window.ts';
import { violations } from './violations.ts';
import { windowOf } from './window.ts';

const open = windowsOnOneConsole(2_000);

describe.each(['light', 'dark'] as const)('in %s, axe finds nothing wrong', (colorScheme) => {
  it('on the way from the tickets through a plan to the history', async () => {
    const { page, problems } = await open();
    await page.emulateMedia({ colorScheme });
    const ui = windowOf(page);
    await page.getByLabel('Select ticket 2000').waitFor();
    expect(await violations(page)).toEqual([]);

    await page.getByLabel('Select ticket 2000').check();
    expect(await violations(page)).toEqual([]);

    await page.getByRole('button', { name: 'Add comment' }).click();
    await page.getByRole('textbox', { name: 'Comment' }).fill('We are looking into it.');
    expect(await violations(page)).toEqual([]);

    await page.getByRole('button', { name: 'Preview' }).click();
    await ui.preview.waitFor();
    expect(await violations(page)).toEqual([]);

    await ui.start();
    await ui.card('Add an internal note', 'Done').waitFor();
    expect(await violations(page)).toEqual([]);

    await ui.go('History');
    await ui.history.getByText('Add an internal note').first().click();
    await page.getByRole('region', { name: 'Operation: Add an internal note' }).waitFor();
    expect(await violations(page)).toEqual([]);

    await ui.go('Settings');
    expect(await violations(page)).toEqual([]);
    expect(problems).toEqual([]);
  });

  it('in the run options, and in what the history verifies, reports, counts up and undoes', async () => {
    const { page, problems } = await open();
    await page.emulateMedia({ colorScheme });
    const ui = windowOf(page);
    await page.getByLabel('Select ticket 2000').check();
    await page.getByRole('button', { name: 'Add comment' }).click();
    await page.getByRole('textbox', { name: 'Comment' }).fill('We are still looking into it.');
    await page.getByRole('button', { name: 'Preview' }).click();
    await ui.preview.waitFor();
    await page.getByRole('button', { name: 'Run options' }).click();
    await page.getByLabel('When records fail').selectOption('Stop at a number of failures');
    await page.getByLabel('Failures that stop it').fill('none');
    await page.getByRole('alert').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByLabel('Failures that stop it').fill('2');
    await ui.start();
    await ui.card('Add an internal note', 'Done').waitFor();

    await ui.go('History');
    await page.getByRole('button', { name: 'Verify history' }).click();
    const verification = page.getByRole('dialog', { name: 'Verify history' });
    await verification.getByText('The history is as it was written.').waitFor();
    expect(await violations(page)).toEqual([]);
    await verification.getByRole('button', { name: 'Close' }).last().click();

    await page.getByRole('button', { name: 'Statistics' }).click();
    await page.getByRole('table').waitFor();
    expect(await violations(page)).toEqual([]);

    await page.getByRole('button', { name: 'Workspace', exact: true }).click();
    await page.getByText('No changes to the workspace yet').waitFor();
    expect(await violations(page)).toEqual([]);

    await page.getByRole('button', { name: 'Operations', exact: true }).click();
    await ui.history.getByText('Add an internal note').first().click();
    const detail = page.getByRole('region', { name: 'Operation: Add an internal note' });
    await detail.getByRole('checkbox', { name: /^Select ticket / }).check();
    await detail.getByRole('region', { name: 'Chosen tickets' }).waitFor();
    expect(await violations(page)).toEqual([]);

    await detail.getByRole('button', { name: 'Save report…' }).click();
    await page.getByRole('dialog', { name: 'Save a report on this operation' }).waitFor();
    expect(await violations(page)).toEqual([]);
    expect(problems).toEqual([]);
  });

  it('in templates, schedules, and how the workspace is looked after', async () => {
    const { page, problems } = await open();
    await page.emulateMedia({ colorScheme });
    const ui = windowOf(page);
    await page.getByLabel('Select ticket 2000').check();
    await page.getByRole('button', { name: 'Update priority' }).click();
    await page.getByLabel('New priority').selectOption('low');
    await page.getByRole('button', { name: 'Save as template…' }).click();
    await page.getByLabel('Name').fill(`Calm down in ${colorScheme}`);
    expect(await violations(page)).toEqual([]);

    await page.getByRole('button', { name: 'Save template' }).click();
    const template = page.getByRole('row').filter({ hasText: `Calm down in ${colorScheme}` });
    await template.getByRole('button', { name: 'Schedule…' }).click();
    await page.getByText(/^Next: /).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Save schedule' }).click();
    await page
      .getByRole('group', { name: 'Schedules' })
      .getByRole('rowheader', { name: `Calm down in ${colorScheme}` })
      .waitFor();
    expect(await violations(page)).toEqual([]);

    await ui.go('Settings');
    await page.getByRole('button', { name: 'Back up now' }).click();
    await page.getByRole('region', { name: 'Backups' }).getByText('Made by hand').first().waitFor();
    await page.getByLabel('Most at once').fill('5000');
    await page.getByRole('button', { name: 'Set limit' }).click();
    await page.getByText('at most 5,000 tickets at once').waitFor();
    expect(await violations(page)).toEqual([]);
    expect(problems).toEqual([]);
  });
});

it('what is only read is read on with the keys, and axe finds nothing wrong where it scrolls', async () => {
  const { page } = await open();
  // As at 200 %.
  await page.setViewportSize({ width: 640, height: 400 });
  const ui = windowOf(page);
  await page.getByLabel('Select ticket 2000').waitFor();
  const scrolls = async () => {
    const body = page.getByRole('dialog').locator('[data-body]');
    const at = () => body.evaluate(({ scrollTop }) => scrollTop);
    await page.keyboard.press('PageDown');
    await expect.poll(at).toBeGreaterThan(0);
    await page.keyboard.press('PageUp');
    await expect.poll(at).toBe(0);
    expect(await violations(page)).toEqual([]);
  };
  await ui.grid.press('Enter');
  await page.getByRole('dialog').getByText('Description').waitFor();
  await scrolls();
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
  await scrolls();
});

it('what is ticked is seen where the system forces its own colours', async () => {
  const { page } = await open();
  await page.emulateMedia({ forcedColors: 'active' });
  const box = page.getByLabel('Select ticket 2000');
  await box.waitFor();
  const look = () =>
    box.evaluate((element) => ({
      box: getComputedStyle(element).backgroundColor,
      tick: getComputedStyle(element, '::before').backgroundColor,
    }));
  const empty = await look();
  await box.check();
  const ticked = await look();
  expect(ticked.box).not.toBe(empty.box);
  expect(ticked.tick).not.toBe(ticked.box);
});

it('where the keyboard is can be seen where the system forces its own colours', async () => {
  const { page } = await open();
  await page.emulateMedia({ forcedColors: 'active' });
  const { grid } = windowOf(page);
  await page.getByLabel('Select ticket 2000').waitFor();
  const ring = (at: Locator) =>
    at.evaluate((element) => {
      const { outlineStyle, outlineColor, backgroundColor } = getComputedStyle(element);
      return outlineStyle === 'solid' && outlineColor !== backgroundColor;
    });
  await grid.press('ArrowDown');
  expect(await ring(grid.locator('[data-index="1"]'))).toBe(true);
  await page.keyboard.press('?');
  const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await dialog.waitFor();
  expect(await ring(dialog.locator('[data-body]'))).toBe(true);
});
