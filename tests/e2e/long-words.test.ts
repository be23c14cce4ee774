import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Locator } from 'playwright';
import { expect, test } from 'vitest';
import { answerOf } from './console-process.ts';
import { windowsOnOwnConsoles } from './served-window.ts';
import { violations } from './violations.ts';
import { windowOf } from './window.ts';

const open = windowsOnOwnConsoles(60);
const before = 'Rechtsschutzversicherungsgesellschaftenangelegenheiten';
const after = 'Grundstücksverkehrsgenehmigungszuständigkeitsübertragungsverordnung';

/** How much of an element's first line can be seen, in px: what lies over it or cuts it off counts as unseen. */
function seenPx(locator: Locator): Promise<number> {
  return locator.evaluate((element) => {
    const line = element.getClientRects()[0];
    if (!line) return 0;
    let seen = 0;
    for (let x = line.left; x < line.right; x += 1) {
      const on = document.elementFromPoint(x, line.top + line.height / 2);
      if (element.contains(on)) seen += 1;
    }
    return seen;
  });
}

test('what a value will be stays in sight, and what it became, however long the old one is', async () => {
  const { page, served, problems } = await open();
  const database = new Database(join(served.workspace, 'bulkhead.db'));
  database.prepare('UPDATE tickets SET category = ?').run(before);
  database.close();
  const ui = windowOf(page);
  await page.getByLabel('Select ticket 60').check();
  await page.getByRole('button', { name: 'Update category' }).click();
  await page.getByLabel('New category').fill(after);
  await page.getByRole('button', { name: 'Preview' }).click();
  await page.setViewportSize({ width: 640, height: 400 });
  await ui.preview.getByRole('table', { name: 'Planned changes' }).getByText(before).waitFor();
  expect(await seenPx(ui.preview.getByText(before))).toBeGreaterThan(40);
  expect(await seenPx(ui.preview.locator('ins').getByText(after))).toBeGreaterThan(40);
  await page.setViewportSize({ width: 1280, height: 800 });
  await ui.start();

  await ui.card(`Set category to ${after}`, 'Done').getByRole('link').click();
  const row = page.getByRole('table', { name: 'Tickets of the operation' }).getByRole('row').nth(1);
  await row.locator('ins').waitFor();
  expect(await seenPx(row.locator('del'))).toBeGreaterThan(40);
  expect(await seenPx(row.locator('ins'))).toBeGreaterThan(40);
  expect(problems).toEqual([]);
});

test('when a schedule runs stands there in whole words, however long the name of its template and narrow the window', async () => {
  const { page, served } = await open();
  const { id: templateId } = await answerOf(served, 'templates.save', {
    name: after.repeat(2).slice(0, 100),
    action: 'update_priority',
    collection: 'tickets',
    selection: { mode: 'filter', filter: {}, except: [] },
    input: { priority: 'low' },
    options: {},
  });
  const timeZone = 'Asia/Kolkata';
  await answerOf(served, 'schedules.save', {
    templateId,
    cron: '30 7 * * 1-5',
    startAt: null,
    timeZone,
    isActive: true,
  });
  const lastRun = {
    at: 0,
    outcome: 'missed',
    operationId: null,
    message: 'It was due while the computer slept.',
  };
  const database = new Database(join(served.workspace, 'bulkhead.db'));
  database.prepare('UPDATE schedules SET last_run = ?').run(JSON.stringify(lastRun));
  database.close();
  // As at 200 %.
  await page.setViewportSize({ width: 720, height: 450 });
  await page.getByRole('button', { name: 'Schedules' }).click();
  const when = page.getByRole('group', { name: 'Schedules' }).getByRole('cell', { name: timeZone });
  await when.waitFor();
  const broken = await when.evaluate((cell) => {
    const text = cell.firstChild ?? cell;
    const range = document.createRange();
    return [...(text.textContent ?? '').matchAll(/\S+/g)].filter(({ index, 0: word }) => {
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      return range.getClientRects().length > 1;
    }).length;
  });
  expect(broken).toBe(0);
});

test('in a window of 1280 all columns that tickets begin with stand beside the open rail', async () => {
  const { page } = await open();
  const ui = windowOf(page);
  await page.getByLabel('Select ticket 60').waitFor();
  await page.getByRole('button', { name: 'Open operations' }).click();
  await ui.operations.getByRole('article').first().waitFor();
  const sideways = () =>
    ui.grid.getByRole('rowgroup').evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
  expect(await sideways()).toBe(0);
});

