import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';

/** A folder for one test file, gone when its tests are. */
export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bulkhead-files-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes files into one folder and answers their paths. */
export function fileMaker(folder = tempFolder()): (content: string | Uint8Array, name?: string) => string {
  let count = 0;
  return (content, name) => {
    const path = join(folder, name ?? `file-${++count}.csv`);
    writeFileSync(path, content);
    return path;
  };
}

/** The coded error that a call throws; fails when it throws none. */
export function errorOf(call: () => unknown): BulkheadError {
  try {
    call();
  } catch (error) {
    if (error instanceof BulkheadError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
