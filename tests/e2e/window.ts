import type { Locator, Page } from 'playwright';
import { expect } from 'vitest';

/** The window as a user names its parts; one place to change when words change. */
export function windowOf(page: Page) {
  const operations = page.getByRole('region', { name: 'Operations' });
  const preview = page.getByRole('dialog').filter({ has: page.getByRole('button', { name: 'Start' }) });

  return {
    operations,
    preview,
    history: page.getByRole('region', { name: 'History' }),
    grid: page.getByRole('grid', { name: 'Tickets' }),
    go: (screen: string) =>
      page.getByRole('navigation', { name: 'Main' }).getByText(screen, { exact: true }).click(),

    /** The cards of operations with this title, latest first. */
    card: (title: string, state: string): Locator =>
      operations
        .getByRole('article', { name: title, exact: true })
        .filter({ has: page.getByText(state, { exact: true }) })
        .first(),

    importFile: async (choose: (click: () => Promise<void>) => Promise<void>) => {
      await choose(() =>
        page
          .getByRole('button', { name: /^Import/ })
          .first()
          .click(),
      );
      await page.getByRole('button', { name: 'Preview' }).click();
      await preview.waitFor();
    },

    filter: async (text: string) => {
      await page.getByLabel('Filter tickets').fill(text);
      await page.keyboard.press('Enter');
    },

    selectAllMatching: async (count: string) => {
      await page.getByRole('checkbox', { name: 'Select all on page' }).check();
      await page.getByRole('button', { name: `Select all ${count} matching` }).click();
      await page
        .getByRole('status')
        .filter({ hasText: `${count} selected` })
        .waitFor();
    },

    planSentence: () => preview.getByTestId('plan-sentence').innerText(),
    start: () => preview.getByRole('button', { name: 'Start' }).click(),
  };
}

/** Waits until the keyboard is at this very element: it is led there once what was pressed has come about. */
export async function expectFocus(locator: Locator): Promise<void> {
  const hasFocus = () => locator.evaluate((element) => element === document.activeElement);
  await expect.poll(hasFocus).toBe(true);
}
