import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { app, type BrowserWindow, clipboard, dialog, Notification, shell } from 'electron';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import { countOf } from '../../../src-shared/domain/number-words.ts';
import type { Host } from '../../host.ts';
import { safeFileName } from '../../platform/safe-name.ts';
import { createSecretFile } from '../../platform/secret-file.ts';
import { exportTargets } from '../exports.ts';
import { createHandles } from '../handles.ts';
import { systemSeal } from './secrets.ts';

/** The host of the desktop application: native dialogs, whose answers become handles. */
export function createDesktopHost(workspace: string, ownWindow: () => BrowserWindow | null): Host {
  const handles = createHandles();
  const secrets = createSecretFile(workspace, systemSeal);
  let lastFolder: string | null = null;
  const folder = (): string => lastFolder ?? app.getPath('downloads');
  return {
    kind: 'electron',
    async chooseFile() {
      const { filePaths } = await dialog.showOpenDialog(windowOrRefuse(ownWindow), {
        title: 'Choose a file to import',
        defaultPath: folder(),
        properties: ['openFile'],
        filters: [
          { name: 'Tables', extensions: ['csv', 'tsv', 'txt'] },
          { name: 'All files', extensions: ['*'] },
        ],
      });
      const path = filePaths[0];
      if (path === undefined) return null;
      lastFolder = dirname(path);
      const { size } = await stat(path).catch((cause: unknown) => {
        throw new BulkheadError(
          'file_not_readable',
          `${basename(path)} cannot be read. Nothing was changed.`,
          { cause },
        );
      });
      return { handle: handles.give(path), name: basename(path), bytes: size };
    },
    async chooseTarget(suggestedName) {
      const { filePath } = await dialog.showSaveDialog(windowOrRefuse(ownWindow), {
        title: 'Choose where to save',
        defaultPath: join(folder(), safeFileName(suggestedName, 'export.csv')),
        properties: ['createDirectory', 'showOverwriteConfirmation'],
      });
      if (filePath === '') return null;
      lastFolder = dirname(filePath);
      return { handle: handles.give(filePath), label: filePath };
    },
    exportTarget: exportTargets(workspace, handles),
    pathOf: handles.pathOf,
    forgetHandle: handles.forget,
    async reveal(path) {
      if (!existsSync(path)) {
        throw new BulkheadError('file_not_found', `${basename(path)} is no longer where it was saved.`);
      }
      shell.showItemInFolder(path);
    },
    copy: (text) => clipboard.writeText(text),
    keepSecret: secrets.keep,
    readSecret: secrets.read,
    forgetSecret: secrets.forget,
    notify(title, body) {
      const window = ownWindow();
      if (window?.isFocused() || !Notification.isSupported()) return;
      const notification = new Notification({ title, body });
      notification.on('click', () => {
        window?.show();
        window?.focus();
      });
      notification.show();
    },
  };
}

/** Asks before quitting in the middle of operations. True means quit. */
export async function confirmQuit(window: BrowserWindow, running: number): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message: countOf(running, 'operation is running.', 'operations are running.'),
    detail: running === 1 ? 'It goes on at the next start.' : 'They go on at the next start.',
    buttons: ['Keep running', 'Quit'],
    defaultId: 0,
    cancelId: 0,
  });
  return response === 1;
}

function windowOrRefuse(ownWindow: () => BrowserWindow | null): BrowserWindow {
  const window = ownWindow();
  if (window) return window;
  throw new BulkheadError('stopping', 'The window has gone. Nothing was changed.');
}
