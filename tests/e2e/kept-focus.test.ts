import { expect, test } from 'vitest';
import { windowsOnOwnConsoles } from './served-window.ts';
import { expectFocus, windowOf } from './window.ts';

const open = windowsOnOwnConsoles(60);

test('a button that cannot be used while its work is under way has the keyboard back afterwards', async () => {
  const { page, problems } = await open();
  const ui = windowOf(page);
  await page.getByLabel('Select ticket 60').check();
  await page.getByRole('button', { name: 'Add comment' }).click();
  await page.getByRole('textbox', { name: 'Comment' }).fill('Hello.');
  const preview = page.getByRole('button', { name: 'Preview' });
  await preview.press('Enter');
  await ui.preview.waitFor();
  await page.keyboard.press('Escape');
  await expectFocus(preview);
  await preview.press('Enter');
  await ui.start();
  const undo = ui.card('Add an internal note', 'Done').getByRole('button', { name: 'Undo' });
  await undo.press('Enter');
  await ui.preview.waitFor();
  await page.keyboard.press('Escape');
  await expectFocus(undo);

  await ui.go('Settings');
  const backUp = page.getByRole('button', { name: 'Back up now' });
  await backUp.press('Enter');
  await page.getByRole('region', { name: 'Backups' }).getByText('Made by hand').waitFor();
  await expectFocus(backUp);
  expect(problems).toEqual([]);
});

test('where there is nothing more to press, the keyboard goes on around it', async () => {
  const { page } = await open();
  await windowOf(page).go('Settings');
  const limits = page.getByRole('region', { name: 'Limits' });
  await limits.getByLabel('Most at once').fill('5000');
  await limits.getByRole('button', { name: 'Set limit' }).press('Enter');
  await limits.getByText('at most 5,000 tickets at once').waitFor();
  await expectFocus(limits);
});

test('the keyboard is in the field of a form again where Enter led from it to the preview', async () => {
  const { page } = await open();
  const ui = windowOf(page);
  await page.getByLabel('Select ticket 60').check();
  await page.getByRole('button', { name: 'Update category' }).press('Enter');
  const field = page.getByLabel('New category');
  await field.fill('Zoo');
  await field.press('Enter');
  await ui.preview.waitFor();
  await page.keyboard.press('Escape');
  await expectFocus(field);
  await page.keyboard.press('Escape');
  await expectFocus(page.getByRole('button', { name: 'Update category' }));
});

test('what became of an operation is said to screen readers when it ends, and not again', async () => {
  const { page } = await open();
  const ui = windowOf(page);
  const news = page.getByRole('status', { name: 'Ended operation' });
  await page.getByLabel('Select ticket 60').check();
  await page.getByRole('button', { name: 'Update category' }).press('Enter');
  await page.getByLabel('New category').fill('Zoo');
  await page.getByRole('button', { name: 'Preview' }).press('Enter');
  await ui.start();
  await expect.poll(() => news.textContent()).toBe('Set category to Zoo: Done. 1 done.');
  await page.reload();
  await ui
    .card('Set category to Zoo', 'Done')
    .or(page.getByRole('button', { name: 'Open operations' }))
    .waitFor();
  expect(await news.textContent()).toBe('');
});
