import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RequestInput } from '../../src-shared/contract/index.ts';
import { launchBrowser, openPage } from './browser.ts';
import { answerOf } from './console-process.ts';
import { type ServedConsole, serveConsole } from './served-console.ts';
import { violations } from './violations.ts';
import { expectFocus, windowOf } from './window.ts';

const tickets = 60;
const contested = 3;

let browser: Browser;
let desk: ServedConsole;
let mine: ServedConsole;

beforeAll(async () => {
  browser = await launchBrowser();
  [desk, mine] = await Promise.all([serveConsole('--sample', String(tickets)), serveConsole()]);
});
afterAll(async () => {
  await browser.close();
  for (const console of [desk, mine]) {
    await console.stop();
    console.remove();
  }
});

async function ticketsOf(console: ServedConsole) {
  const query = { collection: 'tickets', filter: {}, sort: { field: 'id', direction: 'asc' } } as const;
  return (await answerOf(console, 'records.page', { query, limit: 200 })).records;
}

/** Gives tickets a category, as their owner would. */
async function categorise(console: ServedConsole, ids: number[], category: string): Promise<void> {
  const draft = await answerOf(console, 'operations.plan', {
    action: 'update_category',
    collection: 'tickets',
    selection: { mode: 'ids', ids },
    input: { category },
  });
  await answerOf(console, 'operations.start', { id: draft.id });
}

/** The key of somebody who is added at the desk, as it is shown once. */
async function keyFromDesk(name: string): Promise<string> {
  const { page, context, problems } = await openPage(browser, desk.url);
  await windowOf(page).go('Settings');
  const people = page.getByRole('region', { name: 'People' });
  await people.getByLabel('Name').fill(name);
  await people.getByRole('button', { name: 'Add person' }).click();
  const shown = page.getByRole('dialog', { name: `The access key of ${name}` });
  const key = await shown.locator('code').innerText();
  expect(await violations(page)).toEqual([]);
  await shown.getByRole('button', { name: 'Done' }).click();
  await people.getByRole('button', { name: `New key for ${name}` }).click();
  await page.getByRole('button', { name: 'Make new key' }).click();
  await shown.waitFor();
  const newer = await shown.locator('code').innerText();
  expect(newer).not.toBe(key);
  await shown.getByRole('button', { name: 'Done' }).click();
  await people.getByText(`${name}`, { exact: true }).waitFor();
  expect(await page.content()).not.toContain(newer);
  expect(problems).toEqual([]);
  await context.close();
  return newer;
}

