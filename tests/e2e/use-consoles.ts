import type { Browser } from 'playwright';
import { afterAll, beforeAll, beforeEach, onTestFinished } from 'vitest';
import { launchBrowser, openPage, type WatchedPage } from './browser.ts';
import { type ServedConsole, serve, temporaryWorkspace } from './console-process.ts';

/** A browser, and in each test a workspace on which consoles can be started one after the other. */
export function useConsoles() {
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

  return {
    get browser() {
      return browser;
    },
    get workspace() {
      return workspace;
    },
    async start(...args: readonly string[]): Promise<ServedConsole> {
      const console = await serve(workspace, ...args);
      running.push(console);
      return console;
    },
    async open(url: string): Promise<WatchedPage> {
      const opened = await openPage(browser, url);
      onTestFinished(() => opened.context.close());
      return opened;
    },
  };
}
