import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import type { Host } from '../../host.ts';
import { createSecretFile, plainSeal } from '../../platform/secret-file.ts';
import { exportTargets } from '../exports.ts';
import { createHandles, type Handles } from '../handles.ts';

export interface BrowserHost {
  readonly host: Host;
  /** Shared with the uploads, which give out handles too. */
  readonly handles: Handles;
}

/** The host of a console that is used through a browser: no dialogs, exports go to the workspace's own folder. */
export function createBrowserHost(workspace: string): BrowserHost {
  const handles = createHandles();
  const exportTarget = exportTargets(workspace, handles);
  const secrets = createSecretFile(workspace, plainSeal);
  const host: Host = {
    kind: 'browser',
    chooseFile: async () => {
      throw notHere('A console in the browser has no file dialog; upload the file instead.');
    },
    chooseTarget: exportTarget,
    exportTarget,
    pathOf: handles.pathOf,
    forgetHandle: handles.forget,
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
