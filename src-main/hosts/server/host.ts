import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import type { Host } from '../../host.ts';
import { realFolder } from '../../platform/real-place.ts';
import { freePath, safeFileName } from '../../platform/safe-name.ts';
import { createSecretFile, plainSeal } from '../../platform/secret-file.ts';
import { createHandles, type Handles } from '../handles.ts';

export interface BrowserHost {
  readonly host: Host;
  /** Shared with the uploads, which give out handles too. */
  readonly handles: Handles;
}

/** The host of a console that is used through a browser: no dialogs, exports go to the workspace's own folder. */
export function createBrowserHost(workspace: string): BrowserHost {
  const handles = createHandles();
  const exportsFolder = join(workspace, 'exports');
  const secrets = createSecretFile(workspace, plainSeal);
  const host: Host = {
    kind: 'browser',
    chooseFile: async () => {
      throw notHere('A console in the browser has no file dialog; upload the file instead.');
    },
    chooseTarget: async (suggestedName, promised) => {
      await mkdir(exportsFolder, { recursive: true, mode: 0o700 });
      const taken = new Set(await promised());
      const isTaken = (path: string): boolean => taken.has(path) || handles.has(path);
      const path = freePath(realFolder(exportsFolder), safeFileName(suggestedName, 'export.csv'), isTaken);
      return { handle: handles.give(path), label: path };
    },
    pathOf: handles.pathOf,
    reveal: async (path) => {
      throw notHere(`A console in the browser cannot open folders. The file is at ${path}.`);
    },
    copy: async () => {
      throw notHere('A console in the browser has no clipboard; the page has one.');
    },
    keepSecret: secrets.keep,
    readSecret: secrets.read,
    forgetSecret: secrets.forget,
    // The server has no desktop to show it on; whatever is told so stands in the window as well, until it was seen to.
    notify: () => undefined,
  };
  return { host, handles };
}

function notHere(message: string): BulkheadError {
  return new BulkheadError('not_available_here', message);
}
