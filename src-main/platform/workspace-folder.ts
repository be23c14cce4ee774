import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import { errorCode } from './error-code.ts';
import { whyNotWritten } from './error-words.ts';

/** Makes the folder where there is none. Throws `workspace_not_writable` for one that could not be used. */
export async function makeWorkspaceFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
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
