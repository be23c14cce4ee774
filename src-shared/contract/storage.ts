import { z } from 'zod';
import { Backup, BackupName, Recovery } from '../domain/backup.ts';
import type { RequestContract } from './contract.ts';
import { ErrorDto } from './errors.ts';

const Cleanup = z.strictObject({
  operations: z.int().min(0),
  items: z.int().min(0),
  files: z.int().min(0),
  fileBytes: z.int().min(0),
});

/** Why the console could not make a backup by itself. */
export const BackupFailure = z.strictObject({ at: z.int(), error: ErrorDto });
export type BackupFailure = z.infer<typeof BackupFailure>;

export const storageRequests = {
  /** Latest first. */
  'backups.list': {
    input: z.strictObject({}),
    output: z.strictObject({ backups: z.array(Backup), folder: z.string() }),
  },
  /** The error of the latest automatic backup, if it failed and none has been made since. */
  'backups.failure': {
    input: z.strictObject({}),
    output: z.strictObject({ failure: BackupFailure.nullable() }),
  },
  /** Makes and verifies one now. Throws `not_enough_space`. */
  'backups.create': { input: z.strictObject({}), output: Backup },
  /**
   * Puts a backup in the place of the database, after making one of what is there. Throws `wrong_state` while
   * operations run, `backup_damaged`, `not_found`. Ends with `workspace.replaced`.
   */
  'backups.restore': { input: z.strictObject({ name: BackupName }), output: z.strictObject({}) },
  /** What happened to a damaged database at the last start, until it was acknowledged. */
  'workspace.recovery': {
    input: z.strictObject({}),
    output: z.strictObject({ recovery: Recovery.nullable() }),
  },
  'workspace.acknowledge_recovery': { input: z.strictObject({}), output: z.strictObject({}) },
  /** What the retention that is set would remove now; nothing is changed. */
  'retention.preview': { input: z.strictObject({}), output: Cleanup },
  /** Removes it, but never what is pinned, unfinished, or needed by something unfinished. */
  'retention.clean': { input: z.strictObject({}), output: Cleanup },
} satisfies RequestContract;

export const storageEvents = {
  /** Another database stands in the workspace: everything that is shown is to be asked for again. */
  'workspace.replaced': z.strictObject({}),
  /** One was made, or could not be: `failure` as `backups.failure` answers it. */
  'backups.changed': z.strictObject({ failure: BackupFailure.nullable() }),
} as const;
