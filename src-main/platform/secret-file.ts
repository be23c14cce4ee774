import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { openAtomic } from './atomic-file.ts';

/** Keys that other systems gave out, by name. What cannot be read is as if it had never been kept: one signs in again. */
export interface Secrets {
  /** Throws `disk_full` or `target_not_writable`. */
  keep(name: string, secret: string): void;
  /** Null when there is none, or it cannot be made out any more. */
  read(name: string): string | null;
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
 * Secrets in a file of the workspace's folder that only its user may read, beside the database and in none of its
 * backups. One that must not be written is kept in mind until the process ends.
 */
export function createSecretFile(workspace: string, { seal, unseal }: Seal): Secrets {
  const path = join(workspace, 'secrets.json');
  const inMind = new Map<string, string>();

  function readAll(): Record<string, string> {
    if (!existsSync(path)) return {};
    try {
      return Sealed.parse(JSON.parse(readFileSync(path, 'utf8')));
    } catch {
      // Damaged or not to be read: every remote in it asks for its key again.
      return {};
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
      const { [name]: before, ...others } = readAll();
      if (sealed === null) {
        inMind.set(name, secret);
        if (before !== undefined) writeAll(others);
      } else {
        writeAll({ ...others, [name]: sealed });
      }
    },
    read: (name) => inMind.get(name) ?? unsealOrNull(readAll()[name]),
    forget: (name) => {
      inMind.delete(name);
      const { [name]: before, ...others } = readAll();
      if (before !== undefined) writeAll(others);
    },
  };
}
