import { basename, join } from 'node:path';
import Database from 'better-sqlite3';
import type { Page } from 'playwright';
import { expect, onTestFinished, test } from 'vitest';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import { watch } from './browser.ts';
import { ask } from './console-process.ts';
import { useConsoles } from './use-consoles.ts';
import { windowOf } from './window.ts';

const token = 'a-token-that-is-long-enough-for-a-console-0123456789';
const setup = useConsoles();
const { start, open } = setup;

test('a page that is not signed in asks no more, and an address with the key lets it in', async () => {
  const console = await start('--sample', '50');
  const context = await setup.browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const problems = await watch(page);
  await page.clock.install();
  let asked = 0;
  page.on('request', () => {
    asked += 1;
  });
  page.on('websocket', () => {
    asked += 1;
  });
  await page.goto(new URL('/', console.url).href);
  await page.getByRole('heading', { name: 'This page is not signed in' }).waitFor();
  const before = asked;
  await page.clock.runFor(120_000);
  // Whatever was sent meanwhile has come through once the page answers this.
  await page.evaluate(() => fetch('/'));
  expect(asked - before).toBe(1);

  // What one does who has copied the address: it differs from this one after the # alone.
  await page.evaluate((hash) => {
    location.hash = hash;
  }, new URL(console.url).hash);
  await page.getByLabel('Select ticket 50').waitFor();
  expect(page.url()).not.toContain(console.token);
  expect(problems.toSorted()).toEqual([
    expect.stringMatching(/^Failed to load .*401/),
    expect.stringMatching(/^WebSocket .*: HTTP Authentication failed/),
  ]);
});

test('while its workspace is being opened a window says so', async () => {
  const console = await start('--sample', '50');
  const context = await setup.browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const problems = await watch(page);
  const { promise: isOpen, resolve: open } = Promise.withResolvers<void>();
  await page.route('**/rpc', async (route) => {
    await isOpen;
    await route.continue();
  });
  await page.goto(console.url);
  const opening = page.getByText('Opening the workspace…');
  await opening.waitFor();
  open();
  await opening.waitFor({ state: 'detached' });
  await page.getByLabel('Select ticket 50').waitFor();
  expect(problems).toEqual([]);
});

test('while the console is away nothing is said to run, and when it is back all goes on', async () => {
  const first = await start('--sample', '3000', '--token', token);
  const { page, problems } = await open(first.url);
  const ui = windowOf(page);
  await ui.grid.waitFor();
  const database = new Database(join(setup.workspace, 'bulkhead.db'));
  database.exec(`CREATE TRIGGER slow_disk AFTER UPDATE ON tickets BEGIN
    SELECT count(*) FROM (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT i FROM n);
  END`);
  const selection = { mode: 'filter', filter: { conditions: [], text: '', deleted: false } };
  const request = { action: 'assign', collection: 'tickets', selection, input: { assignee: 'Mina Park' } };
  const { value } = (await ask(first, 'operations.plan', request)) as {
    value: { id: number; title: string };
  };
  await ask(first, 'operations.start', { id: value.id });
  const card = ui.operations.getByRole('article', { name: value.title });
  await card.getByText('Running', { exact: true }).waitFor();
  await first.stop('SIGKILL');

  await page.getByText('The console cannot be reached.').waitFor();
  await card.getByText('Was running', { exact: true }).waitFor();
  expect(await page.getByText('Running', { exact: true }).count()).toBe(0);
  expect(await page.getByText('1 running').count()).toBe(0);
  expect(await card.getByRole('button', { name: 'Pause' }).isDisabled()).toBe(true);

  database.exec('DROP TRIGGER slow_disk');
  database.close();
  await start('--token', token, '--port', new URL(first.url).port);
  await ui.card(value.title, 'Done').waitFor();
  expect(await page.getByText('The console cannot be reached.').count()).toBe(0);
  expect(problems.filter((problem) => !problem.includes('net::ERR_'))).toEqual([]);
});

test('what is opened while the console is away is read when it is back', async () => {
  let console = await start('--sample', '50', '--token', token);
  const { port } = new URL(console.url);
  const { page } = await open(console.url);
  const ui = windowOf(page);
  // Before it knows its workspace, the window misses nothing.
  await page.getByText(basename(setup.workspace)).first().waitFor();
  const shown = {
    Schedules: ['No templates yet'],
    Settings: ['No backups yet.', 'Nobody but you.'],
  };
  for (const [screen, words] of Object.entries(shown)) {
    await console.stop('SIGKILL');
    await page.getByText('The console cannot be reached.').waitFor();
    await ui.go(screen);
    console = await start('--token', token, '--port', port);
    for (const text of words) await page.getByText(text).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  }
});

