import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Page } from 'playwright';
import { beforeEach, expect, test } from 'vitest';
import type { AppInfo } from '../../src-shared/contract/app.ts';
import { planSeveralFields } from '../builders/several-fields.ts';
import { ask } from './console-process.ts';
import type { ServedConsole } from './served-console.ts';
import { windowsOnOwnConsoles } from './served-window.ts';
import { windowOf } from './window.ts';

const open = windowsOnOwnConsoles(2_000);
let served: ServedConsole;
let page: Page;
let problems: string[];
beforeEach(async () => {
  ({ served, page, problems } = await open());
});

/** Asks the workspace's database itself. */
function query<T>(statement: string): T {
  const database = new Database(join(served.workspace, 'bulkhead.db'));
  try {
    return database.prepare(statement).pluck().get() as T;
  } finally {
    database.close();
  }
}
const countOf = (condition: string) => query<number>(`SELECT count(*) FROM tickets WHERE ${condition}`);

/** Brings a change of all tickets that match to its preview. */
async function previewChange(filter: string, priority: string): Promise<void> {
  const ui = windowOf(page);
  await ui.filter(filter);
  await page.getByRole('checkbox', { name: 'Select all on page' }).check();
  await page.getByRole('button', { name: /^Select all [\d,]+ matching$/ }).click();
  await page.getByRole('button', { name: 'Update priority' }).click();
  await page.getByLabel('New priority').selectOption(priority);
  await page.getByRole('button', { name: 'Preview' }).click();
  await ui.preview.waitFor();
}

test('the first fifty go alone and wait to be looked at; the rest follows when it is told to', async () => {
  await previewChange('-priority:high', 'high');
  const ui = windowOf(page);
  const others = countOf(`priority <> 'high'`);
  const highBefore = countOf(`priority = 'high'`);
  expect(others).toBeGreaterThan(200);

  const options = ui.preview.getByRole('region', { name: 'Run options' });
  await options.getByText('Starts at once; continues if records fail').waitFor();
  await options.getByRole('button', { name: 'Run options' }).click();
  await options.getByLabel('Try a few first').selectOption('Yes, then wait for me');
  await options.getByLabel('Records to try first').fill('none');
  await options.getByRole('alert').getByText('Give a whole number').waitFor();
  expect(await ui.preview.getByRole('button', { name: 'Start' }).isDisabled()).toBe(true);
  await options.getByLabel('Records to try first').fill('50');
  await options.getByText('First 50 alone, then waits').waitFor();
  await ui.start();

  const paused = ui.card('Set priority to High', 'Paused');
  await paused.getByText('The first 50 records went well').waitFor();
  expect(countOf(`priority = 'high'`)).toBe(highBefore + 50);

  const held = Promise.withResolvers<void>();
  await page.route('**/rpc', async (route) => {
    if ((route.request().postDataJSON() as { name: string }).name === 'operations.resume') await held.promise;
    await route.continue();
  });
  const resume = paused.getByRole('button', { name: 'Resume' });
  await resume.click();
  // What was asked for once is not asked for again while it is under way, which would be refused.
  await expect.poll(() => resume.isDisabled()).toBe(true);
  held.resolve();
  await ui.card('Set priority to High', 'Done').waitFor();
  expect(countOf(`priority <> 'high'`)).toBe(0);

  await ui.go('History');
  await ui.history.getByText('Set priority to High').first().click();
  const detail = page.getByRole('region', { name: 'Operation: Set priority to High' });
  await detail.getByText('first 50 alone, then waits').waitFor();
  await detail.getByRole('button', { name: 'Pin', exact: true }).click();
  await detail.getByRole('button', { name: 'Unpin' }).waitFor();
  const { value } = (await ask(served, 'operations.list', { limit: 1 })) as {
    value: { operations: unknown[] };
  };
  expect(value.operations[0]).toMatchObject({ title: 'Set priority to High', isPinned: true });
  expect(problems).toEqual([]);
});

