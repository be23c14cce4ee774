import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errorCode } from './error-code.ts';
import { realFolder } from './real-place.ts';
import { targetError } from './target-error.ts';

/** The calls that writing needs; a test passes one that fails. */
export type AtomicFs = Pick<
  typeof fs,
  | 'openSync'
  | 'writeSync'
  | 'write'
  | 'fsyncSync'
  | 'closeSync'
  | 'renameSync'
  | 'unlinkSync'
  | 'lstatSync'
  | 'readdirSync'
>;

/** A file that appears at its name whole or not at all. Calls block; use it in a thread for large files. */
export interface AtomicFile {
  /** Bytes written so far. */
  readonly bytes: number;
  /** Throws `disk_full` or `target_not_writable`; the file is then given up already. */
  write(chunk: string | Uint8Array): void;
  /**
   * Writes while the caller goes on with the next chunk. Await what it gives before any other call. Rejects as `write`
   * throws.
   */
  writeBehind(chunk: string | Uint8Array): Promise<void>;
  /** Puts the file in place, durably. Throws like `write`; what stood there before is then untouched. */
  commit(): void;
  /** Gives the file up; harmless after `commit` and when called again. */
  abort(): void;
}

/** With what SQLite puts beside a database that it writes. */
const tempName = /^\.bulkhead-(\d+)-[0-9a-f]{16}\.tmp(?:-journal|-wal|-shm)?$/;
/** A virus scanner or an indexer may hold a file for a moment on Windows. */
const windowsRetries = 20;
const windowsRetryMs = 50;
const abandonedAfterMs = 3 * 24 * 3_600_000;

/**
 * Begins to write a file. Throws `target_not_writable` if there can be none at this place, and never follows a link
 * there. The folder may be reached by links, as long as they do not change.
 */
export function openAtomic(path: string, io: AtomicFs = fs): AtomicFile {
  return openIn(realFolder(dirname(path)), path, io);
}

/** For a place that somebody chose, as `realPlace` names it: throws as well where a link has come upon the way since. */
export function openChosen(path: string, io: AtomicFs = fs): AtomicFile {
  return openIn(dirname(path), path, io);
}

function openIn(folder: string, path: string, io: AtomicFs): AtomicFile {
  const temp = temporaryPath(folder);
  const flags =
    fs.constants.O_WRONLY | fs.constants.O_CREAT | fs.constants.O_EXCL | (fs.constants.O_NOFOLLOW ?? 0);
  let bytes = 0;
  let fd = -1;
  let isOpen = false;
  attempt(() => {
    assertPlaceFor(path, io);
    assertLeadsTo(folder, path);
    fd = io.openSync(temp, flags, 0o600);
    isOpen = true;
  });

  /** Runs one step; when it fails the file is given up and the error says what that means. */
  function attempt(step: () => void, isInPlace = false): void {
    try {
      step();
    } catch (cause) {
      throw failure(cause, isInPlace);
    }
  }

  function failure(cause: unknown, isInPlace = false): Error {
    return targetError(cause, path, { bytes, isInPlace, leftover: giveUp() });
  }

  function bytesOf(chunk: string | Uint8Array): Uint8Array {
    if (!isOpen) throw new Error('the file was closed before');
    return typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : chunk;
  }

  function count(written: number): number {
    if (written === 0) throw new Error('the system took no more bytes');
    bytes += written;
    return written;
  }

  /** The temporary file's name where not even removing it works, else null. */
  function giveUp(): string | null {
    try {
      abort();
      return null;
    } catch {
      // The step that failed is what matters and is thrown; the name of what is left goes with it.
      return basename(temp);
    }
  }

  function close(): void {
    if (fd < 0) return;
    const open = fd;
    fd = -1;
    io.closeSync(open);
  }

  function abort(): void {
    if (!isOpen) return;
    isOpen = false;
    try {
      close();
    } finally {
      unlinkIfThere(temp, io);
    }
  }

  return {
    get bytes() {
      return bytes;
    },
    write(chunk) {
      attempt(() => {
        const data = bytesOf(chunk);
        for (let done = 0; done < data.length; )
          done += count(io.writeSync(fd, data, done, data.length - done));
      });
    },
    async writeBehind(chunk) {
      try {
        const data = bytesOf(chunk);
        for (let done = 0; done < data.length; ) {
          done += count(
            await new Promise<number>((resolve, reject) => {
              io.write(fd, data, done, data.length - done, null, (error, written) =>
                error ? reject(error) : resolve(written),
              );
            }),
          );
        }
      } catch (cause) {
        throw failure(cause);
      }
    },
    commit() {
      attempt(() => {
        if (!isOpen) throw new Error('the file was closed before');
        io.fsyncSync(fd);
        close();
        assertPlaceFor(path, io);
        assertLeadsTo(folder, path);
        renameWithPatience(temp, path, io);
        isOpen = false;
      });
      attempt(() => syncFolder(folder, io), true);
    },
    abort,
  };
}

