import { type BrowserWindow, ipcMain } from 'electron';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import type { Reply } from '../../../src-shared/contract/index.ts';
import type { Console } from '../../console.ts';
import { type Denied, isOwnFrame } from './guards.ts';

export const requestChannel = 'bulkhead:request';
export const eventChannel = 'bulkhead:event';

/** The one channel that a window can ask on. Answers a `Reply` to everyone and hands on what our own window asks. */
export function takeRequests(console: Console, ownWindow: () => BrowserWindow | null, denied: Denied): void {
  ipcMain.handle(requestChannel, async (event, message: unknown): Promise<Reply> => {
    const window = ownWindow();
    if (window === null || !isOwnFrame(event, window.webContents)) {
      denied('request of a foreign frame');
      const refused = new BulkheadError(
        'forbidden',
        'This request was not made by the window of the console.',
      );
      return { ok: false, error: refused.toDto() };
    }
    return await console.handle(console.owner(clientName(window)), message);
  });
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
