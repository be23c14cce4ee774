import { closeSync, existsSync, openSync, readdirSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ask, type ServedConsole } from './console-process.ts';
import { useConsoles } from './use-consoles.ts';
import { windowOf } from './window.ts';

const setup = useConsoles();
const { start, open } = setup;

const deleted = { collection: 'tickets', filter: { deleted: true } };

async function deleteEverything(console: ServedConsole): Promise<void> {
  const selection = { mode: 'filter', filter: {}, except: [] };
  const request = { action: 'delete', collection: 'tickets', selection, input: {} };
  const draft = (await ask(console, 'operations.plan', request)) as { value: { id: number } };
  await ask(console, 'operations.start', { id: draft.value.id });
}

test('puts a backup back from the command line, also while an operation was under way, and says which there are not', async () => {
  let console = await start('--sample', '5000');
  const made = (await ask(console, 'backups.create', {})) as { value: { name: string } };
  await deleteEverything(console);
  // Ended in the midst of it: a start as usual would go on.
  await console.stop('SIGKILL');

  console = await start('--restore', 'latest');
  expect(await ask(console, 'records.count', deleted)).toEqual({ ok: true, value: { count: 0 } });
  const { value } = (await ask(console, 'backups.list', {})) as { value: { backups: { reason: string }[] } };
  expect(value.backups.map(({ reason }) => reason)).toEqual(['before_restore', 'manual']);
  await console.stop();

  console = await start('--restore', made.value.name);
  expect(await ask(console, 'records.count', deleted)).toEqual({ ok: true, value: { count: 0 } });
  await console.stop();

  const nameless = join(setup.workspace, 'backups', 'not-there.db');
  await expect(start('--restore', 'not-there.db')).rejects.toThrow(
    /ended with 1: .*There is no backup called not-there\.db in .*backups\. Nothing was changed/s,
  );
  expect(existsSync(nameless)).toBe(false);
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
  damage(join(setup.workspace, 'bulkhead.db'));

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
  expect(readdirSync(setup.workspace)).toContain('bulkhead.db');
  const handle = openSync(file, 'r+');
  const { size } = statSync(file);
  writeSync(handle, Buffer.alloc(Math.floor(size / 2), 0x5a), 0, Math.floor(size / 2), Math.floor(size / 4));
  closeSync(handle);
}
