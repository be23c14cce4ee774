import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import { windowsOnOneConsole } from './served-window.ts';

const open = windowsOnOneConsole(200);

/** How often this was asked, from now on. */
function countRequests(page: Page, name: string): () => number {
  let count = 0;
  page.on('request', (request) => {
    if (request.postData()?.includes(`"${name}"`)) count += 1;
  });
  return () => count;
}

/** A page whose time stands still until it is told to run. */
async function openStill() {
  const opened = await open();
  await opened.page.clock.install();
  await opened.page.getByLabel('Select ticket 200').waitFor();
  await opened.page.clock.pauseAt(Date.now() + 60_000);
  return opened;
}

test('a filter is applied once one pauses, not with each letter', async () => {
  const { page, problems } = await openStill();
  const views = countRequests(page, 'records.view');
  const box = page.getByLabel('Filter tickets');
  await box.focus();
  for (const letter of 'xyzzy') {
    await page.keyboard.type(letter);
    await page.clock.runFor(200);
  }
  expect(views()).toBe(0);
  await page.clock.runFor(60);
  await page.getByRole('heading', { name: 'No tickets match this filter' }).waitFor();
  expect(views()).toBe(1);
  expect(problems).toEqual([]);
});

test('all that one can filter by is offered, also where there is little room', async () => {
  const { page } = await open();
  // As at 200 %.
  await page.setViewportSize({ width: 640, height: 400 });
  await page.getByLabel('Select ticket 200').waitFor();
  await page.getByLabel('Filter tickets').click();
  for (const name of ['status:', 'created<', 'updated<']) await page.getByRole('option', { name }).waitFor();
  await page.keyboard.press('ArrowUp');
  const last = page.getByRole('option', { name: 'is:deleted', selected: true });
  const bottom = () => last.evaluate((option) => option.getBoundingClientRect().bottom);
  await expect.poll(bottom).toBeLessThanOrEqual(400);
});

test('the beginning of a name or a value is not searched for until it is meant', async () => {
  const { page, problems } = await openStill();
  const views = countRequests(page, 'records.view');
  const shown = page.getByRole('status', { name: 'Tickets shown' });
  const box = page.getByLabel('Filter tickets');
  const type = async (text: string) => {
    await page.keyboard.type(text);
    await page.clock.runFor(2_000);
  };
  await box.focus();
  await type('stat');
  await page.getByRole('option', { name: 'status:' }).waitFor();
  await page.getByText('Enter searches for it as it stands.').waitFor();
  await type('us:');
  await page.getByRole('option', { name: 'solved' }).waitFor();
  expect(await page.getByText('Say which status').count()).toBe(0);
  await type('open channel:');
  await page.getByRole('option', { name: 'phone' }).waitFor();
  await type('pho');
  expect(views()).toBe(0);
  expect(await shown.innerText()).toBe('200');

  await page.keyboard.press('ArrowDown');
  await page.getByText('Enter takes the marked one.').waitFor();
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'No tickets match this filter' }).waitFor();
  expect(views()).toBe(1);

  await box.fill('stat');
  await page.clock.runFor(2_000);
  expect(views()).toBe(1);
  await box.blur();
  await expect.poll(views).toBe(2);
  expect(problems).toEqual([]);
});

test('a pattern of time is asked about once one pauses, not with each letter', async () => {
  const { page, problems } = await open();
  await page.getByLabel('Select ticket 200').check();
  await page.getByRole('button', { name: 'Update priority' }).click();
  await page.getByLabel('New priority').selectOption('low');
  await page.getByRole('button', { name: 'Save as template…' }).click();
  await page.getByLabel('Name').fill('Calm down');
  await page.getByRole('button', { name: 'Save template' }).click();
  await page.getByRole('button', { name: 'Schedule…' }).click();
  await page.getByLabel('Repeat').selectOption('pattern');
  await page.getByLabel('Pattern').fill('');
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 60_000);
  const previews = countRequests(page, 'schedules.preview');
  await page.getByLabel('Pattern').focus();
  for (const letter of '30 7 * * 1-5') {
    await page.keyboard.type(letter);
    await page.clock.runFor(180);
  }
  expect(previews()).toBe(0);
  await page.clock.runFor(230);
  await page.getByText(/^Next: /).waitFor();
  expect(previews()).toBe(1);
  expect(problems).toEqual([]);
});
