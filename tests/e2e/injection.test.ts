import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deliveryReason } from '../../src-renderer/format/deliveries.ts';
import { collectionNames, collections } from '../../src-shared/collections/index.ts';
import { changeDatabase } from '../builders/tickets.ts';
import type { Desk } from '../fakes/desk/desk-server.ts';
import { launchBrowser, openPage } from './browser.ts';
import { ask, type ServedConsole, serve, temporaryWorkspace } from './console-process.ts';
import { allInjections, injections, nameInjections, shortTexts } from './injections.ts';
import { plantDesk, plantNames, plantRecords, plantRemotes, refusedTitle } from './planted.ts';
import { windowOf } from './window.ts';

const place = temporaryWorkspace();
/** The settings show where the workspace is. */
const workspace = join(dirname(place.workspace), '<img src=x onerror=canary()>');
let console: ServedConsole;
let desk: Desk;
let browser: Browser;
let page: Page;
let problems: string[];
/** What was run, asked, opened or left, and what the page complained of: nothing of the kind is to happen. */
const happened: string[] = [];

beforeAll(async () => {
  mkdirSync(workspace);
  plantRecords(workspace);
  console = await serve(workspace);
  desk = await plantDesk();
  await plantNames(console);
  await plantRemotes(console, desk);
  changeDatabase(workspace, (db) => {
    db.prepare(
      `UPDATE operations SET actor = $text, stopped_code = 'too_many_errors', stopped_message = $text WHERE title = $title`,
    ).run({ text: allInjections, title: refusedTitle });
  });
  browser = await launchBrowser();
  const opened = await openPage(browser, console.url);
  ({ page, problems } = opened);
  const { origin } = new URL(console.url);
  await opened.context.exposeFunction('canary', () => happened.push('canary'));
  opened.context.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) happened.push(`asked ${request.url()}`);
  });
  opened.context.on('page', (other) => happened.push(`opened ${other.url()}`));
  page.on('dialog', (dialog) => {
    happened.push(`said ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('framenavigated', (frame) => happened.push(`went to ${frame.url()}`));
  // So high that every list is drawn whole.
  await page.setViewportSize({ width: 1920, height: 7_000 });
  await page.reload();
  happened.length = 0;
});
afterAll(async () => {
  await browser?.close();
  await console.stop();
  await desk?.close();
  place.remove();
});

/** What stands in a part of the page, once it holds all of these; and that none of it has become an element. */
async function expectShown(part: Locator, texts: readonly string[]): Promise<void> {
  const missing = async () => {
    const content = await part.evaluateAll((elements) => elements.map((one) => one.textContent).join('\n'));
    return texts.filter((text) => !content.includes(text));
  };
  await expect.poll(missing).toEqual([]);
  await expectPlain();
}

/** Elements that the window has no use for, and handlers in attributes. */
async function expectPlain(): Promise<void> {
  const planted = await page.evaluate(() => {
    const foreign =
      'img, iframe, object, embed, base, a, math, marquee, audio, video, meta:not(head > meta), link:not(head > link), script:not(head > script), body style, foreignObject, animate';
    const handlers = [...document.querySelectorAll('*')].filter((element) =>
      element.getAttributeNames().some((name) => name.startsWith('on')),
    );
    return [...document.querySelectorAll(foreign), ...handlers].map(({ outerHTML }) => outerHTML);
  });
  expect(planted).toEqual([]);
  expect([...happened, ...problems]).toEqual([]);
}

test.each(collectionNames)(
  'hostile texts are plain texts in the grid of %s, and in the panel of each',
  async (name) => {
    const { label, fields } = collections[name];
    await windowOf(page).go(label);
    const grid = page.getByRole('grid', { name: label, exact: true });
    await grid.waitFor();
    for (const { name: field, kind } of fields)
      if (kind === 'text' || kind === 'key')
        await expectShown(grid.locator(`[data-field=${field}]`), injections);
    // The last record made here stands at the top, under those that came from a remote.
    await grid
      .getByRole('row')
      .filter({ hasText: allInjections })
      .first()
      .locator('[data-field=key]')
      .click();
    const panel = page.getByRole('dialog');
    await panel.getByRole('region', { name: /^What touched/ }).waitFor();
    const content = (await panel.textContent()) ?? '';
    const texts = fields.filter(({ kind }) => ['key', 'text', 'long_text'].includes(kind));
    // An operation has given the ticket another category.
    expect(content.split(allInjections).length - 1).toBeGreaterThanOrEqual(texts.length - 1);
    await expectPlain();
    await page.keyboard.press('Escape');
  },
);

test('hostile texts are plain texts in what one can filter by, and in what is found by words', async () => {
  await windowOf(page).go('Tickets');
  await page.getByRole('button', { name: 'Filter by category' }).click();
  await expectShown(page.locator('[popover]'), nameInjections);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Saved', exact: true }).click();
  await expectShown(page.locator('[popover]'), nameInjections);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await expectShown(page.getByRole('listbox', { name: 'Commands' }), nameInjections);
  await page.keyboard.press('Escape');
});

test('hostile texts are plain texts in a form, in the preview of a change, and in the cards of what was started', async () => {
  const ui = windowOf(page);
  await page.getByRole('checkbox', { name: 'Select all on page' }).check();
  await page.getByRole('button', { name: 'Update category' }).click();
  await page.getByLabel('New category').fill(nameInjections[1] ?? '');
  await page.getByRole('button', { name: 'Preview' }).click();
  await ui.preview.waitFor();
  await expectShown(ui.preview, injections);
  await ui.start();
  await expectShown(ui.operations, shortTexts);
});

test('hostile texts are plain texts in the history, and in every operation of it', async () => {
  await windowOf(page).go('History');
  await expectShown(windowOf(page).history, [...shortTexts, allInjections]);
  const detail = page.getByRole('region', { name: /^Operation: / });
  const table = detail.getByRole('table');
  for (const text of shortTexts) {
    await windowOf(page).history.getByTitle(`Set category to ${text}`).first().click();
    await expectShown(detail.getByRole('heading', { level: 2 }), [text]);
  }
  await windowOf(page).history.getByTitle(refusedTitle).click();
  await expectShown(detail.getByText(allInjections), [allInjections]);
  await expectShown(table, injections.map(deliveryReason));
});

test('hostile texts are plain texts in templates, schedules, remotes and what is in conflict with them, and in the settings', async () => {
  const ui = windowOf(page);
  await ui.go('Schedules');
  for (const name of ['Templates', 'Schedules'])
    await expectShown(page.getByRole('group', { name }), nameInjections);
  await ui.go('Remotes');
  await expectShown(page.getByRole('region', { name: 'Remotes' }), nameInjections);
  await page.getByRole('button', { name: 'Decide…' }).first().click();
  await expectShown(page.getByRole('group', { name: 'Records in conflict' }), injections);
  await ui.go('Settings');
  await expectShown(page.getByRole('region', { name: 'About' }), ['<img src=x onerror=canary()>']);
});

test('hostile texts are plain texts in a file that is brought in: its name, columns, values, words, and the rows that are not taken', async () => {
  const ui = windowOf(page);
  await ui.go('Tickets');
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  // Every other row is taken; the others have a status of which nobody has said what it means.
  const words = nameInjections.slice(0, 20);
  const lines = nameInjections.map((text, at) => {
    const status = at % 2 === 0 ? 'open' : (words[at % words.length] ?? '');
    return [String(at + 1), text, status, ...nameInjections].map(quoted).join();
  });
  const columns = ['id', 'subject', 'status', ...nameInjections.map((text) => `column ${text}`)];
  const header = columns.map(quoted).join();
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Import' }).click();
  await (await choosing).setFiles({
    name: '<img src=x onerror=canary()>.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from([header, ...lines].join('\r\n')),
  });
  await expectShown(page.getByRole('dialog'), nameInjections);
  await page.getByRole('button', { name: 'Preview' }).click();
  await ui.preview.waitFor();
  const taken = nameInjections.filter((_, at) => at % 2 === 0);
  await expectShown(ui.preview, taken);
  await ui.preview.getByRole('button', { name: 'Show rejected rows' }).click();
  const rejected = nameInjections.filter((text) => !taken.includes(text));
  const raw = rejected.map((text) => quoted(text).slice(1, -1));
  await expectShown(page.getByRole('dialog', { name: 'Rejected rows' }), raw);
});

test('names of people take no markup at all', async () => {
  for (const name of injections.filter((text) => /\P{L}/u.test(text)))
    expect(await ask(console, 'users.save', { name, role: 'agent' })).toMatchObject({ ok: false });
});

test('and the page is where it was', async () => {
  await expectPlain();
  expect(page.url()).toBe(new URL('/', console.url).href);
  expect(page.context().pages()).toEqual([page]);
});
