import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, openPage } from './browser.ts';
import { type ServedConsole, serveConsole } from './served-console.ts';
import { windowOf } from './window.ts';

let browser: Browser;
let served: ServedConsole;

beforeAll(async () => {
  browser = await launchBrowser();
  served = await serveConsole('--sample', '2000');
});
afterAll(async () => {
  await browser.close();
  await served.stop();
  served.remove();
});

/** What axe finds wrong, by rule and place. */
async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).analyze();
  return found.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
}

describe.each(['light', 'dark'] as const)('in %s, axe finds nothing wrong', (colorScheme) => {
  it('on the way from the tickets through a plan to the history', async () => {
    const { page, context } = await openPage(browser, served.url);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const ui = windowOf(page);
    await page.getByLabel('Select ticket 2000').waitFor();
    expect(await violations(page)).toEqual([]);

    await page.getByLabel('Select ticket 2000').check();
    expect(await violations(page)).toEqual([]);

    await page.getByRole('button', { name: 'Add comment' }).click();
    await page.getByRole('textbox', { name: 'Comment' }).fill('We are looking into it.');
    expect(await violations(page)).toEqual([]);

    await page.getByRole('button', { name: 'Preview' }).click();
    await ui.preview.waitFor();
    expect(await violations(page)).toEqual([]);

    await ui.start();
    await ui.card('Add an internal note', 'Done').waitFor();
    expect(await violations(page)).toEqual([]);

    await ui.go('History');
    await ui.history.getByText('Add an internal note').first().click();
    await page.getByRole('region', { name: 'Operation: Add an internal note' }).waitFor();
    expect(await violations(page)).toEqual([]);

    await ui.go('Settings');
    expect(await violations(page)).toEqual([]);
    await context.close();
  });
});
