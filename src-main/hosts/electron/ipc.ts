import { type BrowserWindow, ipcMain } from 'electron';
import { BulkheadError, type ErrorCode } from '../../../src-shared/contract/errors.ts';
import type { Reply } from '../../../src-shared/contract/index.ts';
import type { Console } from '../../console.ts';
import { eventChannel, requestChannel } from './channels.ts';
import { type Denied, isOwnFrame } from './guards.ts';

/**
 * The one channel that a window can ask on. Answers a `Reply` to everyone and hands on what our own window asks, once the
 * console is open.
 */
export function takeRequests(
  opening: Promise<Console>,
  ownWindow: () => BrowserWindow | null,
  denied: Denied,
): void {
  ipcMain.handle(requestChannel, async (event, message: unknown): Promise<Reply> => {
    const window = ownWindow();
    if (window === null || !isOwnFrame(event, window.webContents)) {
      denied('request of a foreign frame');
      return refusal('forbidden', 'This request was not made by the window of the console.');
    }
    const console = await opening.catch(() => null);
    if (!console) return refusal('stopping', 'The workspace could not be opened. Nothing was done.');
    return await console.handle(console.owner(clientName(window)), message);
  });
}

function refusal(code: ErrorCode, message: string): Reply {
  return { ok: false, error: new BulkheadError(code, message).toDto() };
}

/** Tells the console's events to the window, and the console when the window's page has gone. */
export function connectWindow(console: Console, window: BrowserWindow): void {
  const { webContents } = window;
  const client = clientName(window);
  const unsubscribe = console.subscribe((event, only) => {
    if (only !== undefined && only !== client) return;
    if (!webContents.isDestroyed() && !webContents.isCrashed()) webContents.send(eventChannel, event);
  });
  webContents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
    if (isMainFrame && !isSameDocument) console.forget(client);
  });
  webContents.on('destroyed', () => {
    unsubscribe();
    console.forget(client);
  });
}

function clientName(window: BrowserWindow): string {
  return `window-${window.id}`;
}
