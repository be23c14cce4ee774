import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Locator, Page } from 'playwright';
import { beforeEach, expect, test } from 'vitest';
import { answerOf, ask } from './console-process.ts';
import type { ServedConsole } from './served-console.ts';
import { windowsOnOwnConsoles } from './served-window.ts';
import { violations } from './violations.ts';
import { windowOf } from './window.ts';

const open = windowsOnOwnConsoles(600);
let served: ServedConsole;
let page: Page;
beforeEach(async () => {
  ({ served, page } = await open());
  await windowOf(page).grid.waitFor();
});

/** True when a cell's text is not cut off where it begins. */
function firstLetterIsInSight(cell: Locator): Promise<boolean> {
  return cell.evaluate((element) => {
    const letter = document.createRange();
    const text = document.createTreeWalker(element, NodeFilter.SHOW_TEXT).nextNode() ?? element;
    letter.setStart(text, 0);
    letter.setEnd(text, 1);
    const [whole, part] = [element.getBoundingClientRect(), letter.getBoundingClientRect()];
    return part.width > 0 && part.left >= whole.left && part.right <= whole.right;
  });
}

/** Chooses a file by a button; one of one ticket where nothing else is said. */
async function chooseCsv(button: string, name: string, csv = 'id,subject\n1,Hello\n'): Promise<void> {
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: button }).click(),
  ]);
  await chooser.setFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(csv) });
}

test('a page of a plan that cannot be read is asked for once, and again when somebody says so', async () => {
  const ui = windowOf(page);
  const database = new Database(join(served.workspace, 'bulkhead.db'));
  const rightToLeft = 'الطلب لم يصل بعد منذ أسبوعين وأريد استرداد المال. '.repeat(4);
  database.prepare('UPDATE tickets SET subject = ? WHERE id = 1').run(rightToLeft);
  database.close();
  let isCut = false;
  let asked = 0;
  await page.route('**/rpc', async (route) => {
    const { name } = route.request().postDataJSON() as { name: string };
    if (name !== 'operations.items' || !isCut) return route.continue();
    asked += 1;
    return route.abort();
  });
  await ui.filter('');
  await ui.selectAllMatching('600');
  await page.getByRole('button', { name: 'Update category' }).click();
  await page.getByLabel('New category').fill('Moved');
  await page.getByRole('button', { name: 'Preview' }).click();
  await ui.preview.getByText('600').first().waitFor();
  const table = ui.preview.getByRole('table', { name: 'Planned changes' });
  await table.getByRole('row').nth(5).waitFor();
  expect(await firstLetterIsInSight(table.getByRole('cell').nth(1))).toBe(true);

  isCut = true;
  await table.getByRole('rowgroup').last().press('End');
  const notice = ui.preview.getByRole('alert');
  await notice.waitFor();
  // Whatever the window asked on its own would have been asked by now.
  for (let more = 0; more < 20; more += 1) await ask(served, 'app.info', {});
  expect(asked).toBe(1);
  expect(await table.getByRole('row').count()).toBeGreaterThan(5);

  isCut = false;
  await notice.getByRole('button', { name: 'Try again' }).click();
  await notice.waitFor({ state: 'detached' });
});

test('only a plan that changes something says whether it can be undone', async () => {
  const ui = windowOf(page);
  await ui.filter('priority:high');
  const first = ui.grid.getByRole('checkbox', { name: /^Select ticket / }).first();
  await first.check();
  await page.getByRole('button', { name: 'Update priority' }).click();
  await page.getByLabel('New priority').selectOption('high');
  await page.getByRole('button', { name: 'Preview' }).click();
  await ui.preview.waitFor();
  expect(await ui.planSentence()).toBe('No ticket will change. 1 is already so.');
  expect(await ui.preview.getByText(/can be undone/i).count()).toBe(0);
  await ui.preview.getByRole('button', { name: 'Back' }).click();
  await page.getByLabel('New priority').selectOption('low');
  await page.getByRole('button', { name: 'Preview' }).click();
  await ui.preview.getByText(/can be undone/i).waitFor();
});

test('an export shows no list of what it leaves as it is, neither before nor afterwards', async () => {
  const ui = windowOf(page);
  await page.getByLabel('Select ticket 600').check();
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await page.getByRole('button', { name: 'Choose where to save' }).click();
  await page.getByRole('button', { name: 'Change' }).waitFor();
  await page.getByRole('button', { name: 'Preview' }).click();
  await ui.preview.waitFor();
  expect(await ui.preview.getByRole('tab').allInnerTexts()).toEqual(['Will be exported\n1']);
  await ui.start();
  await ui.card('Export to CSV', 'Done').getByRole('link').click();
  await page.getByText('An export keeps no list of its tickets').waitFor();
});

