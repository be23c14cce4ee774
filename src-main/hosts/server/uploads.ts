import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { dirname, join } from 'node:path';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import type { ChosenFile } from '../../../src-shared/contract/files.ts';
import { formatNumber } from '../../../src-shared/domain/number-words.ts';
import { errorCode, isDiskFull } from '../../platform/error-code.ts';
import { whyNotWritten } from '../../platform/error-words.ts';
import { safeFileName } from '../../platform/safe-name.ts';
import type { Handles } from '../handles.ts';
import { Refusal } from './refusal.ts';

const maxUploadBytes = 4 * 1024 ** 3;
const dayMs = 24 * 60 * 60 * 1000;

/** Under which name a body is kept, and what is made of it on the way to the disk. */
export interface TakenAs {
  readonly name: string;
  readonly through: (body: AsyncIterable<Buffer>) => AsyncIterable<Buffer>;
}

export interface Uploads {
  /**
   * Streams the body to a file that only this user may read, after removing old ones. Leaves nothing behind when the
   * sender goes away or the limit is passed. Throws `disk_full` and `workspace_not_writable`.
   */
  receive(request: IncomingMessage, taken?: TakenAs): Promise<ChosenFile>;
  /** Removes a file that is no longer needed. */
  discard(file: ChosenFile): Promise<void>;
  /** Removes what was uploaded more than a day ago. */
  removeOld(nowMs: number): Promise<void>;
}

/** Files that come in through the browser, each in a folder of its own so that it keeps its name. */
export function createUploads(workspace: string, handles: Handles, maxBytes = maxUploadBytes): Uploads {
  const folder = join(workspace, 'uploads');

  async function removeOld(nowMs: number): Promise<void> {
    for (const entry of (await readdir(folder).catch(nullIfMissing)) ?? []) {
      const path = join(folder, entry);
      const found = await stat(path).catch(nullIfMissing);
      if (found && nowMs - found.mtimeMs > dayMs) await rm(path, { recursive: true, force: true });
    }
  }

  async function receive(request: IncomingMessage, taken?: TakenAs): Promise<ChosenFile> {
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
    const name = safeFileName(taken?.name ?? nameOf(request), 'upload.csv');
    const own = join(folder, randomBytes(12).toString('base64url'));
    const partial = join(own, 'incoming.part');
    await removeOld(Date.now());
    await mkdir(own, { recursive: true, mode: 0o700 });
    try {
      const bytes = await store(request, partial, maxBytes, taken?.through);
      await rename(partial, join(own, name));
      return { handle: handles.give(join(own, name)), name, bytes };
    } catch (error) {
      await rm(own, { recursive: true, force: true });
      throw error;
    }
  }

  return {
    removeOld,
    receive: (request, taken) => kept(folder, () => receive(request, taken)),
    async discard({ handle }) {
      await rm(dirname(handles.pathOf(handle)), { recursive: true, force: true });
      handles.forget(handle);
    },
  };
}

/** Says why in words where the disk does not let it be done. */
async function kept<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isOfDisk(error) ? notTaken(error, folder) : error;
  }
}

function nameOf(request: IncomingMessage): string {
  const header = request.headers['x-file-name'];
  try {
    return decodeURIComponent(typeof header === 'string' ? header : '');
  } catch {
    throw new Refusal(400, 'invalid_request', 'The name of the file could not be read. Nothing was stored.');
  }
}

/** Writes the body to a new file at the pace of the disk. Answers its length in bytes. */
async function store(
  request: IncomingMessage,
  path: string,
  maxBytes: number,
  through: TakenAs['through'] = (body) => body,
): Promise<number> {
  const file = await open(path, 'wx', 0o600);
  try {
    let bytes = 0;
    for await (const chunk of through(bodyOf(request, maxBytes))) {
      bytes += chunk.length;
      await writeWhole(file, chunk);
    }
    return bytes;
  } finally {
    await file.close();
  }
}

async function* bodyOf(request: IncomingMessage, maxBytes: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  // Kept open: the refusal still has to reach the sender.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    yield chunk;
  }
}

// A write to a nearly full disk may take only a part of what it was given.
async function writeWhole(file: FileHandle, chunk: Buffer): Promise<void> {
  for (let from = 0; from < chunk.length; ) from += (await file.write(chunk, from)).bytesWritten;
}

function tooLarge(maxBytes: number): Refusal {
  return new Refusal(
    413,
    'invalid_request',
    `The file is larger than ${formatNumber(maxBytes)} bytes. Nothing was kept of it.`,
  );
}

/** What the system says of files; a sender that goes away is no call of it. */
function isOfDisk(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

function notTaken(cause: unknown, folder: string): BulkheadError {
  if (isDiskFull(cause))
    return new BulkheadError(
      'disk_full',
      'The disk is full, so the file could not be taken. Nothing was kept of it.',
      { cause },
    );
  return new BulkheadError(
    'workspace_not_writable',
    `Files that are sent are kept in ${folder}, which cannot be used: ${whyNotWritten(cause)}. Nothing was kept of it.`,
    { cause },
  );
}

function nullIfMissing(error: unknown): null {
  if (errorCode(error) === 'ENOENT') return null;
  throw error;
}
