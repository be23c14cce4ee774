import { type Browser, type BrowserContext, chromium, type Page } from 'playwright';
import { findChromium } from '../../scripts/ensure-chromium.mjs';

/** Chromium without the traffic of its own that a closed network refuses. */
export async function launchBrowser(...args: readonly string[]): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error('No Chromium is installed.');
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...args,
    ],
  });
}

export interface WatchedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What went wrong in the page, as `watch` tells it. */
  readonly problems: string[];
}

export async function openPage(browser: Browser, url: string): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    // What is on its way in has another place meanwhile, and other colours.
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const problems = await watch(page);
  await page.goto(url);
  return { page, context, problems };
}

/** What goes wrong in a page from now on: exceptions, console errors, failed requests, and what its policy forbade. */
export async function watch(page: Page): Promise<string[]> {
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  await page.addInitScript(tellViolations);
  // A window of Electron has loaded its document before anybody can ask for it.
  await page.evaluate(tellViolations);
  return problems;
}

/** Code that a page made of text and that was refused is told by this event alone, where the page caught the error. */
function tellViolations(): void {
  addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
    console.error(`securitypolicyviolation: ${effectiveDirective} ${blockedURI}`),
  );
}
