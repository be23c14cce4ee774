import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import { errorCode } from './error-code.ts';
import { whyNotWritten } from './error-words.ts';
import { makeFolders } from './own-folder.ts';

/** Makes the folder if there is none. Throws `workspace_not_writable` if it cannot be used. */
export async function makeWorkspaceFolder(folder: string): Promise<void> {
  try {
    makeFolders(folder);
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    await access(join(folder, 'bulkhead.db'), constants.R_OK | constants.W_OK).catch(passIfMissing);
  } catch (error) {
    throw new BulkheadError(
      'workspace_not_writable',
      `The workspace ${folder} cannot be used: ${whyNotWritten(error)}. Nothing was changed.`,
      { cause: error },
    );
  }
}

function passIfMissing(error: unknown): void {
  if (errorCode(error) !== 'ENOENT') throw error;
}
