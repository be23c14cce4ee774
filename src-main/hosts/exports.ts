import { join } from 'node:path';
import type { Host } from '../host.ts';
import { makeOwnFolder } from '../platform/own-folder.ts';
import { realFolder } from '../platform/real-place.ts';
import { asOne, freePath, safeFileName } from '../platform/safe-name.ts';
import type { Handles } from './handles.ts';

/** Gives out places in the workspace's folder of exports, each of them once. */
export function exportTargets(workspace: string, handles: Handles): Host['exportTarget'] {
  const folder = join(workspace, 'exports');
  return async (suggestedName, promised) => {
    makeOwnFolder(folder);
    const taken = new Set((await promised()).map(asOne));
    // From here to the handle nobody else has a turn.
    const isTaken = (path: string): boolean => taken.has(asOne(path)) || handles.has(path);
    const path = freePath(realFolder(folder), safeFileName(suggestedName, 'export.csv'), isTaken);
    return { handle: handles.give(path), label: path };
  };
}
