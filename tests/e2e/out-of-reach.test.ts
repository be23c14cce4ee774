import { closeSync, openSync, readdirSync, statSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import Database from 'better-sqlite3';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import { launchBrowser, openPage, type WatchedPage, watch } from './browser.ts';
import { ask, type ServedConsole, serve, temporaryWorkspace } from './console-process.ts';
import { windowOf } from './window.ts';

const token = 'a-token-that-is-long-enough-for-a-console-0123456789';
let browser: Browser;
let workspace: string;
let running: ServedConsole[];
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
beforeEach(() => {
  const folder = temporaryWorkspace();
  workspace = folder.workspace;
  running = [];
  onTestFinished(async () => {
    for (const console of running) if (console.process.exitCode === null) await console.stop('SIGKILL');
    folder.remove();
  });
});

async function start(...args: readonly string[]): Promise<ServedConsole> {
  const console = await serve(workspace, ...args);
  running.push(console);
  return console;
}

async function open(url: string): Promise<WatchedPage> {
  const opened = await openPage(browser, url);
  onTestFinished(() => opened.context.close());
  return opened;
}

test('a page that is not signed in asks no more, and an address with the key lets it in', async () => {
  const console = await start('--sample', '50');
  const context = await browser.newContext();
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
  const context = await browser.newContext();
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
  const database = new Database(join(workspace, 'bulkhead.db'));
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
  await page.getByText(basename(workspace)).first().waitFor();
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
  const database = new Database(join(workspace, 'bulkhead.db'));
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

test('a restore that is under way cannot be stepped back from', async () => {
  const console = await start('--sample', '50');
  const { page } = await open(console.url);
  await windowOf(page).grid.waitFor();
  await ask(console, 'backups.create', {});
  await windowOf(page).go('Settings');
  await page.getByRole('button', { name: /^Restore the backup/ }).click();
  const restoring = page.waitForRequest(
    (request) => request.postData()?.includes('backups.restore') ?? false,
  );
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
  await page.route('**/rpc', async (route) => {
    if (route.request().postData()?.includes('backups.restore')) await held;
    await route.continue();
  });
  const dialog = page.getByRole('alertdialog');
  await dialog.getByRole('button', { name: 'Restore' }).click();
  await restoring;
  expect(await dialog.getByRole('button', { name: 'Back' }).isDisabled()).toBe(true);
  for (let time = 0; time < 3; time += 1) await page.keyboard.press('Escape');
  await dialog.getByText('Restoring…').waitFor();
  letGo();
  await dialog.waitFor({ state: 'detached' });
});

test('a backup that is put back is shown in every window, and what lay over the old data is gone', async () => {
  const console = await start('--sample', '300');
  const { page, problems } = await open(console.url);
  const ui = windowOf(page);
  await page.getByLabel('Select ticket 300').waitFor();
  const backup = (await ask(console, 'backups.create', {})) as { value: { name: string } };
  const ids = Array.from({ length: 40 }, (_, at) => at + 1);
  const request = { action: 'delete', collection: 'tickets', selection: { mode: 'ids', ids }, input: {} };
  const plan = (await ask(console, 'operations.plan', request)) as { value: { id: number } };
  await ask(console, 'operations.start', { id: plan.value.id });
  await page.getByRole('status', { name: 'Tickets shown' }).getByText('260', { exact: true }).waitFor();
  await page.getByLabel('Select ticket 300').check();
  await page.getByRole('button', { name: 'Assign', exact: true }).click();
  await page.getByRole('dialog').waitFor();

  expect(await ask(console, 'backups.restore', { name: backup.value.name })).toMatchObject({ ok: true });
  await page.getByRole('status', { name: 'Tickets shown' }).getByText('300', { exact: true }).waitFor();
  expect(await page.getByRole('dialog').count()).toBe(0);
  expect(await page.getByText('1 selected').count()).toBe(0);
  await ui.go('History');
  await ui.history.getByText('sample tickets').first().waitFor();
  expect(await ui.history.getByRole('listitem').count()).toBe(4);
  expect(problems).toEqual([]);
});

test('what happened to a damaged database is told until somebody says that they have read it', async () => {
  const before = await start('--sample', '300');
  await ask(before, 'backups.create', {});
  await before.stop();
  damage(join(workspace, 'bulkhead.db'));

  const after = await start();
  const { page, problems } = await open(after.url);
  const banner = page.getByRole('region', {
    name: 'The database was damaged and a backup has taken its place',
  });
  await banner.getByText('holds 300 tickets').waitFor();
  await banner.getByText('The damaged files were kept').waitFor();
  await page.getByLabel('Select ticket 300').waitFor();
  await page.reload();
  await banner.getByRole('button', { name: 'I have read this' }).click();
  await banner.waitFor({ state: 'detached' });
  await page.reload();
  await page.getByLabel('Select ticket 300').waitFor();
  expect(await banner.count()).toBe(0);
  expect(problems).toEqual([]);
});

/** Writes over the middle of a file, and takes away what SQLite may have beside it. */
function damage(file: string): void {
  expect(readdirSync(workspace)).toContain('bulkhead.db');
  const handle = openSync(file, 'r+');
  const { size } = statSync(file);
  writeSync(handle, Buffer.alloc(Math.floor(size / 2), 0x5a), 0, Math.floor(size / 2), Math.floor(size / 4));
  closeSync(handle);
}

test('a plan that was made before the console was started again is said to be gone, and is made again from its form', async () => {
  const first = await start('--sample', '50', '--token', token);
  const { page } = await open(first.url);
  const ui = windowOf(page);
  await ui.selectAllMatching('50');
  await page.getByRole('button', { name: 'Update category' }).click();
  await page.getByLabel('New category').fill('Zoo');
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
  const ui = windowOf(page);
  await ui.selectAllMatching('50');
  await page.getByRole('button', { name: 'Update category' }).click();
  await page.getByLabel('New category').fill('Zoo');
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