test('what became of an operation, then and later, is told in whole, also beside its details and the open rail', async () => {
  const { page, served } = await open();
  const { id } = await answerOf(served, 'operations.plan', {
    action: 'assign',
    collection: 'tickets',
    selection: { mode: 'ids', ids: [60] },
    input: { assignee: 'Mina' },
  });
  const run = async (draft: number) => {
    await answerOf(served, 'operations.start', { id: draft });
    await expect
      .poll(async () => (await answerOf(served, 'operations.get', { id: draft })).state)
      .toBe('completed');
    return draft;
  };
  await run(id);
  const undo = await run((await answerOf(served, 'operations.undo', { id })).id);
  await run((await answerOf(served, 'operations.undo', { id: undo })).id);
  await answerOf(served, 'operations.pin', { id, isPinned: true });

  const ui = windowOf(page);
  await page.getByRole('button', { name: 'Fold operations' }).waitFor();
  await ui.go('History');
  const line = ui.history.getByRole('button', { name: 'Assign to Mina' }).nth(2);
  const mark = line.getByText(`Followed by undo #${undo}`);
  await mark.waitFor();
  const cutPx = async () => (await mark.evaluate(({ clientWidth }) => clientWidth)) - (await seenPx(mark));
  expect(await cutPx()).toBeLessThan(2);
  const outcome = line.getByText('1 done', { exact: true });
  expect(await seenPx(outcome)).toBeGreaterThan(20);
  await line.click();
  const detail = page.getByRole('region', { name: /^Operation: / });
  await detail.getByText(`#${id}`, { exact: true }).waitFor();
  expect(await cutPx()).toBeLessThan(2);
  expect(await seenPx(outcome)).toBeGreaterThan(20);
});

test('what ended on another day and is still in the rail says which day it was', async () => {
  const { page, served, problems } = await open();
  const database = new Database(join(served.workspace, 'bulkhead.db'));
  database.prepare('UPDATE operations SET ended_at = ?').run(new Date(2025, 0, 31, 14, 2).getTime());
  database.close();
  await page.reload();
  const ui = windowOf(page);
  await page.getByRole('button', { name: 'Open operations' }).click();
  await ui.card('Create 60 sample tickets', 'Done').getByText('31 Jan 2025, 14:02').waitFor();
  expect(problems).toEqual([]);
});

test('that no more filters can be saved is said where one would be, and that one would be replaced', async () => {
  const { page, served } = await open();
  const savedFilters = Array.from({ length: 100 }, (_, at) => ({
    collection: 'tickets' as const,
    name: `Filter ${at}`,
    text: 'status:new',
  }));
  await answerOf(served, 'settings.update', { savedFilters });
  await windowOf(page).filter('status:open');
  await page.getByRole('button', { name: 'Saved', exact: true }).click();
  await page
    .getByText('There are 100 saved filters, and no more fit. Remove one to save this one.')
    .waitFor();
  expect(await page.getByLabel('Save this filter as').count()).toBe(0);
  await page.getByRole('button', { name: 'Remove saved filter Filter 7', exact: true }).click();
  await page.getByLabel('Save this filter as').fill('Filter 8');
  await page.getByRole('button', { name: 'Replace' }).click();
  await page.getByRole('button', { name: 'Filter 8 status:open' }).waitFor();
  expect(await page.getByRole('button', { name: /^Filter 8 / }).count()).toBe(1);
});

test('in a long history the operation whose details are open stays in sight', async () => {
  const { page, served } = await open();
  for (let made = 0; made < 40; made += 1) {
    const { id } = await answerOf(served, 'operations.plan', {
      action: 'assign',
      collection: 'tickets',
      selection: { mode: 'ids', ids: [60] },
      input: { assignee: made % 2 === 0 ? 'Mina' : 'Omar' },
    });
    await answerOf(served, 'operations.start', { id });
  }
  const ui = windowOf(page);
  await ui.go('History');
  await ui.history.getByRole('button', { name: 'Assign to' }).nth(39).waitFor();
  const first = ui.history.getByRole('button', { name: 'Create 60 sample tickets' });
  await first.click();
  await page.getByRole('region', { name: 'Operation: Create 60 sample tickets' }).waitFor();
  expect(await seenPx(first)).toBeGreaterThan(40);
});

test('why a record was left alone stands there in whole beside the open rail', async () => {
  const { page, served } = await open();
  for (const status of ['closed', 'open']) {
    const { id } = await answerOf(served, 'operations.plan', {
      action: 'update_status',
      collection: 'tickets',
      selection: { mode: 'ids', ids: [60] },
      input: { status },
    });
    await answerOf(served, 'operations.start', { id });
    await expect.poll(async () => (await answerOf(served, 'operations.get', { id })).state).toBe('completed');
  }
  await page.setViewportSize({ width: 960, height: 700 });
  const ui = windowOf(page);
  await page.getByRole('button', { name: 'Fold operations' }).waitFor();
  await ui.go('History');
  await ui.history.getByRole('button', { name: 'Set status to Open' }).click();
  const why = page.getByRole('cell', { name: 'Closed tickets stay closed' }).locator('div').last();
  await why.waitFor();
  expect(await why.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
});

test('axe finds nothing wrong where a filter is not understood, and in the choice of columns', async () => {
  const { page } = await open();
  await page.getByLabel('Filter tickets').fill('stauts:open');
  await page.getByText('follow the last filter that was understood').waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Columns and density' }).click();
  await page.getByLabel('Row height').waitFor();
  expect(await violations(page)).toEqual([]);
});
