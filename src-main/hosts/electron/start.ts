import { app, type BrowserWindow, dialog, session as sessions } from 'electron';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import type { Console, openConsole } from '../../console.ts';
import type { Bundle } from '../bundle.ts';
import { stopLimitMs } from '../stop-limit.ts';
import { confirmQuit, createDesktopHost } from './dialogs.ts';
import { type Denied, guardContents, guardSession } from './guards.ts';
import { connectWindow, takeRequests } from './ipc.ts';
import { setMenu } from './menu.ts';
import { registerScheme, serveBundle, startUrl } from './protocol.ts';
import { assertHardened, createWindow } from './window.ts';

export interface DesktopOptions {
  readonly openConsole: typeof openConsole;
  readonly workspace: string;
  readonly version: string;
  readonly actor: string;
  /** Read once the application is the only one of its kind. */
  readonly readBundle: () => Bundle;
  /** The path of the bundled preload script. */
  readonly preload: string;
  readonly denied: Denied;
  readonly report: (error: unknown, context: string) => void;
}

/** Starts the desktop application; called before Electron is ready. Resolves once the window is loaded or the application ends. */
export async function startDesktop(options: DesktopOptions): Promise<void> {
  if (!app.requestSingleInstanceLock()) return app.quit();
  registerScheme();
  app.enableSandbox();
  guardContents(options.denied);
  await app.whenReady();
  let window: BrowserWindow | null = null;
  const fail = (error: unknown): void => {
    options.report(error, 'start');
    dialog.showErrorBox('Bulkhead could not be started', sentenceOf(error));
    app.exit(1);
  };
  const ownWindow = (): BrowserWindow | null => (window?.isDestroyed() ? null : window);
  try {
    assertHardened();
    const bundle = options.readBundle();
    const { workspace, version, actor, report } = options;
    // A large workspace takes seconds to open, and somebody who sees nothing meanwhile starts a second time.
    const opening = options.openConsole({
      workspace,
      version,
      actor,
      report,
      host: createDesktopHost(workspace, ownWindow),
    });
    // Kept in memory only: nothing of a page is written to disk.
    const session = sessions.fromPartition('bulkhead', { cache: false });
    guardSession(session, options.denied);
    serveBundle(session, bundle);
    takeRequests(opening, ownWindow, options.denied);
    setMenu();
    window = createWindow(session, options.preload);
    window.webContents.on('preload-error', (_event, _path, error) => fail(error));
    const connecting = opening.then((console) => {
      const own = ownWindow();
      // Closed meanwhile: the application is ending.
      if (own === null) return;
      connectWindow(console, own);
      askBeforeQuitting(console, own, report);
    });
    await Promise.all([window.loadURL(startUrl), connecting]);
  } catch (error) {
    fail(error);
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof BulkheadError) return `${error.message}\n\n${error.toDto().next}`;
  return error instanceof Error ? error.message : String(error);
}

/** Every way to leave goes through one door: ask while operations run, close the console, end. */
function askBeforeQuitting(console: Console, window: BrowserWindow, report: DesktopOptions['report']): void {
  let isLeaving = false;
  let isAsking = false;
  async function leave(): Promise<void> {
    if (isLeaving) return;
    isLeaving = true;
    setTimeout(() => app.exit(0), stopLimitMs);
    await console.close().catch((error: unknown) => report(error, 'stop'));
    app.exit(0);
  }
  async function ask(): Promise<void> {
    if (isLeaving || isAsking) return;
    isAsking = true;
    const running = console.runningOperations();
    const isAgreed = running === 0 || (await confirmQuit(window, running));
    isAsking = false;
    if (isAgreed) await leave();
  }
  function onLeave(event: { preventDefault(): void }): void {
    event.preventDefault();
    ask().catch((error: unknown) => report(error, 'quit'));
  }
  app.on('before-quit', onLeave);
  window.on('close', onLeave);
  app.on('second-instance', () => {
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  // A signal is not a question.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void leave());
}