test('an operation that is to begin later waits, says when, and is cancelled before it changed anything', async () => {
  await previewChange('', 'low');
  const ui = windowOf(page);
  const lowBefore = countOf(`priority = 'low'`);
  const options = ui.preview.getByRole('region', { name: 'Run options' });
  await options.getByRole('button', { name: 'Run options' }).click();
  await options.getByLabel('Start at').fill('2001-01-01T08:00');
  await options.getByText('This moment has passed').waitFor();
  expect(await ui.preview.getByRole('button', { name: 'Start' }).isDisabled()).toBe(true);
  await options.getByLabel('Start at').fill('2399-12-24T18:00');
  await options.getByText('Starts 24 Dec 2399, 18:00').waitFor();
  await ui.start();

  const waiting = ui.card('Set priority to Low', 'Waiting');
  await waiting.getByText('Starts 24 Dec 2399, 18:00').waitFor();
  await waiting.getByRole('button', { name: 'Cancel operation' }).click();
  const question = page.getByRole('alertdialog');
  await question.getByText('Nothing was changed yet').waitFor();
  await question.getByRole('button', { name: 'Cancel operation' }).click();
  await ui.card('Set priority to Low', 'Cancelled').waitFor();
  expect(countOf(`priority = 'low'`)).toBe(lowBefore);
});

