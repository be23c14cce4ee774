import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { _electron as electron, type Page } from 'playwright';
import { launchBrowser, openPage, watch } from './browser.ts';
import { temporaryWorkspace } from './console-process.ts';
import { serveConsole } from './served-console.ts';

/** A window on an empty workspace, in one of the hosts. */
export interface OpenedWindow {
  readonly page: Page;
  readonly workspace: string;
  /** What went wrong in the page. */
  readonly problems: string[];
  /** Clicks what opens a file dialog and answers it with this file. */
  chooseFile(path: string, click: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

export interface HostUnderTest {
  readonly name: string;
  /** Why the host cannot run here, or null. */
  readonly missing: string | null;
  open(): Promise<OpenedWindow>;
}

const root = resolve(import.meta.dirname, '../..');

const browserHost: HostUnderTest = {
  name: 'browser host',
  missing: null,
  open: async () => {
    const served = await serveConsole();
    const browser = await launchBrowser();
    const { page, problems } = await openPage(browser, served.url);
    return {
      page,
      problems,
      workspace: served.workspace,
      chooseFile: async (path, click) => {
        const choosing = page.waitForEvent('filechooser');
        await click();
        await (await choosing).setFiles(path);
      },
      close: async () => {
        await browser.close();
        await served.stop();
        served.remove();
      },
    };
  },
};

const electronHost: HostUnderTest = {
  name: 'Electron',
  missing: whyNoElectron(),
  open: async () => {
    const { workspace, remove } = temporaryWorkspace();
    mkdirSync(join(workspace, 'exports'), { recursive: true });
    const app = await electron.launch({
      executablePath: electronBinary(),
      args: [root, '--workspace', workspace],
      // Otherwise Playwright takes it away, and Bulkhead does not start without.
      chromiumSandbox: true,
    });
    const page = await app.firstWindow();
    const problems = await watch(page);
    const exports = join(workspace, 'exports', 'tickets.csv');
    // Dialogs are the system's own and cannot be clicked: they answer by themselves.
    await app.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
    }, exports);
    return {
      page,
      problems,
      workspace,
      chooseFile: async (path, click) => {
        await app.evaluate(({ dialog }, filePath) => {
          dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [filePath] });
        }, path);
        await click();
      },
      close: async () => {
        await app.close();
        remove();
      },
    };
  },
};

export const hosts: readonly HostUnderTest[] = [browserHost, electronHost];

function electronBinary(): string {
  const names: Partial<Record<NodeJS.Platform, string>> = {
    darwin: 'Electron.app/Contents/MacOS/Electron',
    win32: 'electron.exe',
  };
  const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  return join(folder, 'dist', names[process.platform] ?? 'electron');
}

function whyNoElectron(): string | null {
  if (!existsSync(electronBinary())) return 'its binary is not here';
  if (process.platform === 'linux' && process.getuid?.() === 0) return 'it has no sandbox as root';
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY'])
    return 'there is no display';
  return null;
}
