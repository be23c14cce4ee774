import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import { openAtomic } from './atomic-file.ts';
import { errorCode } from './error-code.ts';
import { freePath } from './safe-name.ts';
import { targetError } from './target-error.ts';

/** Keys that other systems gave out, by name. What cannot be made out is as if it had never been kept: one signs in again. */
export interface Secrets {
  /** Throws `disk_full`, `target_not_writable`, or `file_not_readable`. */
  keep(name: string, secret: string): void;
  /** Null when there is none, or it cannot be made out any more. Throws `file_not_readable`. */
  read(name: string): string | null;
  /** Throws as `keep`. */
  forget(name: string): void;
}

/** How a secret is written, and made out again. `seal` answers null where it must not be written at all. */
export interface Seal {
  seal(secret: string): string | null;
  /** Throws or answers null for what was sealed elsewhere. */
  unseal(sealed: string): string | null;
}

/** As they are: whoever may read the workspace may read them. */
export const plainSeal: Seal = { seal: (secret) => secret, unseal: (sealed) => sealed };

const Sealed = z.record(z.string(), z.string());

/**
 * Secrets in a file in the workspace's folder that only its user may read, next to the database and in none of its
 * backups. A secret that must not be written is kept in memory until the process ends.
 */
export function createSecretFile(workspace: string, { seal, unseal }: Seal): Secrets {
  const path = join(workspace, 'secrets.json');
  const inMind = new Map<string, string>();

  /** Null for a file that is there and cannot be understood. */
  function readAll(): Record<string, string> | null {
    const text = textOf(path);
    if (text === null) return {};
    try {
      return Sealed.parse(JSON.parse(text));
    } catch {
      // Every remote in it asks for its key again. What went wrong would quote the file, and so a key.
      return null;
    }
  }

  /** Nothing is written over a damaged file: what somebody can still make out of it is kept beside it. */
  function moveAside(): void {
    try {
      renameSync(path, freePath(workspace, 'secrets.damaged.json'));
    } catch (cause) {
      throw targetError(cause, path);
    }
  }

  function writeAll(secrets: Record<string, string>): void {
    const file = openAtomic(path);
    file.write(`${JSON.stringify(secrets)}\n`);
    file.commit();
  }

  function unsealOrNull(sealed: string | undefined): string | null {
    try {
      return sealed === undefined ? null : unseal(sealed);
    } catch {
      // Sealed for another user or machine, or the system's key store is not there.
      return null;
    }
  }

  return {
    keep: (name, secret) => {
      const sealed = seal(secret);
      const kept = readAll();
      const { [name]: before, ...others } = kept ?? {};
      if (sealed === null) {
        inMind.set(name, secret);
        if (before !== undefined) writeAll(others);
        return;
      }
      if (kept === null) moveAside();
      writeAll({ ...others, [name]: sealed });
      inMind.delete(name);
    },
    read: (name) => inMind.get(name) ?? unsealOrNull(readAll()?.[name]),
    forget: (name) => {
      inMind.delete(name);
      const { [name]: before, ...others } = readAll() ?? {};
      if (before !== undefined) writeAll(others);
    },
  };
}

/** Null if there is no such file. Throws `file_not_readable`. */
function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const code = errorCode(cause);
    if (code === 'ENOENT') return null;
    throw new BulkheadError(
      'file_not_readable',
      `The keys of remotes cannot be read from “${path}” (${code}). Nothing was changed.`,
      { cause },
    );
  }
}