test('of an operation two tickets are taken back, and what others changed since is left alone with what it holds', async () => {
  await previewChange('status:new', 'critical');
  const ui = windowOf(page);
  const title = 'Set priority to Critical';
  await ui.start();
  await ui.card(title, 'Done').waitFor();
  const written = countOf(`priority = 'critical'`);

  await ui.go('History');
  await ui.history.getByText(title, { exact: true }).first().click();
  const detail = page.getByRole('region', { name: `Operation: ${title}` });
  const boxes = detail.getByRole('checkbox', { name: /^Select ticket / });
  await boxes.nth(0).check();
  await boxes.nth(2).check();
  const ticket = (await boxes.nth(0).getAttribute('aria-label'))?.replace('Select ticket ', '') ?? '';
  // Somebody else comes first.
  const database = new Database(join(served.workspace, 'bulkhead.db'));
  database
    .prepare(`UPDATE tickets SET priority = 'low', version = version + 1 WHERE external_id = ?`)
    .run(ticket);
  database.close();

  const chosen = detail.getByRole('region', { name: 'Chosen tickets' });
  await chosen.getByText('2 selected').waitFor();
  await chosen.getByRole('button', { name: 'Undo selected' }).click();
  await ui.preview.waitFor();
  expect(await ui.planSentence()).toBe('1 ticket will be undone. 1 cannot: changed in the meantime.');
  await ui.preview.getByRole('tab', { name: 'Changed since 1' }).click();
  const conflict = ui.preview.getByRole('table').getByRole('row').nth(1);
  const cells = conflict.getByRole('cell');
  await expect
    .poll(async () => {
      const texts = await cells.allInnerTexts();
      return [0, 2, 3, 5].map((at) => texts[at]);
    })
    .toEqual([ticket, 'Priority', 'Low', 'Critical']);
  await ui.start();

  await ui.card(`Undo: ${title}`, 'Done').waitFor();
  await detail.getByText(/^1 of [\d,]+ undone$/).waitFor();
  // One was changed by somebody else, one was taken back.
  expect(countOf(`priority = 'critical'`)).toBe(written - 2);
  expect(query(`SELECT priority FROM tickets WHERE external_id = '${ticket}'`)).toBe('low');
  await detail.getByText('Chosen tickets').waitFor({ state: 'detached' });
  const undone = detail.getByRole('row').filter({ hasText: 'Undone' });
  await undone.waitFor();
  expect(await undone.getByRole('checkbox').count()).toBe(0);
  await undone.getByRole('button', { name: /^Undone by #\d+$/ }).click();
  // What was left alone is not taken for what is still to come.
  const left = page.getByRole('region', { name: `Operation: Undo: ${title}` }).getByRole('row');
  await left.filter({ hasText: 'Changed in the meantime' }).getByText('Not made:').waitFor();
  expect(problems).toEqual([]);
});

test('of an operation that set two fields one is taken back and the other stays', async () => {
  const before = countOf(`status = 'solved'`);
  const { value: info } = (await ask(served, 'app.info', {})) as { value: AppInfo };
  const values = { status: 'solved', priority: 'critical' };
  const id = planSeveralFields(served.workspace, values, info.actor);
  const ui = windowOf(page);
  await ui.grid.waitFor();
  await ask(served, 'operations.start', { id });
  await ui.card('Edit tickets', 'Done').getByRole('link', { name: 'Edit tickets' }).click();

  const detail = page.getByRole('region', { name: 'Operation: Edit tickets' });
  await detail.getByRole('button', { name: 'Undo some fields' }).click();
  const fields = page.getByRole('dialog', { name: 'Fields to undo' });
  expect(await fields.getByRole('button').isDisabled()).toBe(true);
  await fields.getByRole('checkbox', { name: 'Status' }).check();
  await fields.getByRole('button', { name: 'Undo 1 field' }).click();
  await ui.preview.getByRole('columnheader', { name: 'Status' }).waitFor();
  expect(await ui.preview.getByRole('columnheader').allInnerTexts()).toEqual(['Ticket', 'Subject', 'Status']);
  await ui.start();

  await ui.card('Undo: Edit tickets', 'Done').waitFor();
  expect(countOf(`status = 'solved'`)).toBe(before);
  expect(countOf(`priority = 'critical'`)).toBe(2000);
  // The other field can still be taken back.
  await detail.getByRole('button', { name: 'Undo', exact: true }).waitFor();
  expect(problems).toEqual([]);
});

test('each record of a plan has a line of its own, also where no field changes', async () => {
  const ui = windowOf(page);
  await page.getByRole('checkbox', { name: 'Select all on page' }).check();
  await page.getByRole('button', { name: 'Add comment' }).click();
  await page.getByRole('textbox', { name: 'Comment' }).fill('We are looking into it.');
  await page.getByRole('button', { name: 'Preview' }).click();
  await ui.preview.waitFor();
  const row = ui.preview.getByRole('table', { name: 'Planned changes' }).getByRole('row').nth(1);
  const [key, subject] = await Promise.all([0, 1].map((at) => row.getByRole('cell').nth(at).boundingBox()));
  expect(key?.x).toBeLessThan(subject?.x ?? 0);
  expect(Math.abs((key?.y ?? 0) - (subject?.y ?? 100))).toBeLessThan(key?.height ?? 0);
  expect(problems).toEqual([]);
});

test('what has ended is dismissed at once, and stays in the history', async () => {
  const ui = windowOf(page);
  await ui.grid.waitFor();
  for (const id of [1, 2]) {
    const selection = { mode: 'ids', ids: [id] };
    const about = { action: 'update_category', collection: 'tickets', selection };
    const plan = await ask(served, 'operations.plan', { ...about, input: { category: `Kept ${id}` } });
    await ask(served, 'operations.start', { id: (plan as { value: { id: number } }).value.id });
    await ui.card(`Set category to Kept ${id}`, 'Done').waitFor();
  }
  await ui.operations.getByRole('button', { name: 'Dismiss ended' }).click();
  const nothing = ui.operations.getByText('Nothing is running.');
  await nothing.waitFor();
  await page.reload();
  await ui.grid.waitFor();
  await ui.go('History');
  await ui.history.getByText('Set category to Kept 2').waitFor();
  expect(await ui.operations.getByRole('article').count()).toBe(0);
  expect(problems).toEqual([]);
});