/** A path for a file that something else writes and `putInPlace` then names; `removeStaleTemps` knows it. */
export function temporaryPath(folder: string): string {
  return join(folder, `.bulkhead-${process.pid}-${randomBytes(8).toString('hex')}.tmp`);
}

/** Makes a file of the same folder durable and gives it its name, in one step. Throws like `openAtomic`. */
export function putInPlace(temp: string, path: string, io: AtomicFs = fs): void {
  let isInPlace = false;
  try {
    const fd = io.openSync(temp, 'r+');
    try {
      io.fsyncSync(fd);
    } finally {
      io.closeSync(fd);
    }
    assertPlaceFor(path, io);
    renameWithPatience(temp, path, io);
    isInPlace = true;
    syncFolder(dirname(path), io);
  } catch (cause) {
    throw targetError(cause, path, { bytes: 0, isInPlace, leftover: null });
  }
}

/**
 * Removes what a killed process left half-written in a folder; answers how many files that were. What may not be removed
 * or looked at, in a folder of several users for example, stays: it takes room and does no harm.
 */
export function removeStaleTemps(folder: string, io: AtomicFs = fs): number {
  let removed = 0;
  for (const name of allowed(() => io.readdirSync(folder)) ?? []) {
    const owner = tempName.exec(name)?.[1];
    if (owner === undefined) continue;
    const path = join(folder, name);
    const stat = io.lstatSync(path, { throwIfNoEntry: false });
    if (!stat?.isFile() || isInUse(Number(owner), stat.mtimeMs)) continue;
    if (allowed(() => unlinkIfThere(path, io)) !== null) removed++;
  }
  return removed;
}

/** Null where the system does not allow it, or another program has the file open. */
function allowed<T>(step: () => T): T | null {
  try {
    return step();
  } catch (cause) {
    if (isHeld(cause)) return null;
    throw cause;
  }
}

function isHeld(cause: unknown): boolean {
  return ['EPERM', 'EACCES', 'EBUSY'].includes(errorCode(cause));
}

/** A link, a folder or a device at the final name is not ours to replace. */
function assertPlaceFor(path: string, io: AtomicFs): void {
  if (path.includes('\0') || basename(path) === '') throw refusal('its name cannot be used');
  if (process.platform === 'win32' && /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)|[. ]$/i.test(basename(path))) {
    throw refusal('Windows keeps that name for itself');
  }
  const stat = io.lstatSync(path, { throwIfNoEntry: false });
  if (!stat || stat.isFile()) return;
  if (stat.isSymbolicLink()) throw refusal('that name is a link, and its target was not chosen');
  throw refusal(stat.isDirectory() ? 'a folder has that name' : 'something other than a file has that name');
}

function assertLeadsTo(folder: string, path: string): void {
  if (fs.realpathSync(dirname(path)) === folder) return;
  throw refusal('its folder, or one above it, has become a link that leads elsewhere');
}

function refusal(why: string): Error {
  return Object.assign(new Error(why), { code: 'REFUSED' });
}

function renameWithPatience(from: string, to: string, io: AtomicFs): void {
  for (let attempt = 0; ; attempt++) {
    try {
      io.renameSync(from, to);
      return;
    } catch (cause) {
      if (process.platform !== 'win32' || !isHeld(cause) || attempt === windowsRetries) throw cause;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, windowsRetryMs);
    }
  }
}

/** Makes the new name durable. Windows cannot open a folder and needs no such call. */
export function syncFolder(folder: string, io: AtomicFs = fs): void {
  if (process.platform === 'win32') return;
  const fd = io.openSync(folder, 'r');
  try {
    io.fsyncSync(fd);
  } finally {
    io.closeSync(fd);
  }
}

function unlinkIfThere(path: string, io: AtomicFs): void {
  try {
    io.unlinkSync(path);
  } catch (cause) {
    if (errorCode(cause) !== 'ENOENT') throw cause;
  }
}

/** Numbers of processes come again: a file older than this process, or not touched for days, is nobody's. */
function isInUse(owner: number, writtenAt: number): boolean {
  if (writtenAt < Date.now() - abandonedAfterMs) return false;
  if (owner === process.pid) return writtenAt >= Date.now() - process.uptime() * 1000;
  try {
    process.kill(owner, 0);
    return true;
  } catch (cause) {
    return errorCode(cause) === 'EPERM';
  }
}