test('while another file is being taken the one before cannot be previewed', async () => {
  await chooseCsv('Import', 'first.csv');
  const sheet = page.getByRole('dialog', { name: 'Import tickets' });
  const preview = sheet.getByRole('button', { name: 'Preview' });
  await sheet.getByText('first.csv').waitFor();
  expect(await preview.isEnabled()).toBe(true);

  const held = Promise.withResolvers<void>();
  await page.route('**/files', async (route) => {
    await held.promise;
    await route.continue();
  });
  await chooseCsv('Choose another file', 'second.csv');
  await sheet.getByRole('button', { name: 'Opening a file…' }).waitFor();
  expect(await preview.isDisabled()).toBe(true);
  held.resolve();
  await sheet.getByText('second.csv').first().waitFor();
  await preview.click();
  await windowOf(page).preview.waitFor();
});

test('of many comments a record shows the latest hundred, and earlier ones when asked for, also while more come', async () => {
  const database = new Database(join(served.workspace, 'bulkhead.db'));
  const add = database.prepare(
    `INSERT INTO comments (ticket_id, body, is_internal, author, created_at) VALUES (600, ?, 0, 'mina', 0)`,
  );
  for (let comment = 1; comment <= 150; comment += 1) add.run(`Comment ${comment}`);
  database.close();
  await windowOf(page).grid.getByText('600', { exact: true }).click();
  const comments = page.getByRole('region', { name: 'Comments' });
  await comments.getByText('Comment 150').waitFor();
  expect(await comments.getByRole('listitem').count()).toBe(100);
  await comments.getByRole('button', { name: 'Show earlier' }).click();
  await comments.getByText('Comment 1', { exact: true }).waitFor();
  await comments.getByRole('button', { name: 'Show earlier' }).waitFor({ state: 'detached' });

  const draft = await answerOf(served, 'operations.plan', {
    action: 'add_comment',
    collection: 'tickets',
    selection: { mode: 'ids', ids: [600] },
    input: { comment: 'The newest', is_internal: false },
  });
  await answerOf(served, 'operations.start', { id: draft.id });
  await comments.getByText('The newest').waitFor();
  expect(await comments.getByRole('listitem').count()).toBe(151);
});

test('a double click on Preview starts nothing and closes nothing', async () => {
  let starts = 0;
  page.on('request', (request) => {
    if (request.postData()?.includes('"operations.start"')) starts += 1;
  });
  await chooseCsv('Import', 'quick.csv');
  const ui = windowOf(page);
  await page.getByRole('dialog').getByRole('button', { name: 'Preview' }).dblclick();
  await ui.preview.waitFor();
  // The second click of one that took longer than the plan.
  await ui.preview.getByRole('button', { name: 'Start' }).dispatchEvent('click', { detail: 2 });
  expect(await ui.planSentence()).toBe('1 ticket will be created.');
  expect(starts).toBe(0);
  await ui.start();
  await ui.card('Import quick', 'Done').waitFor();
});

test('what was noticed about a file is struck out where it was settled, and moves nothing', async () => {
  const csv = 'Ref,Betreff,Erstellt\n1,Hello,01/02/2025\n';
  await chooseCsv('Import', 'deutsch.csv', csv);
  const noticed = page.getByRole('region', { name: 'Noticed in the file' });
  const unsettled = () =>
    noticed
      .getByRole('listitem')
      .filter({ hasNot: page.getByRole('deletion') })
      .count();
  await noticed.getByText('No column looks like the id of a ticket.').waitFor();
  expect(await unsettled()).toBe(4);
  const ref = page.getByLabel('What “Ref” becomes');
  const place = await ref.boundingBox();
  await ref.selectOption('key');
  await noticed.getByRole('deletion').getByText('No column looks like the id').waitFor();
  await page.getByLabel('What “Erstellt” becomes').selectOption('createdAt');
  await noticed.getByRole('deletion').getByText('does not say when a ticket was created').waitFor();
  expect(await unsettled()).toBe(2);
  expect(await ref.boundingBox()).toEqual(place);
  expect(await violations(page)).toEqual([]);
});

test('a plan that was asked to start cannot be stepped back from until that is answered', async () => {
  const ui = windowOf(page);
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
  await page.route('**/rpc', async (route) => {
    if (route.request().postData()?.includes('"operations.start"')) await held;
    await route.continue();
  });
  await page.getByLabel('Select ticket 600').check();
  await page.getByRole('button', { name: 'Update category' }).click();
  await page.getByLabel('New category').fill('Zoo');
  await page.getByRole('button', { name: 'Preview' }).click();
  await ui.start();
  await ui.preview.getByRole('button', { name: 'Starting…' }).waitFor();
  expect(await ui.preview.getByRole('button', { name: 'Back' }).isDisabled()).toBe(true);
  for (let time = 0; time < 3; time += 1) await page.keyboard.press('Escape');
  expect(await ui.planSentence()).toBe('1 ticket will change.');
  letGo();
  await ui.card('Set category to Zoo', 'Done').waitFor();
  expect(await page.getByRole('dialog').count()).toBe(0);
});