async function addRemote(page: Page, key: string): Promise<void> {
  await page.getByRole('button', { name: 'Add remote' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a remote' });
  await dialog.getByLabel('Address').fill(new URL(desk.url).origin);
  await dialog.getByLabel('Access key').fill('a key of nobody');
  await dialog.getByRole('button', { name: 'Test connection' }).click();
  await dialog.getByRole('alert').waitFor();
  expect(await dialog.getByLabel('Access key').getAttribute('aria-invalid')).toBe('true');

  await dialog.getByLabel('Access key').fill(key);
  await dialog.getByRole('button', { name: 'Test connection' }).click();
  await dialog.getByText('You are mina there (agent).').waitFor();
  expect(await violations(page)).toEqual([]);
  for (const collection of ['Sessions', 'Videos', 'Orders']) await dialog.getByLabel(collection).uncheck();
  await dialog.getByLabel('Name').fill('Desk');
  await dialog.getByRole('button', { name: 'Add remote' }).click();
  await dialog.waitFor({ state: 'detached' });
}

it('a remote is added, worked on without it, and what was changed on both sides is decided', async () => {
  const key = await keyFromDesk('mina');
  const { page, context, problems } = await openPage(browser, mine.url);
  const ui = windowOf(page);
  const nav = page.getByRole('navigation', { name: 'Main' });
  await ui.go('Remotes');
  await page.getByText('No remotes yet').waitFor();
  await addRemote(page, key);
  const card = page.getByRole('article', { name: 'Desk', exact: true });
  await card.getByText(/^complete as of/).waitFor();
  await card.getByText(`${tickets} here`).waitFor();
  expect(await violations(page)).toEqual([]);

  await card.getByRole('button', { name: 'Go offline' }).click();
  await card.getByText('Offline', { exact: true }).waitFor();
  const ids = (await ticketsOf(mine)).map(({ id }) => id);
  await categorise(mine, ids, 'Chosen here');
  await nav.getByText(`Offline: ${tickets} changes wait`).waitFor();
  const waiting = ui.card('Set category to Chosen here', 'Waiting');
  await waiting.getByText(`0 / ${tickets}`, { exact: true }).waitFor();
  await waiting.getByText('Desk is offline.').waitFor();
  await card.getByText(`${tickets} changes wait to be sent`).waitFor();
  expect(await violations(page)).toEqual([]);

  const theirs = (await ticketsOf(desk)).slice(0, contested).map(({ id }) => id);
  await categorise(desk, theirs, 'Chosen there');
  await card.getByRole('button', { name: 'Go online' }).click();
  const partly = ui.card('Set category to Chosen here', 'Partly done');
  await partly.getByText(`${tickets - contested} / ${tickets}`, { exact: true }).waitFor();
  // It waits to be decided: nothing has failed.
  const bar = `${tickets - contested} done, ${contested} in conflict`;
  await partly.getByRole('img', { name: bar, exact: true }).waitFor();
  await nav.getByText(`${contested} conflicts to decide`).waitFor({ state: 'attached' });

  await partly.getByRole('button', { name: 'Decide conflicts…' }).click();
  const first = page
    .getByRole('rowgroup')
    .filter({ has: page.getByLabel('Select ticket 1', { exact: true }) });
  for (const value of ['Chosen here', 'Chosen there']) await first.getByText(value).waitFor();
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await violations(page)).toEqual([]);
  await first.getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Take theirs (1)' }).click();
  await page.getByText('1 record is now as it is on the remote.').waitFor();
  await partly.getByText(`${contested - 1} in conflict · 1 conflict decided`).waitFor();

  await page.getByRole('button', { name: 'Keep all mine…' }).click();
  const question = page.getByRole('alertdialog', { name: `Keep yours in ${contested - 1} records?` });
  expect(await violations(page)).toEqual([]);
  await question.getByRole('button', { name: 'Keep all mine' }).click();
  await page.getByText('Nothing has to be decided').waitFor();
  await ui.card('Set category to Chosen here', 'Done').getByText('2 / 2', { exact: true }).waitFor();

  await ui.go('History');
  // The older of the two: the newer one is the change that was made again.
  await ui.history.getByText('Set category to Chosen here').last().click();
  const detail = page.getByRole('region', { name: 'Operation: Set category to Chosen here' });
  await detail.getByRole('img', { name: `${tickets - contested} done, ${contested} decided` }).waitFor();
  await detail.getByRole('button', { name: 'Conflict' }).click();
  const told = detail.getByRole('table').getByText(/^(Yours|Theirs) kept$/);
  await expect
    .poll(async () => (await told.allInnerTexts()).toSorted())
    .toEqual(['Theirs kept', 'Yours kept', 'Yours kept']);
  expect(await violations(page)).toEqual([]);
  await detail.getByRole('tab', { name: 'Not done' }).click();
  await detail.getByText(`${contested} tickets: changed on both sides, and decided`).waitFor();

  // A record's key here is its id there.
  const keys = theirs.map(String);
  const here = new Map((await ticketsOf(mine)).map(({ key: name, category }) => [name, category]));
  const there = new Map((await ticketsOf(desk)).map(({ id, category }) => [String(id), category]));
  for (const side of [here, there])
    expect(keys.map((name) => side.get(name))).toEqual(['Chosen there', 'Chosen here', 'Chosen here']);

  await ui.go('Remotes');
  const [user] = (await answerOf(desk, 'users.list', {})).users;
  const { token } = await answerOf(desk, 'users.new_token', { id: user?.id ?? 0 });
  await card.getByText('Signed out', { exact: true }).waitFor();
  await card.getByRole('button', { name: 'Sign in again…' }).click();
  const signIn = page.getByRole('dialog', { name: 'Sign in to Desk' });
  await signIn.getByLabel('Access key').fill(token);
  await signIn.getByRole('button', { name: 'Sign in' }).click();
  await card.getByText('Connected', { exact: true }).waitFor();

  await card.getByRole('button', { name: 'More about Desk' }).click();
  await page.getByRole('menuitem', { name: 'Remove…' }).click();
  await page.getByRole('button', { name: 'Remove remote' }).click();
  await page.getByText('No remotes yet').waitFor();
  await expectFocus(page.getByRole('region', { name: 'Remotes' }));
  expect(await ticketsOf(mine)).toHaveLength(tickets);
  expect(problems).toEqual([]);
  await context.close();
});

it('what the other side refuses says why, from the errors that the card leads to', async () => {
  const key = await keyFromDesk('nora');
  const remote = { name: 'Limited', address: new URL(desk.url).origin, token: key, collections: ['tickets'] };
  await answerOf(mine, 'remotes.add', remote as RequestInput<'remotes.add'>);
  const { page, context, problems } = await openPage(browser, mine.url);
  const ui = windowOf(page);
  await ui.go('Remotes');
  await page.getByRole('article', { name: 'Limited' }).getByText(`${tickets} here`).waitFor();
  const limit = { collection: 'tickets', action: '*', maxRecords: 1, rate: null } as const;
  await answerOf(desk, 'settings.update', { limits: [limit] });
  const copies = (await ticketsOf(mine)).filter(({ source }) => source === 'Limited');
  const ids = copies.slice(0, 10).map(({ id }) => id);
  await categorise(mine, ids, 'Too many at once');

  const card = ui.card('Set category to Too many at once', 'Failed');
  await card.getByText('10 refused').waitFor();
  await card.getByRole('button', { name: 'Errors' }).click();
  const errors = ui.history.getByRole('tabpanel', { name: 'Not done' });
  await errors.getByText('10 tickets: refused there').waitFor();
  await errors.getByRole('button', { name: 'Show tickets' }).click();
  await ui.history.getByText('Limit exceeded').first().waitFor();
  // From there it leads back, however one came to stand elsewhere.
  await card.getByRole('button', { name: 'Errors' }).click();
  await errors.waitFor();
  // Where the rail would lie over that it is folded, and the keyboard goes on there.
  await page.setViewportSize({ width: 820, height: 600 });
  await card.getByRole('button', { name: 'Errors' }).press('Enter');
  await ui.operations.getByRole('button', { name: 'Open operations' }).waitFor();
  await expectFocus(page.getByRole('main'));
  await errors.getByRole('button', { name: 'Show tickets' }).click({ trial: true });
  await answerOf(desk, 'settings.update', { limits: [] });
  expect(problems).toEqual([]);
  await context.close();
});

it('somebody gets another role in one window, and every window says so', async () => {
  await answerOf(desk, 'users.save', { name: 'rosa', role: 'agent' });
  const { page, context, problems } = await openPage(browser, desk.url);
  const elsewhere = await context.newPage();
  await elsewhere.goto(desk.url);
  for (const window of [page, elsewhere]) {
    await windowOf(window).go('Settings');
    await roleOf(window, 'rosa')
      .getByText(/^Agent/)
      .waitFor();
  }

  await page.getByRole('button', { name: 'Role of rosa' }).click();
  const dialog = page.getByRole('dialog', { name: 'What may rosa do?' });
  expect(await dialog.getByRole('button', { name: 'Change role' }).isDisabled()).toBe(true);
  await dialog.getByLabel('May').selectOption('Do everything');
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Change role' }).click();
  await dialog.waitFor({ state: 'detached' });
  for (const window of [page, elsewhere])
    await roleOf(window, 'rosa')
      .getByText(/^Admin/)
      .waitFor();

  await page.getByRole('button', { name: 'Role of rosa' }).click();
  await dialog.getByLabel('May').selectOption('Look only');
  const { users } = await answerOf(desk, 'users.list', {});
  await answerOf(desk, 'users.remove', { id: users.find(({ name }) => name === 'rosa')?.id ?? 0 });
  await roleOf(elsewhere, 'rosa').waitFor({ state: 'detached' });
  await dialog.getByRole('button', { name: 'Change role' }).click();
  await dialog.getByRole('alert').getByText('There is no user').waitFor();
  expect(problems).toEqual([]);
  await context.close();
});

function roleOf(window: Page, name: string) {
  return window
    .getByRole('region', { name: 'People' })
    .getByRole('listitem')
    .filter({ has: window.getByText(name, { exact: true }) });
}

it('somebody who is removed has no key that counts, and is asked about first', async () => {
  const key = await keyFromDesk('otto');
  const me = () =>
    fetch(new URL('/api/v1/me', desk.url), { headers: { authorization: `Bearer ${key}` } }).then(
      ({ status }) => status,
    );
  expect(await me()).toBe(200);
  const { page, context, problems } = await openPage(browser, desk.url);
  await windowOf(page).go('Settings');
  const people = page.getByRole('region', { name: 'People' });
  const remove = people.getByRole('button', { name: 'Remove otto' });
  await remove.click();
  const question = page.getByRole('alertdialog', { name: 'Remove otto?' });
  expect(await violations(page)).toEqual([]);
  // The keyboard begins at the answer that changes nothing.
  await page.keyboard.press('Enter');
  await question.waitFor({ state: 'detached' });
  expect(await me()).toBe(200);

  await remove.click();
  await question.getByRole('button', { name: 'Remove person' }).click();
  await question.waitFor({ state: 'detached' });
  await remove.waitFor({ state: 'detached' });
  await expectFocus(people);
  expect(await me()).toBe(401);
  expect((await answerOf(desk, 'users.list', {})).users.map(({ name }) => name)).not.toContain('otto');
  expect(problems).toEqual([]);
  await context.close();
});
