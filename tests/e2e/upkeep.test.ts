import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { openPage } from './browser.ts';
import { answerOf } from './console-process.ts';
import type { ServedConsole } from './served-console.ts';
import { windowsOnOwnConsoles } from './served-window.ts';
import { expectFocus, windowOf } from './window.ts';

const open = windowsOnOwnConsoles(300);
let browser: Browser;
let served: ServedConsole;
let page: Page;
let problems: string[];
beforeEach(async () => {
  ({ browser, served, page, problems } = await open());
  await windowOf(page).grid.waitFor();
});

/** Fills in "set the priority of all that match to critical" and leaves its form open. */
async function fillPriority(filter: string): Promise<void> {
  const window = windowOf(page);
  await window.filter(filter);
  await page.getByRole('checkbox', { name: 'Select all on page' }).check();
  const all = page.getByRole('button', { name: /^Select all \d+ matching$/ });
  await all.click();
  await page.getByRole('button', { name: 'Update priority' }).click();
  await page.getByLabel('New priority').selectOption('critical');
}

test('a template is kept, scheduled, switched off, used by hand and deleted', async () => {
  const name = 'Open ones first, and whatever else was not looked at since the day before yesterday';
  await fillPriority('status:open');
  await page.getByRole('button', { name: 'Save as template…' }).click();
  const saving = page.getByRole('dialog', { name: 'Save as template' });
  await saving.getByLabel('Name').fill(name);
  await saving.getByLabel('When records fail').selectOption('first');
  await saving.getByRole('button', { name: 'Save template' }).click();

  const templates = page.getByRole('group', { name: 'Templates' });
  await templates.getByRole('rowheader', { name: name }).waitFor();
  // However long the name is, what stands beside it is not broken up.
  await page.setViewportSize({ width: 1024, height: 700 });
  expect((await templates.getByText('status:open').boundingBox())?.height).toBeLessThan(24);
  await templates.getByText('New priority: Critical · stops at the first failure').waitFor();

  await templates.getByRole('button', { name: 'Schedule…' }).click();
  const when = page.getByRole('dialog', { name: 'Run on a schedule' });
  await when.getByLabel('Repeat').selectOption('Another pattern');
  await when.getByLabel('Pattern').fill('61 6 * * *');
  await when.getByRole('alert').waitFor();
  const refused = page.waitForResponse((response) => response.url().endsWith('/rpc'));
  await when.getByRole('button', { name: 'Save schedule' }).click();
  await (await refused).finished();
  await page.evaluate(() => new Promise(requestAnimationFrame));
  expect(await when.getByRole('alert').count()).toBe(1);
  await when.getByLabel('Repeat').selectOption('Every month');
  const days = when.getByLabel('On day').getByRole('option');
  expect(await days.allInnerTexts()).toEqual(Array.from({ length: 28 }, (_, at) => String(at + 1)));
  await when.getByLabel('Repeat').selectOption('Every week');
  await when.getByLabel('Time zone').selectOption('Pacific/Kiritimati');
  await when.getByText(/^Next, by the clock here: .+ · .+ · .+$/).waitFor();
  await when.getByRole('button', { name: 'Save schedule' }).click();
  const schedules = page.getByRole('group', { name: 'Schedules' });
  await schedules.getByText('Every Monday at 06:00 (Pacific/Kiritimati)').waitFor();
  await schedules.getByRole('switch').click();
  await schedules.getByRole('cell', { name: '–' }).nth(1).waitFor();

  await templates.getByRole('button', { name: 'Preview' }).click();
  const window = windowOf(page);
  const options = window.preview.getByRole('region', { name: 'Run options' });
  await options.getByText('Stops at the first failure').waitFor();
  await window.start();
  await window.card('Set priority to Critical', 'Done').waitFor();

  await schedules.getByRole('button', { name: `Delete the schedule of ${name}` }).click();
  const question = page.getByRole('alertdialog', { name: `Delete the schedule of “${name}”?` });
  await question.getByRole('button', { name: 'Back' }).click();
  await schedules.getByText('Every Monday at 06:00').waitFor();
  await schedules.getByRole('button', { name: `Delete the schedule of ${name}` }).click();
  await question.getByRole('button', { name: 'Delete schedule' }).click();
  await page.getByText('Nothing is scheduled yet.').waitFor();

  await templates.getByRole('button', { name: `Delete the template ${name}` }).click();
  await page.getByRole('button', { name: 'Delete template' }).click();
  await page.getByText('No templates yet').waitFor();
  expect(await schedules.count()).toBe(0);
  await expectFocus(page.getByRole('region', { name: 'Schedules' }));
  expect(problems).toEqual([]);
});

test('a backup is made, and put back after everything was changed', async () => {
  const window = windowOf(page);
  await window.go('Settings');
  const backups = page.getByRole('region', { name: 'Backups' });
  await backups.getByRole('button', { name: 'Back up now' }).click();
  await backups.getByText('Made by hand · 300 tickets · 4 operations').waitFor();

  await window.go('Tickets');
  await fillPriority('');
  await page.getByRole('dialog').getByRole('button', { name: 'Preview' }).click();
  await window.preview.waitFor();
  await window.start();
  await window.card('Set priority to Critical', 'Done').waitFor();

  await window.go('Settings');
  await backups
    .getByRole('listitem')
    .filter({ hasText: 'Made by hand' })
    .getByRole('button', { name: /^Restore/ })
    .click();
  const { page: other, context } = await openPage(browser, served.url);
  onTestFinished(() => context.close());
  await windowOf(other).grid.waitFor();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Restore', exact: true }).click();
  await backups.getByText('Before a restore · 300 tickets · 5 operations').waitFor();
  for (const each of [page, other]) {
    const notice = each.getByRole('status').filter({ hasText: 'A backup was put back' });
    await notice.getByRole('button', { name: 'Close message' }).click();
    await notice.waitFor({ state: 'detached' });
  }

  await window.go('History');
  const history = window.history;
  await history.getByText('Create 300 sample tickets').waitFor();
  expect(await history.getByText('Set priority to Critical').count()).toBe(0);
  await window.go('Tickets');
  await window.filter('priority:low');
  await window.grid.getByRole('row').nth(1).waitFor();
  expect(problems).toEqual([]);
});

