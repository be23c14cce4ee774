import { z } from 'zod';

/** The file name of a backup, as the console gives it out; never a path. */
export const BackupName = z.string().regex(/^[A-Za-z0-9._-]{1,120}$/);

/** A verified copy of the workspace's database. */
export const Backup = z.strictObject({
  name: BackupName,
  at: z.int(),
  bytes: z.int().min(0),
  /** `before_restore` is what stood before an earlier backup was put back. */
  reason: z.enum(['manual', 'daily', 'operation', 'before_restore']),
  tickets: z.int().min(0),
  operations: z.int().min(0),
});
export type Backup = z.infer<typeof Backup>;

/** What happened to a workspace whose database was found damaged: told until someone has read it. */
export const Recovery = z.strictObject({
  at: z.int(),
  /** Why the file could not be used. */
  problem: z.string(),
  /** The folder beside the database to which the damaged files were moved, untouched. */
  movedTo: z.string(),
  /** The backup that was put in its place; null when there was none and the workspace began anew. */
  restoredFrom: Backup.nullable(),
  /** What the backup does not hold, in sentences: as far as the damaged file could still be read, with counts. */
  missing: z.array(z.string()),
});
export type Recovery = z.infer<typeof Recovery>;
