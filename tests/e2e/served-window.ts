import type { Browser } from 'playwright';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { launchBrowser, openPage, type WatchedPage } from './browser.ts';
import { type ServedConsole, serveConsole } from './served-console.ts';

/** A page on a served console; it is closed when the test ends. */
export interface ServedWindow extends WatchedPage {
  readonly browser: Browser;
  readonly served: ServedConsole;
}

type OpenWindow = () => Promise<ServedWindow>;

/** For a file of tests that work on one console after another, which begins with this many sample tickets. */
export function windowsOnOneConsole(tickets: number): OpenWindow {
  const openOn = windows();
  let served: ServedConsole;
  beforeAll(async () => {
    served = await serveConsole('--sample', String(tickets));
  });
  afterAll(async () => {
    await served.stop();
    served.remove();
  });
  return () => openOn(served);
}

/** For a file of tests that each begin on a console of their own with this many sample tickets. */
export function windowsOnOwnConsoles(tickets: number): OpenWindow {
  const openOn = windows();
  return async () => {
    const served = await serveConsole('--sample', String(tickets));
    onTestFinished(async () => {
      await served.stop();
      served.remove();
    });
    return openOn(served);
  };
}

/** One Chromium for the tests of a file, and how a test opens a page in it. */
function windows(): (served: ServedConsole) => Promise<ServedWindow> {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());
  return async (served) => {
    const opened = await openPage(browser, served.url);
    onTestFinished(() => opened.context.close());
    // Before it knows the records it may miss what a script does, and then keeps its rail folded.
    await opened.page
      .getByLabel(/^Select ticket /)
      .first()
      .waitFor();
    return { ...opened, browser, served };
  };
}