test('a backup that could not be made is told in every window until there is one', async () => {
  // As if the disk that keeps them had been taken away.
  const away = join(served.workspace, 'backups');
  symlinkSync(join(served.workspace, 'a disk that is not there'), away);
  const fill = await answerOf(served, 'sample.plan', { count: 11_000 });
  await answerOf(served, 'operations.start', { id: fill.id });

  const notice = (window: Page) => window.getByRole('alert').filter({ hasText: /^No backup was made on / });
  await notice(page).waitFor();
  const { page: later, context } = await openPage(browser, served.url);
  onTestFinished(() => context.close());
  await notice(later).waitFor();

  await notice(page).getByRole('button', { name: 'Back up now' }).click();
  await notice(page).getByRole('button', { name: 'Back up now' }).waitFor();
  rmSync(away);
  await notice(page).getByRole('button', { name: 'Back up now' }).click();
  for (const window of [page, later]) await notice(window).waitFor({ state: 'detached' });
  expect((await answerOf(served, 'backups.list', {})).backups).toHaveLength(1);
  expect(problems).toEqual([]);
});

test('a limit refuses what is over it before anything is changed, and retention says what would go', async () => {
  const window = windowOf(page);
  await window.go('Settings');
  const { page: elsewhere, context } = await openPage(browser, served.url);
  onTestFinished(() => context.close());
  await windowOf(elsewhere).go('Settings');
  // It has read the settings by then.
  await elsewhere.getByRole('region', { name: 'About' }).waitFor();
  const limits = page.getByRole('region', { name: 'Limits' });
  await limits.getByLabel('Most at once').fill('100');
  await limits.getByRole('button', { name: 'Set limit' }).click();
  await limits.getByText('at most 100 tickets at once').waitFor();
  await elsewhere.getByText('at most 100 tickets at once').waitFor();
  const retention = page.getByRole('region', { name: 'Retention' });
  await retention.getByLabel('Keep operation details for').selectOption('365 days');
  await retention.getByRole('button', { name: 'See what would go' }).click();
  await retention.getByText('Nothing is that old.').waitFor();

  await window.go('Tickets');
  await fillPriority('');
  await page.getByRole('dialog').getByRole('button', { name: 'Preview' }).click();
  await page.getByRole('dialog').getByRole('alert').getByText('100').first().waitFor();
  expect(problems).toEqual([]);
});

test('a preview says for how long it can be undone, as retention is set at that moment', async () => {
  const window = windowOf(page);
  await window.go('Settings');
  await page.getByLabel('Keep operation details for').selectOption('90 days');
  await window.go('Tickets');
  await fillPriority('status:open');
  await page.getByRole('dialog').getByRole('button', { name: 'Preview' }).click();
  await window.preview.getByText(/can be undone for 90 days$/i).waitFor();
  await answerOf(served, 'settings.update', { historyDays: null });
  await window.preview.getByText(/can be undone$/i).waitFor();
  expect(problems).toEqual([]);
});

test('nothing moves under the pointer when what the settings wait for arrives', async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/rpc', async (route) => {
    if (/"(users|backups)\.list"/.test(route.request().postData() ?? '')) await held;
    await route.continue();
  });
  await windowOf(page).go('Settings');
  const places = () =>
    Promise.all(
      ['Set limit', 'Back up now', 'Add person'].map((name) =>
        page.getByRole('button', { name }).boundingBox(),
      ),
    );
  const before = await places();
  release();
  await page.getByText('Nobody but you.').waitFor();
  await page.getByText('No backups yet.').waitFor();
  expect(await places()).toEqual(before);
  expect(problems).toEqual([]);
});

test('what was asked for first and answered last does not take a new backup out of the list', async () => {
  const held = Promise.withResolvers<void>();
  let asked = 0;
  await page.route('**/rpc', async (route) => {
    const { name } = route.request().postDataJSON() as { name: string };
    if (name !== 'backups.list') return route.continue();
    asked += 1;
    if (asked > 1) return route.continue();
    const response = await route.fetch();
    await held.promise;
    return route.fulfill({ response });
  });
  const first = page.waitForRequest((request) => request.postData()?.includes('"backups.list"') ?? false);
  await windowOf(page).go('Settings');
  const late = (await first).response();
  const backups = page.getByRole('region', { name: 'Backups' });
  await backups.getByRole('button', { name: 'Back up now' }).click();
  await backups.getByText(/^Made by hand/).waitFor();
  held.resolve();
  await (await late)?.finished();
  await page.evaluate(() => new Promise(requestAnimationFrame));
  expect(await backups.getByText(/^Made by hand/).count()).toBe(1);
  expect(problems).toEqual([]);
});