test('earlier comments of a record can be asked for again when the console is back', async () => {
  const first = await start('--sample', '50', '--token', token);
  const database = new Database(join(setup.workspace, 'bulkhead.db'));
  const add = database.prepare(
    `INSERT INTO comments (ticket_id, body, is_internal, author, created_at) VALUES (50, ?, 0, 'mina', 0)`,
  );
  for (let comment = 1; comment <= 101; comment += 1) add.run(`Comment ${comment}`);
  database.close();
  const { page } = await open(first.url);
  await windowOf(page).grid.getByText('50', { exact: true }).click();
  const earlier = page.getByRole('button', { name: 'Show earlier' });
  await earlier.waitFor();
  await first.stop('SIGKILL');
  await page.getByText('The console cannot be reached.').waitFor();
  expect(await earlier.isDisabled()).toBe(true);
  await start('--token', token, '--port', new URL(first.url).port);
  await earlier.click();
  await page.getByText('Comment 1', { exact: true }).waitFor();
});

test('a list that could not be read says why, and is read when asked to', async () => {
  const console = await start('--sample', '50');
  const { page } = await open(console.url);
  const ui = windowOf(page);
  await ui.grid.waitFor();
  const error = new BulkheadError('storage_busy', 'The database is busy.').toDto();
  await page.route('**/rpc', (route) =>
    /(templates|backups|users)\.list/.test(route.request().postData() ?? '')
      ? route.fulfill({ json: { ok: false, error } })
      : route.continue(),
  );
  const again = page.getByRole('button', { name: 'Try again' });
  await ui.go('Schedules');
  await again.waitFor();
  expect(await page.getByText('The database is busy.').count()).toBe(1);
  await ui.go('Settings');
  await expect.poll(() => again.count()).toBe(2);
  await page.unroute('**/rpc');
  await again.last().click();
  await page.getByText('Nobody but you.').waitFor();
  await again.click();
  await page.getByText('No backups yet.').waitFor();
  await ui.go('Schedules');
  await page.getByText('No templates yet').waitFor();
  await expect.poll(() => again.count()).toBe(0);
});

/** Selects all 50 tickets and says that their category is to be "Zoo". */
async function chooseZoo(page: Page) {
  const ui = windowOf(page);
  await ui.selectAllMatching('50');
  await page.getByRole('button', { name: 'Update category' }).click();
  await page.getByLabel('New category').fill('Zoo');
  return ui;
}

test('a plan that was made before the console was started again is said to be gone, and is made again from its form', async () => {
  const first = await start('--sample', '50', '--token', token);
  const { page } = await open(first.url);
  const ui = await chooseZoo(page);
  await page.getByRole('button', { name: 'Preview' }).click();
  await ui.preview.waitFor();
  await first.stop();
  const away = page.getByText('The console cannot be reached.');
  await away.waitFor();
  await start('--token', token, '--port', new URL(first.url).port);
  await away.waitFor({ state: 'detached' });

  await ui.start();
  await ui.preview.getByText('This plan is no longer there').waitFor();
  await ui.preview.getByRole('button', { name: 'Back' }).click();
  await page.getByRole('button', { name: 'Preview' }).click();
  await ui.start();
  await ui.card('Set category to Zoo', 'Done').waitFor();
  expect(await page.getByText('There is no operation').count()).toBe(0);
});

test('that the console could not be reached is said by no form and no list any more once it is back', async () => {
  const first = await start('--sample', '50', '--token', token);
  const { page } = await open(first.url);
  const ui = await chooseZoo(page);
  await first.stop('SIGKILL');
  await page.getByRole('button', { name: 'Preview' }).click();
  const notice = page.getByRole('dialog').getByRole('alert');
  await notice.waitFor();
  const port = new URL(first.url).port;
  const second = await start('--token', token, '--port', port);
  await notice.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Preview' }).click();
  await ui.start();
  await ui.card('Set category to Zoo', 'Done').waitFor();

  await second.stop('SIGKILL');
  const away = page.getByText('The console cannot be reached. What was running');
  await away.waitFor();
  await ui.card('Set category to Zoo', 'Done').getByRole('link').click();
  await page.getByRole('tab', { name: 'Journal' }).click();
  await start('--token', token, '--port', port);
  await page.getByRole('tabpanel').getByText('Started').first().waitFor();
  await ui.history.getByRole('button', { name: 'Set category to Zoo' }).waitFor();
  expect(await page.getByRole('alert').count()).toBe(0);
});
